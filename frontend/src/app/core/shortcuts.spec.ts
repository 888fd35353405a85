import { DestroyRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Settings } from './settings.js';
import { Shortcuts } from './shortcuts.js';

let pressed = 0;

beforeEach(() => {
  pressed = 0;
  const run = () => (pressed += 1);
  TestBed.inject(Shortcuts).register({ key: ' ', label: 'Count', run }, TestBed.inject(DestroyRef));
});
afterEach(() => document.body.replaceChildren());

function press(target: EventTarget, init: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, ...init }));
}

function add(tag: string): HTMLElement {
  const element = document.createElement(tag);
  document.body.append(element);
  return element;
}

describe('Shortcuts', () => {
  test('act anywhere on the page', () => {
    press(document.body);
    expect(pressed).toBe(1);
  });

  test('leave typing, buttons and browser commands alone', () => {
    press(add('input'));
    press(add('button'));
    press(document.body, { ctrlKey: true });
    expect(pressed).toBe(0);
  });

  test('are silent once switched off', () => {
    TestBed.inject(Settings).shortcuts.set(false);
    press(document.body);
    expect(pressed).toBe(0);
    TestBed.inject(Settings).shortcuts.set(true);
  });
});
