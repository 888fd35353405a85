import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNewerBucket, isNewerCandle, type BucketPoint, type CandlePoint } from './chart-points.js';
import { PointBook } from './point-book.js';

interface Version {
  readonly startMs: number;
  readonly version: number;
}

const versions = () => new PointBook<Version>((next, known) => next.version >= known.version, 100);

describe('PointBook', () => {
  test('ends the same in whatever order and however often snapshots, updates and history come', () => {
    const version = fc.record({
      startMs: fc.integer({ min: 0, max: 20 }),
      version: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(version), fc.array(fc.nat()), (all, order) => {
        const [straight, mixed] = [versions(), versions()];
        straight.put(all);
        const shuffled = all.map((each, index) => ({ each, key: order[index] ?? 0 }));
        for (const { each } of shuffled.sort((left, right) => left.key - right.key)) mixed.put([each, each]);
        expect(mixed.all()).toEqual(straight.all());
      }),
    );
  });

  test('returns what is new and nothing else, ascending', () => {
    const book = versions();
    book.put([{ startMs: 2, version: 5 }]);
    const changed = book.put([
      { startMs: 3, version: 1 },
      { startMs: 2, version: 4 },
      { startMs: 1, version: 1 },
    ]);
    expect(changed.map(({ startMs }) => startMs)).toEqual([1, 3]);
    expect(book.at(2)?.version).toBe(5);
  });

  test('keeps the newest buckets when there are too many', () => {
    const book = new PointBook<Version>(() => true, 3);
    book.put([5, 1, 4, 2, 3].map((startMs) => ({ startMs, version: 1 })));
    expect(book.all().map(({ startMs }) => startMs)).toEqual([3, 4, 5]);
    expect(book.isFull()).toBe(true);
  });
});

describe('which state is newer', () => {
  const candle = (volume: string, isClosed: boolean): CandlePoint => ({
    venue: 'okx',
    startMs: 0,
    open: '1',
    high: '1',
    low: '1',
    close: '1',
    volume,
    isClosed,
  });

  test.each([
    ['5', false, '4', false, true],
    ['4', false, '5', false, false],
    ['1', true, '9', false, true],
    ['9', false, '1', true, false],
    ['5', false, '5', false, true],
  ])(
    'a candle of %s closed %s over one of %s closed %s: %s',
    (volume, isClosed, known, wasClosed, isNewer) => {
      expect(isNewerCandle(candle(volume, isClosed), candle(known, wasClosed))).toBe(isNewer);
    },
  );

  test('a bucket of a later revision, and one whose quality alone changed', () => {
    const bucket = (revision: number) => ({ revision }) as BucketPoint;
    expect(isNewerBucket(bucket(3), bucket(2))).toBe(true);
    expect(isNewerBucket(bucket(2), bucket(2))).toBe(true);
    expect(isNewerBucket(bucket(1), bucket(2))).toBe(false);
  });
});
