import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aTrade } from '../../testing/trade-script.js';
import { TradeSeam, type TapedTrade } from './trade-seam.js';

const trades = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => aTrade(first + at));
/** Numbers of trades, each with a question mark before it where some may be missing. */
const seen = (told: readonly TapedTrade[]) =>
  told.map(({ trade, hole }) => `${hole === undefined ? '' : '?'}${trade.id.split(':')[2]}`).join(' ');

describe('TradeSeam', () => {
  test('shows what was asked for, and lets live trades wait for an answer that has the first of them (S131)', () => {
    const seam = new TradeSeam();
    expect(seen(seam.answer(trades(1, 3), false))).toBe('1 2 3');
    expect(seam.live(aTrade(5))).toEqual([]);
    expect(seen(seam.answer(trades(2, 6), true))).toBe('4 5');
    expect(seen(seam.live(aTrade(6)))).toBe('6');
    expect(seam.live(aTrade(6))).toEqual([]);
  });

  test('an answer from before the first live trade shows nothing: another one is needed', () => {
    const seam = new TradeSeam();
    seam.live(aTrade(5));
    expect(seam.answer(trades(1, 3), false)).toEqual([]);
    expect(seam.isWaiting()).toBe(true);
    expect(seen(seam.answer(trades(1, 5), true))).toBe('1 2 3 4 5');
  });

  test('after an interruption it goes on where it was (S132)', () => {
    const seam = new TradeSeam();
    seam.answer(trades(1, 3), false);
    seam.lost();
    seam.live(aTrade(6));
    seam.live(aTrade(7));
    expect(seen(seam.answer(trades(2, 6), true))).toBe('4 5 6 7');
  });

  test('tells a hole where the answer does not reach back to what was shown', () => {
    const seam = new TradeSeam();
    seam.answer(trades(1, 3), false);
    seam.lost();
    seam.live(aTrade(9));
    const told = seam.answer(trades(7, 9), true);
    expect(seen(told)).toBe('?7 8 9');
    expect(told[0]?.hole).toEqual({ missed: undefined, isOurs: true });
  });

  test('tells a hole where the server has forgotten, and where it gives no answer', () => {
    const seam = new TradeSeam();
    seam.answer(trades(1, 3), false);
    seam.lost();
    seam.live(aTrade(9));
    expect(seen(seam.answer([], true))).toBe('?9');
    seam.lost();
    seam.live(aTrade(12));
    expect(seen(seam.giveUp())).toBe('?12');
    expect(seam.giveUp()).toEqual([]);
  });

  test('what comes first has no hole before it: nobody was promised more', () => {
    const seam = new TradeSeam();
    seam.live(aTrade(9));
    expect(seen(seam.giveUp())).toBe('9');
  });

  test('hands on the holes that the server tells of, with what it knows of them', () => {
    const seam = new TradeSeam();
    const gaps = [aTrade(4, { isAfterGap: true, missedBefore: 12 }), aTrade(5, { isAfterGap: true })];
    expect(seam.answer(gaps, false).map(({ hole }) => hole)).toEqual([
      { missed: 12, isOurs: false },
      { missed: undefined, isOurs: false },
    ]);
  });

  test('keeps no more waiting than it may', () => {
    const seam = new TradeSeam();
    for (const trade of trades(1, 1_500)) seam.live(trade);
    expect(seam.giveUp().length).toBe(1_000);
  });

  test('whenever connections break and answers come: in order, once each, and no hole without its row', () => {
    // A number: the connection breaks, and so many trades are not heard.
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('trade' as const) },
      { weight: 2, arbitrary: fc.constant('answer' as const) },
      { weight: 1, arbitrary: fc.nat(12) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (steps, kept) => {
        const seam = new TradeSeam();
        const told: TapedTrade[] = [];
        let newest = 0;
        for (const each of steps) {
          if (each === 'trade') told.push(...seam.live(aTrade(++newest)));
          else if (each === 'answer') {
            const page = trades(Math.max(1, newest - kept + 1), newest);
            told.push(...seam.answer(page, seam.isWaiting()));
          } else {
            seam.lost();
            newest += each;
          }
        }
        const numbers = told.map(({ trade }) => Number(trade.id.split(':')[2]));
        numbers.forEach((number, at) => {
          const before = numbers[at - 1];
          if (before === undefined) return;
          expect(number).toBeGreaterThan(before);
          if (told[at]?.hole === undefined) expect(number).toBe(before + 1);
        });
      }),
    );
  });
});
