import { describe, expect, test } from '@jest/globals';
import { parseTimeframe, ZERO, type Completeness, type VolumeBucket } from '@orderfox/domain';
import fc from 'fast-check';
import { qualified } from './bucket-quality.js';

const MINUTE = 60_000;
const KNOWN: Readonly<Record<string, Completeness>> = {
  whole: 'FULL',
  sampled: 'SAMPLED',
  silent: 'UNKNOWN',
};

function bucket(minute: number, ...venues: readonly string[]): VolumeBucket {
  return {
    startMs: minute * MINUTE,
    longUsd: ZERO,
    shortUsd: ZERO,
    count: 1,
    lastSeq: 1,
    revision: 1,
    venues,
  };
}

function judge(
  buckets: readonly VolumeBucket[],
  missing: readonly { readonly fromMs: number; readonly toMs?: number }[] = [],
): readonly string[] {
  return qualified(buckets, parseTimeframe('1m'), missing, (venue) => KNOWN[venue]).map(
    ({ quality }) => quality,
  );
}

describe('the quality of a bucket', () => {
  test('is EXACT only if every venue in it reports everything', () => {
    expect(judge([bucket(1, 'whole')])).toEqual(['EXACT']);
    expect(judge([bucket(1, 'sampled', 'whole')])).toEqual(['FLOOR']);
    expect(judge([bucket(1, 'silent')])).toEqual(['FLOOR']);
    expect(judge([bucket(1, 'removed')])).toEqual(['FLOOR']);
  });

  test('is PARTIAL where a gap overlaps it, and a gap wins', () => {
    const buckets = [1, 2, 3, 4].map((minute) => bucket(minute, 'sampled'));
    expect(judge(buckets, [{ fromMs: 2 * MINUTE + 5, toMs: 3 * MINUTE + 1 }])).toEqual([
      'FLOOR',
      'PARTIAL',
      'PARTIAL',
      'FLOOR',
    ]);
  });

  test('is not touched by a gap that only borders on it', () => {
    const buckets = [1, 2, 3].map((minute) => bucket(minute, 'whole'));
    expect(judge(buckets, [{ fromMs: 2 * MINUTE, toMs: 3 * MINUTE }])).toEqual(['EXACT', 'PARTIAL', 'EXACT']);
  });

  test('is PARTIAL for everything after a gap that lasts', () => {
    const buckets = [1, 2, 3].map((minute) => bucket(minute, 'whole'));
    expect(judge(buckets, [{ fromMs: 2 * MINUTE + 1 }])).toEqual(['EXACT', 'PARTIAL', 'PARTIAL']);
  });

  test('is for any gaps what a look at each bucket alone would say', () => {
    const stretch = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), fc.array(stretch), (minutes, stretches) => {
        const buckets = minutes.sort((a, b) => a - b).map((minute) => bucket(minute, 'whole'));
        const missing: { fromMs: number; toMs: number }[] = [];
        for (const [start, length] of stretches.sort(([a], [b]) => a - b)) {
          const fromMs = Math.max(start * 20_000, (missing.at(-1)?.toMs ?? -1) + 1);
          missing.push({ fromMs, toMs: fromMs + length * 20_000 });
        }
        const expected = buckets.map(({ startMs }) =>
          missing.some(({ fromMs, toMs }) => fromMs < startMs + MINUTE && toMs > startMs)
            ? 'PARTIAL'
            : 'EXACT',
        );
        expect(judge(buckets, missing)).toEqual(expected);
      }),
    );
  });
});
