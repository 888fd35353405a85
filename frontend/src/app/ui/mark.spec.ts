import { TestBed } from '@angular/core/testing';
import { describe, expect, test } from 'vitest';
import { Mark, type MarkKind } from './mark.js';

function draw(kind: MarkKind): HTMLElement {
  const fixture = TestBed.createComponent(Mark);
  fixture.componentRef.setInput('kind', kind);
  TestBed.tick();
  return fixture.nativeElement as HTMLElement;
}

const pointsOf = (mark: HTMLElement) => mark.querySelector('polygon')?.getAttribute('points') ?? '';

/** Heights of the corners, y downwards. */
const heights = (kind: MarkKind) =>
  pointsOf(draw(kind))
    .split(' ')
    .map((corner) => Number(corner.split(',')[1]))
    .sort((left, right) => left - right);

describe('Mark', () => {
  test('up points up and down points down', () => {
    const [tip, ...base] = heights('up');
    expect(base).toHaveLength(2);
    expect(base.every((height) => height > Number(tip))).toBe(true);
    const below = heights('down');
    expect(below).toHaveLength(3);
    expect(below[0]).toBe(below[1]);
    expect(below[2]).toBeGreaterThan(Number(below[1]));
  });

  test('every kind has a shape of its own, inside its square', () => {
    const kinds: readonly MarkKind[] = ['up', 'down', 'cross', 'check', 'plus'];
    const shapes = kinds.map((kind) => pointsOf(draw(kind)));
    expect(new Set(shapes).size).toBe(kinds.length);
    for (const number of shapes.join(' ').split(/[ ,]/).map(Number)) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThanOrEqual(10);
    }
  });

  test('needs no font, and screen readers pass over it', () => {
    const mark = draw('check');
    expect(mark.textContent).toBe('');
    expect(mark.getAttribute('aria-hidden')).toBe('true');
  });
});
