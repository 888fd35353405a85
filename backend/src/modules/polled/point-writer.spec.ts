import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { PointWriter } from './point-writer.js';
import { type SeriesPoint } from './reading.js';

const quiet = () => undefined;

describe('keeping points', () => {
  let clock: FakeClock;
  let stored: number[];
  let fail: ((batch: readonly SeriesPoint[]) => Error | undefined) | undefined;
  let writer: PointWriter<SeriesPoint>;
  const point = (timestampMs: number): SeriesPoint => ({
    venue: 'toy',
    symbol: 'A',
    venueSymbol: 'A',
    timestampMs,
    receivedTimeMs: 0,
  });
  const points = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => point(from + index));
  const sqlError = (code: string) => Object.assign(new Error(code), { code });

  beforeEach(() => {
    clock = new FakeClock();
    stored = [];
    fail = undefined;
    writer = new PointWriter<SeriesPoint>({
      store: {
        save: (batch) => {
          const error = fail?.(batch);
          if (error !== undefined) return Promise.reject(error);
          stored.push(...batch.map(({ timestampMs }) => timestampMs));
          return Promise.resolve();
        },
      },
      clock,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
  });

  test('resolves when they are stored', async () => {
    await writer.save(points(0, 3));
    expect(stored).toEqual([0, 1, 2]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('F35: has them wait while the database is away, and stores all in order when it is back', async () => {
    fail = () => sqlError('57P01');
    await writer.save(points(0, 2));
    await writer.save(points(2, 4));
    expect(writer.counts).toEqual({ saved: 0, waiting: 4, dropped: 0 });
    fail = undefined;
    clock.advance(5_000);
    await endOfTurn();
    expect(stored).toEqual([0, 1, 2, 3]);
    expect(writer.counts).toEqual({ saved: 4, waiting: 0, dropped: 0 });
  });

  test('keeps 5,000 while the database is away, drops the oldest, and counts them', async () => {
    fail = () => sqlError('57P01');
    await writer.save(points(0, 4_000));
    await writer.save(points(4_000, 6_000));
    expect(writer.counts).toEqual({ saved: 0, waiting: 5_000, dropped: 1_000 });
    fail = undefined;
    await writer.save([point(6_000)]);
    expect(writer.counts.dropped).toBe(1_001);
    expect([stored[0], stored.at(-1), stored.length]).toEqual([1_001, 6_000, 5_000]);
  });

  test('a row that the database refuses costs no other', async () => {
    fail = (batch) => (batch.some(({ timestampMs }) => timestampMs === 1) ? sqlError('22003') : undefined);
    await writer.save(points(0, 3));
    expect(stored).toEqual([0, 2]);
    expect(writer.counts).toEqual({ saved: 2, waiting: 0, dropped: 1 });
  });

  test('nobody waits longer than two seconds for a database that hangs', async () => {
    const hanging = new PointWriter<SeriesPoint>({
      store: { save: () => new Promise(() => undefined) },
      clock,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    let isDone = false;
    void hanging.save(points(0, 1)).then(() => (isDone = true));
    await endOfTurn();
    expect(isDone).toBe(false);
    clock.advance(2_000);
    await endOfTurn();
    expect(isDone).toBe(true);
  });

  test('tries once more at the end, and sets no timer then', async () => {
    fail = () => sqlError('57P01');
    await writer.save(points(0, 2));
    fail = undefined;
    await writer.stop();
    expect(stored).toEqual([0, 1]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
