import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal, parseTimeframe, type FeedGap, type Timeframe } from '@orderfox/domain';
import { EVERYTHING, type ChangesSource } from '@orderfox/fanout';
import { FakeClock } from '@orderfox/testing';
import { MarketBus } from '../../core/market-bus.js';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { type QualifiedBucket } from './bucket-quality.js';
import { choiceKey, RETRY_AFTER_MS, UPDATE_EVERY_MS, VolumeBoard } from './volume-board.js';
import { MAX_TOUCHED, type VolumeChoice, type VolumeUpdate } from './volume-feed.js';
import { type VolumeQuery } from './volume-query.js';
import { newestRange } from './volume-range.js';

const START_MS = Date.UTC(2026, 0, 5, 12);
const MINUTE_MS = 60_000;
const [MINUTE, HOUR, WEEK] = ['1m', '1h', '1w'].map(parseTimeframe) as [Timeframe, Timeframe, Timeframe];

type Told = readonly number[] | typeof EVERYTHING;

let clock: FakeClock;
let bus: MarketBus;
let board: VolumeBoard;
let asked: (VolumeQuery | readonly number[])[];
let failing: boolean;

/** A reader whose every bucket holds one event. */
const reader = {
  buckets: (query: VolumeQuery) => answer(query, [bucket(query.fromMs)]),
  touched: (_symbol: string, _timeframe: Timeframe, startsMs: readonly number[]) =>
    answer(startsMs, startsMs.map(bucket)),
};

function answer<R>(question: VolumeQuery | readonly number[], result: R): Promise<R> {
  asked.push(question);
  return failing ? Promise.reject(new Error('the database is away')) : Promise.resolve(result);
}

function bucket(startMs: number): QualifiedBucket {
  const sums = { longUsd: parseDecimal('1'), shortUsd: parseDecimal('0'), count: 1, lastSeq: 1, revision: 1 };
  return { startMs, ...sums, venues: ['binance'], quality: 'EXACT' };
}

beforeEach(() => {
  clock = new FakeClock(START_MS);
  bus = new MarketBus((error) => {
    throw error;
  });
  asked = [];
  failing = false;
  board = new VolumeBoard({ reader, bus, clock, maxFeeds: 5 });
});

function follow(given: Partial<VolumeChoice> = {}) {
  const source: ChangesSource<number, VolumeUpdate> = board.changes({
    symbol: 'BTCUSDT',
    timeframe: MINUTE,
    ...given,
  });
  const told: Told[] = [];
  return { source, told, stop: source.subscribe((keys) => told.push(keys)) };
}

function record(venueTimeMs: number, given: { symbol?: string; venue?: string } = {}): void {
  const liquidation = liquidationForTests(1, { symbol: 'BTCUSDT', venueTimeMs, ...given });
  bus.publish({
    type: 'liquidation-recorded',
    liquidation: { ...liquidation, seq: 1, committedTimeMs: venueTimeMs },
  });
}

function gap(fromMs: number, toMs?: number, stream = 'liquidations'): void {
  const given: FeedGap = {
    type: 'feed-gap',
    venue: 'okx',
    stream,
    fromMs,
    ...(toMs !== undefined && { toMs }),
    cause: 'STARTED',
    detail: '',
  };
  bus.publish({ type: 'feed-gap-recorded', gap: given });
}

