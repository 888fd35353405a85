import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import fc from 'fast-check';
import { dayOf } from './bar-select.js';
import { shownBars } from './bar-series.js';
import { gapOf, groupAt, storedOf } from './stored-bars-for-tests.js';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const MINUTE = 60_000;
const series = { venue: 'double', symbol: 'BTCUSDT', isNumbered: true };
const queryOf = (buckets: number) => ({
  venue: 'double',
  venueSymbol: 'BTCUSDT',
  timeframe: parseTimeframe('1m'),
  fromMs: DAY,
  toMs: DAY + buckets * MINUTE,
});

describe('the bars of a range', () => {
  const minute = fc.integer({ min: -1_500, max: 4_500 });
  const gaps = fc.array(fc.tuple(minute, fc.integer({ min: 0, max: 600_000 })), { maxLength: 30 });

  test('are partial just where a gap touches them, in whatever order gaps come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 4_000 }), { maxLength: 40 }),
        gaps,
        (at, holes) => {
          const starts = at.map((each) => DAY + each * MINUTE).sort((a, b) => a - b);
          const known = holes.map(([from, length], index) =>
            gapOf(index + 1, DAY + from * MINUTE, DAY + from * MINUTE + length),
          );
          const stored = storedOf({
            groups: starts.map((ms) => groupAt(ms)),
            gaps: known,
            coveredMs: Infinity,
          });
          const touches = (fromMs: number, startMs: number) =>
            known.some((gap) => gap.fromMs < startMs + MINUTE && gap.toMs >= fromMs);
          expect(
            [...shownBars(series, queryOf(5_000), stored)].map(({ startMs, quality, isCvdPartial }) => [
              startMs,
              quality,
              isCvdPartial,
            ]),
          ).toEqual(starts.map((ms) => [ms, touches(ms, ms) ? 'PARTIAL' : 'EXACT', touches(dayOf(ms), ms)]));
        },
      ),
    );
  });

  test('go along the gaps once, however many of both there are', () => {
    let looks = 0;
    const gaps = Array.from({ length: 10_000 }, (_, index) => ({
      ...gapOf(index, 0, 0),
      get fromMs() {
        looks += 1;
        return DAY + index * 30_000;
      },
      get toMs() {
        return DAY + index * 30_000;
      },
    }));
    const groups = Array.from({ length: 5_000 }, (_, index) => groupAt(DAY + index * MINUTE));
    expect([...shownBars(series, queryOf(5_000), storedOf({ groups, gaps }))]).toHaveLength(5_000);
    // Twice for each comparison of sorting, which are few where all are sorted, and once beside each bar.
    expect(looks).toBeLessThan(10 * (gaps.length + groups.length));
  });
});
