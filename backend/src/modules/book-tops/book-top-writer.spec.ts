import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { settled } from '../books/book-double-for-tests.js';
import { BookTopWriter, MAX_WAITING_TOPS, WRITE_EVERY_MS } from './book-top-writer.js';
import { type BookTop } from './book-top.js';

const ONE = parseDecimal('1');

function tops(count: number, from = 0): readonly BookTop[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{
      venue: 'binance',
      symbol: 'BTCUSDT',
      venueSymbol: 'BTCUSDT',
      timeMs: (from + n) * 1_000,
      venueTimeMs: 0,
    },
    ...{ bestBid: ONE, bestBidQuantity: ONE, bestAsk: ONE, bestAskQuantity: ONE },
    depth10Bps: { bidUsd: ONE, askUsd: ONE, isBidFloor: false, isAskFloor: true },
  }));
}

describe('BookTopWriter', () => {
  let clock: FakeClock;
  let batches: number[];
  let stored: number[];
  let warnings: number;
  /** What the database says to a batch; undefined: nothing is wrong. */
  let trouble: (batch: readonly BookTop[]) => Error | undefined;
  let writer: BookTopWriter;

  beforeEach(() => {
    clock = new FakeClock();
    [batches, stored, warnings, trouble] = [[], [], 0, () => undefined];
    const quiet = () => undefined;
    writer = new BookTopWriter({
      repository: {
        save: async (batch) => {
          await Promise.resolve();
          const error = trouble(batch);
          if (error !== undefined) throw error;
          batches.push(batch.length);
          stored.push(...batch.map(({ timeMs }) => timeMs / 1_000));
        },
      },
      clock,
      log: { debug: quiet, info: quiet, warn: () => void (warnings += 1), error: quiet },
    });
  });

  async function pass(ms = WRITE_EVERY_MS): Promise<void> {
    clock.advance(ms);
    await settled();
  }

  test('stores what came within five seconds in one statement', async () => {
    writer.take(tops(9));
    await pass(1_000);
    writer.take(tops(9, 9));
    expect(batches).toEqual([]);
    await pass(4_000);
    expect([batches, writer.counts]).toEqual([[18], { saved: 18, waiting: 0, dropped: 0 }]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('keeps what the database does not take, in order, and says so once', async () => {
    trouble = () => new Error('connect ECONNREFUSED');
    writer.take(tops(3));
    for (let round = 0; round < 3; round += 1) {
      await pass();
      writer.take(tops(1, 3 + round));
    }
    expect([stored, warnings, writer.counts]).toEqual([[], 1, { saved: 0, waiting: 6, dropped: 0 }]);
    trouble = () => undefined;
    await pass();
    expect([stored, writer.counts.waiting]).toEqual([[0, 1, 2, 3, 4, 5], 0]);
  });

  test('lets only so many wait, and loses the oldest first', async () => {
    trouble = () => new Error('connect ECONNREFUSED');
    writer.take(tops(MAX_WAITING_TOPS));
    await pass();
    writer.take(tops(5, MAX_WAITING_TOPS));
    await pass();
    expect(writer.counts).toEqual({ saved: 0, waiting: MAX_WAITING_TOPS, dropped: 5 });
    trouble = () => undefined;
    await pass();
    for (let round = 0; round < 20; round += 1) await settled();
    expect([stored[0], stored.length]).toEqual([5, MAX_WAITING_TOPS]);
  });

  test('does not try again what the database refuses for what it is', async () => {
    const refused = Object.assign(new Error('value out of range'), { code: '22003' });
    trouble = () => refused;
    writer.take(tops(2));
    await pass();
    trouble = () => undefined;
    writer.take(tops(1, 7));
    await pass();
    expect([stored, writer.counts]).toEqual([[7], { saved: 1, waiting: 0, dropped: 2 }]);
  });

  test('stores what is left when it stops, and does not wait for ever', async () => {
    writer.take(tops(2));
    await writer.stop();
    expect(stored).toEqual([0, 1]);
    const stuck = new BookTopWriter({
      repository: { save: () => new Promise(() => undefined) },
      clock,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    stuck.take(tops(1));
    const stopped = stuck.stop();
    clock.advance(2_000);
    await stopped;
  });
});
