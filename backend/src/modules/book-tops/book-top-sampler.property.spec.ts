import { describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import fc from 'fast-check';
import { bookMarket } from '../books/book-double-for-tests.js';
import { type OrderBookView } from '../books/order-book-view.js';
import { BookTopSampler } from './book-top-sampler.js';
import { type BookTop } from './book-top.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const MARKET = bookMarket('binance');
const ONE = parseDecimal('1');

/** A book that is whole, known by the time that its venue gives it. */
function whole(venueTimeMs: number): OrderBookView {
  return {
    ...{ venue: 'binance', symbol: 'BTCUSDT', venueSymbol: 'BTCUSDT', state: 'LIVE', reason: '', sinceMs: 0 },
    ...{ tickSize: ONE, rounding: ONE, venueTimeMs, bids: [], asks: [], mid: ONE, spread: ONE, spreadBps: 1 },
    ...{ bestBid: ONE, bestBidQuantity: ONE, bestAsk: ONE, bestAskQuantity: ONE },
    depth10Bps: { bidUsd: ONE, askUsd: ONE, isBidFloor: false, isAskFloor: true },
  };
}

const MISSING: OrderBookView = {
  ...{
    venue: 'binance',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    state: 'RESYNCING',
    reason: '',
    sinceMs: 0,
  },
  ...{ tickSize: ONE, rounding: ONE },
};

const passing = fc.record({
  ms: fc.integer({ min: 1, max: 3_500 }),
  /** The process stands still: timers run late, at the end. */
  isStall: fc.boolean(),
  fate: fc.constantFrom('whole', 'whole', 'missing', 'gone'),
});

describe('BookTopSampler', () => {
  test('has none of a book of which nothing was heard for more than five seconds, however whole it looks', () => {
    const clock = new FakeClock(NOW);
    let heardMs: number | undefined;
    const seen: number[] = [];
    const sampler = new BookTopSampler({
      markets: () => [MARKET],
      bookOf: () => whole(NOW),
      heardMs: () => heardMs,
      clock,
      onTops: (tops) => seen.push(...tops.map(({ timeMs }) => timeMs - NOW)),
    });
    sampler.start();
    clock.advance(1_000);
    expect([seen, sampler.absent]).toEqual([[], 1]);
    heardMs = clock.monotonicMs();
    clock.advance(8_000);
    expect([seen, sampler.absent]).toEqual([[2_000, 3_000, 4_000, 5_000, 6_000], 4]);
    heardMs = clock.monotonicMs();
    clock.advance(1_000);
    expect(seen.at(-1)).toBe(10_000);
    sampler.stop();
  });

  test('takes one sample of each second that it could look at, of a book that was whole then, and never an older one', () => {
    fc.assert(
      fc.property(fc.array(passing, { maxLength: 40 }), (steps) => {
        const clock = new FakeClock(NOW + 137);
        let fate: 'whole' | 'missing' | 'gone' = 'whole';
        const seen: { readonly top: BookTop; readonly atMs: number }[] = [];
        const looked: { readonly secondMs: number; readonly isWhole: boolean }[] = [];
        const sampler = new BookTopSampler({
          markets: () => [MARKET],
          bookOf: () => {
            const nowMs = clock.nowMs();
            looked.push({ secondMs: nowMs - (nowMs % 1_000), isWhole: fate === 'whole' });
            // Each moment has a book of its own, so that a repeated one would show.
            if (fate === 'gone') return undefined;
            return fate === 'whole' ? whole(nowMs) : MISSING;
          },
          heardMs: () => clock.monotonicMs(),
          clock,
          onTops: (tops) => seen.push(...tops.map((top) => ({ top, atMs: clock.nowMs() }))),
        });
        sampler.start();
        sampler.start();
        for (const { ms, isStall, fate: next } of steps) {
          fate = next;
          if (isStall) clock.stall(ms);
          else clock.advance(ms);
        }
        const stored = seen.map(({ top }) => top.timeMs);
        expect(stored).toEqual(looked.filter(({ isWhole }) => isWhole).map(({ secondMs }) => secondMs));
        expect(new Set(stored).size).toBe(stored.length);
        for (const { top, atMs } of seen) {
          expect(top.timeMs % 1_000).toBe(0);
          expect([top.venueTimeMs, Math.floor(atMs / 1_000) * 1_000]).toEqual([atMs, top.timeMs]);
        }
        expect([sampler.sampled, sampler.sampled + sampler.absent]).toEqual([seen.length, looked.length]);
        // While it is not held up, no second is left out.
        const isHeldUp = steps.some((one) => one.isStall);
        if (!isHeldUp && steps.length > 0)
          expect(looked).toHaveLength(Math.floor(clock.nowMs() / 1_000) - Math.floor((NOW + 137) / 1_000));
        sampler.stop();
        expect(clock.pendingDelaysMs()).toEqual([]);
      }),
    );
  });
});
