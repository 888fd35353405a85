import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MinuteQuality, type GapStretch } from './minute-quality.js';

const MINUTE = 60_000;
const DAY_MINUTES = 50;

describe('the quality of minutes', () => {
  test('is what a comparison of each with every gap says', () => {
    const gap = fc
      .tuple(
        fc.integer({ min: -5 * MINUTE, max: DAY_MINUTES * MINUTE }),
        fc.integer({ min: 0, max: 20 * MINUTE }),
      )
      .map(([fromMs, length]): GapStretch => ({ fromMs, toMs: fromMs + length }));
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 8 }),
        fc.integer({ min: 0, max: DAY_MINUTES * MINUTE }),
        fc.uniqueArray(fc.nat(DAY_MINUTES), { maxLength: 30 }),
        fc.boolean(),
        (gaps, coveredMs, minutes, isNumbered) => {
          const quality = new MinuteQuality({ gaps, coveredMs, dayMs: 0, isNumbered });
          for (const minute of minutes.toSorted((a, b) => a - b)) {
            const [from, to] = [minute * MINUTE, (minute + 1) * MINUTE];
            const isTouched = gaps.some(({ fromMs, toMs }) => fromMs < to && toMs >= from);
            const isDayTouched = gaps.some(({ fromMs, toMs }) => fromMs < to && toMs >= 0);
            const isClosed = to <= coveredMs;
            expect(quality.of(from)).toEqual({
              quality: isTouched || !isClosed ? 'PARTIAL' : isNumbered ? 'EXACT' : 'FLOOR',
              is_closed: isClosed,
              is_cvd_partial: isDayTouched || !isClosed,
            });
          }
        },
      ),
    );
  });
});
