import { describe, expect, test } from '@jest/globals';
import { RateWindow } from './rate-window.js';

describe('RateWindow', () => {
  test('lets the limit pass and no more, until the window has moved on', () => {
    const window = new RateWindow(2, 1000);
    expect([window.take(0), window.take(500), window.take(999)]).toEqual([true, true, false]);
    expect(window.take(1499)).toBe(false);
    expect(window.take(2500)).toBe(true);
  });

  test('adds weights', () => {
    const window = new RateWindow(2400, 60_000);
    for (let at = 0; at < 60; at++) expect(window.take(at, 40)).toBe(true);
    expect(window.take(60, 1)).toBe(false);
    expect(window.used(60)).toBe(2401);
    expect(window.used(61_000)).toBe(0);
  });
});