describe('VolumeBoard', () => {
  test('tells of touched buckets once each, at once after a pause and then every 250 ms (S089, S091, S275)', () => {
    const { told } = follow();
    record(START_MS + 1);
    record(START_MS + 2);
    record(START_MS - MINUTE_MS);
    expect(told).toEqual([]);
    clock.advance(0);
    expect(told).toEqual([[START_MS, START_MS - MINUTE_MS]]);
    for (let n = 0; n < 10; n += 1) {
      record(START_MS + n);
      clock.advance(25);
    }
    expect(told.slice(1)).toEqual([[START_MS]]);
    clock.advance(UPDATE_EVERY_MS);
    expect(told).toHaveLength(2);
  });

  test('tells each only of the market, the length and the venues that he chose (S269)', () => {
    const hour = follow({ timeframe: HOUR });
    const week = follow({ timeframe: WEEK });
    const venues = follow({ venues: ['okx', 'bybit'] });
    const all = follow({ symbol: '*' });
    const nothing = follow({ venues: [] });
    record(START_MS + 90 * MINUTE_MS);
    record(START_MS, { venue: 'okx' });
    record(START_MS + 5 * MINUTE_MS, { symbol: 'ETHUSDT', venue: 'bybit' });
    clock.advance(0);
    expect(hour.told).toEqual([[START_MS + 60 * MINUTE_MS, START_MS]]);
    expect(week.told).toEqual([[Date.UTC(2026, 0, 5)]]);
    expect(venues.told).toEqual([[START_MS]]);
    expect(all.told).toEqual([[START_MS + 90 * MINUTE_MS, START_MS, START_MS + 5 * MINUTE_MS]]);
    expect(nothing.told).toEqual([]);
  });

  test('tells of the buckets in which a gap lies, and to begin anew where that are too many', () => {
    const { told } = follow();
    const others = follow({ venues: ['binance'] });
    gap(START_MS - 2 * MINUTE_MS - 1, START_MS - 1);
    clock.advance(UPDATE_EVERY_MS);
    gap(START_MS);
    clock.advance(UPDATE_EVERY_MS);
    gap(START_MS - (MAX_TOUCHED + 1) * MINUTE_MS);
    record(START_MS);
    clock.advance(UPDATE_EVERY_MS);
    record(START_MS + 1);
    clock.advance(UPDATE_EVERY_MS);
    expect(told).toEqual([
      [3, 2, 1, 0, -1].map((n) => START_MS - n * MINUTE_MS),
      [START_MS, START_MS + MINUTE_MS],
      EVERYTHING,
      [START_MS],
    ]);
    expect(others.told).toEqual([[START_MS], [START_MS]]);
  });

  test('tells, when a gap ends, also of the buckets since then, which were read while it was open', () => {
    clock = new FakeClock(START_MS + MINUTE_MS + 400);
    board = new VolumeBoard({ reader, bus, clock, maxFeeds: 5 });
    const { told } = follow();
    gap(START_MS, START_MS + MINUTE_MS - 100);
    clock.advance(UPDATE_EVERY_MS);
    expect(told[0]).toContain(START_MS + MINUTE_MS);
    // A venue whose clock is ahead is in the next one already.
    expect(told[0]).toContain(START_MS + 2 * MINUTE_MS);
  });

  test('does not read again for a gap of a stream whose gaps count for no bucket', () => {
    const { told } = follow();
    gap(START_MS - 1, START_MS, 'mark-prices');
    clock.advance(UPDATE_EVERY_MS);
    expect(told).toEqual([]);
  });

  test('reads what is asked for at that moment, once for all who ask for the same in one turn', async () => {
    const followers = [follow({ venues: ['okx', 'bybit'] }), follow({ venues: ['bybit', 'okx'] })];
    expect(board.feedCount).toBe(1);
    const updates = await Promise.all(followers.map(({ source }) => source.read([START_MS])));
    expect(asked).toEqual([[START_MS]]);
    expect(updates.map((update) => [update?.isUpdate, update?.buckets])).toEqual([
      [true, [bucket(START_MS)]],
      [true, [bucket(START_MS)]],
    ]);
    await followers[0]?.source.read([START_MS]);
    expect(board.updates).toBe(2);
    await expect(followers[0]?.source.read([])).resolves.toBeUndefined();
    expect(await followers[0]?.source.snapshot()).toMatchObject({ symbol: 'BTCUSDT', isUpdate: false });
    expect(asked.at(-1)).toMatchObject({ ...newestRange(MINUTE, START_MS), venues: ['okx', 'bybit'] });
  });

  test('says once a second to try again while something cannot be read', async () => {
    const { source, told } = follow();
    failing = true;
    await expect(source.snapshot()).rejects.toThrow('the database is away');
    await expect(source.read([START_MS])).rejects.toThrow('the database is away');
    clock.advance(RETRY_AFTER_MS - 1);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual([[]]);
    clock.advance(RETRY_AFTER_MS);
    expect(told).toHaveLength(1);
  });

  test('keeps and listens to nothing once nobody follows', async () => {
    const [first, second, other] = [follow(), follow(), follow({ timeframe: HOUR })];
    expect([board.feedCount, bus.listenerCount()]).toEqual([2, 2]);
    record(START_MS);
    failing = true;
    await expect(first.source.snapshot()).rejects.toThrow();
    first.stop();
    first.stop();
    other.stop();
    clock.advance(UPDATE_EVERY_MS);
    expect([first.told.length, second.told.length, other.told.length]).toEqual([0, 1, 0]);
    record(START_MS);
    second.stop();
    expect([board.feedCount, bus.listenerCount(), clock.pendingDelaysMs().length]).toEqual([0, 0, 0]);
    await expect(first.source.snapshot()).rejects.toThrow();
    expect(clock.pendingDelaysMs().length).toBe(0);
    const again = follow();
    record(START_MS);
    clock.advance(UPDATE_EVERY_MS);
    expect(again.told).toHaveLength(1);
    board.close();
    expect([board.feedCount, bus.listenerCount(), clock.pendingDelaysMs().length]).toEqual([0, 0, 0]);
  });

  test('follows so many choices and no more, says so and counts it', () => {
    const follows = ['A', 'B', 'C', 'D', 'E'].map((symbol) => follow({ symbol }));
    expect(() => follow({ symbol: 'F' })).toThrow('At most 5 different choices');
    follow({ symbol: 'A' });
    expect([board.feedCount, board.refused]).toEqual([5, 1]);
    follows[1]?.stop();
    follow({ symbol: 'F' });
    expect(board.feedCount).toBe(5);
  });
});

describe('choiceKey', () => {
  test('is the same whatever the order of the venues, and tells none from all', () => {
    const choice = { symbol: '*', timeframe: HOUR };
    expect(choiceKey({ ...choice, venues: ['b', 'a', 'b'] })).toBe(
      choiceKey({ ...choice, venues: ['a', 'b'] }),
    );
    expect(choiceKey({ ...choice, venues: [] })).not.toBe(choiceKey(choice));
  });
});
