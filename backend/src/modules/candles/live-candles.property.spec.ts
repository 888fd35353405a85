import { describe, expect, test } from '@jest/globals';
import { bucketStartMs, parseDecimal, parseTimeframe, type Candle } from '@orderfox/domain';
import fc from 'fast-check';
import { minuteCandle } from './candle-for-tests.js';
import { LiveCandles } from './live-candles.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 12);
const ONE = parseTimeframe('1m');
/** Volume of a minute that is over; after each third of it a third of this. */
const FULL = 3;

/** The state of a minute after so many thirds; it opens and closes at prices that tell it from all others. */
function state(minute: number, thirds: number): Candle {
  const price = parseDecimal(String(1_000 + minute));
  const candle = minuteCandle(START + minute * MINUTE, String(thirds), thirds === FULL);
  return { ...candle, open: price, high: price, low: price, close: price };
}

/** All that the venue's history has from a time on, when so many thirds of minutes have passed. */
function history(fromMs: number, thirds: number): readonly Candle[] {
  const first = Math.max(0, (fromMs - START) / MINUTE);
  const last = Math.floor((thirds - 1) / FULL);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    state(first + index, Math.min(FULL, thirds - (first + index) * FULL)),
  );
}

/** What happens in a third of a minute: the venue's message comes or is lost, comes late, and history may be read. */
const step = fc.record({
  isLost: fc.boolean(),
  isLate: fc.boolean(),
  isRead: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
});

describe.each(['1m', '4m'])('Candles of %s', (text) => {
  const timeframe = parseTimeframe(text);
  const minutesOf = timeframe === ONE ? 1 : 4;

  test('are never told by halves, never go back, and are all there once history was read', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 100 }), (steps) => {
        const live = new LiveCandles(timeframe, ONE, START);
        const told = new Map<number, Candle>();
        let late: readonly Candle[] = [];
        const tell = (starts: readonly number[]) => {
          for (const startMs of starts) {
            const candle = live.get(startMs);
            if (candle === undefined) continue;
            const before = told.get(startMs);
            expect(before?.isClosed).not.toBe(true);
            expect(Number(candle.volume)).toBeGreaterThanOrEqual(Number(before?.volume ?? 0));
            expect(Number(candle.open)).toBe(1_000 + (startMs - START) / MINUTE);
            // All minutes before its last one are in it, whole.
            const whole = Number(candle.close) - Number(candle.open);
            expect(Number(candle.volume)).toBeGreaterThan(whole * FULL);
            expect(Number(candle.volume)).toBeLessThanOrEqual((whole + 1) * FULL);
            if (candle.isClosed) expect(Number(candle.volume)).toBe(minutesOf * FULL);
            told.set(startMs, candle);
          }
        };
        steps.forEach(({ isLost, isLate, isRead }, index) => {
          const thirds = index + 1;
          const message = state(Math.floor(index / FULL), (index % FULL) + 1);
          if (!isLost && !isLate) tell(live.take([message]));
          tell(live.take(late));
          late = !isLost && isLate ? [message] : [];
          if (isRead) tell(live.fill(history(live.missingFromMs, thirds)));
        });
        tell(live.fill(history(live.missingFromMs, steps.length)));
        expect(live.hasHole).toBe(false);
        const lastMs = START + Math.floor((steps.length - 1) / FULL) * MINUTE;
        for (let startMs = START; startMs <= lastMs; startMs += minutesOf * MINUTE) {
          const isOver = startMs < bucketStartMs(timeframe, lastMs);
          if (isOver) expect(told.get(startMs)).toMatchObject({ isClosed: true });
          expect(told.get(startMs)).toBeDefined();
        }
        expect(live.newest().at(-1)).toBe(bucketStartMs(timeframe, lastMs));
      }),
    );
  });
});
