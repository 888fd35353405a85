import { expect, test } from '@jest/globals';
import { OpenBudget } from './open-budget.js';

function budget() {
  const time = { nowMs: 0 };
  const taker = new OpenBudget({ nowMs: () => time.nowMs, after: () => () => undefined });
  return { time, take: (count: number) => Array.from({ length: count }, () => taker.takeMs()) };
}

test('lets sixteen through at once and then eight a second, in the order they came', () => {
  const { take } = budget();
  expect(take(19)).toEqual([...Array<number>(16).fill(0), 125, 250, 375]);
});

test('regains what it gave with time, and never more than sixteen', () => {
  const { time, take } = budget();
  take(16);
  time.nowMs += 250;
  expect(take(3)).toEqual([0, 0, 125]);
  time.nowMs += 3_600_000;
  expect(take(17).at(-1)).toBe(125);
});

test('a clock that was set back holds nobody for longer', () => {
  const { time, take } = budget();
  time.nowMs = 1_000_000;
  take(17);
  time.nowMs = 0;
  expect(take(1)).toEqual([250]);
  time.nowMs = 250;
  expect(take(1)).toEqual([125]);
});
