import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { RawClient } from '../../core/graphql-socket/raw-client-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CandlesForTests } from './candles-for-tests.js';

/** A Friday, half a minute into its minute. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIELDS =
  'venue symbol timeframe time timestamp open high low close volume volumeUsd volumeUsdFormatted count isClosed';
const QUERY = `query ($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $limit: Int, $venue: ID) {
  candles(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to, limit: $limit, venue: $venue) { ${FIELDS} }
}`;

interface CandleAnswer {
  readonly venue: string;
  readonly timeframe: string;
  readonly time: number;
  readonly timestamp: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly isClosed: boolean;
}

let postgres: PostgresForTests;
let made: CandlesForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  made = await CandlesForTests.start(postgres, NOW);
});
afterEach(() => made.stop());

async function ask(given: object): Promise<readonly CandleAnswer[]> {
  const { data, errors } = await made.api.post(QUERY, { symbol: 'BTCUSDT', timeframe: '1m', ...given });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.candles as readonly CandleAnswer[];
}

async function refused(given: object): Promise<Record<string, unknown> | undefined> {
  const { errors } = await made.api.post(QUERY, { symbol: 'BTCUSDT', timeframe: '1m', ...given });
  return errors?.[0] && { ...errors[0].extensions, message: errors[0].message };
}

const requests = () => made.candles.store.counts().requests;

describe('the query candles', () => {
  test('gives the newest of Binance, ascending, the last one open (S098, S106, S135)', async () => {
    const found = await ask({ symbol: 'btc-usdt', timeframe: '5m', limit: 3 });
    expect(found.map(({ timestamp, isClosed }) => [timestamp - NOW + 30_000, isClosed])).toEqual([
      [-10 * MINUTE, true],
      [-5 * MINUTE, true],
      [0, false],
    ]);
    expect(found[0]).toEqual({
      venue: 'binance',
      symbol: 'BTCUSDT',
      timeframe: '5m',
      time: (NOW - 30_000 - 10 * MINUTE) / 1_000,
      timestamp: NOW - 30_000 - 10 * MINUTE,
      ...Object.fromEntries(
        ['open', 'high', 'low', 'close', 'volume', 'volumeUsd'].map((name) => [
          name,
          expect.stringMatching(/^\d+(\.\d*[1-9])?$/),
        ]),
      ),
      volumeUsdFormatted: expect.stringMatching(/^[\d.]+M$/),
      count: expect.any(Number),
      isClosed: true,
    });
    expect(await ask({})).toHaveLength(500);
    expect(await ask({ limit: 1_000 })).toHaveLength(1_000);
  });

  test('asks the venue once for what is closed, and for the open one at most every second', async () => {
    const first = await ask({ limit: 400 });
    const asked = requests();
    expect(asked).toBeLessThanOrEqual(2);
    expect(await ask({ limit: 400 })).toEqual(first);
    await Promise.all([ask({ limit: 300 }), ask({ limit: 200 }), ask({ limit: 100, timeframe: '1m' })]);
    expect(requests()).toBe(asked);
    made.clock.advance(1_000);
    await Promise.all(Array.from({ length: 20 }, () => ask({ limit: 10 })));
    expect(requests()).toBe(asked + 1);
    expect((await ask({ from: NOW - 5 * HOUR, to: NOW - 4 * HOUR })).length).toBe(61);
    expect(requests()).toBe(asked + 1);
  });

  test('joins what a venue has not: exact sums, and the instants that volume has', async () => {
    const minutes = await ask({ from: NOW - 28 * MINUTE - 30_000, to: NOW, limit: 60 });
    const sevens = await ask({ timeframe: '7m', limit: 4 });
    expect(sevens.map(({ timestamp }) => timestamp % (7 * MINUTE))).toEqual([0, 0, 0, 0]);
    for (const seven of sevens.slice(1, 3)) {
      const parts = minutes.filter(
        ({ timestamp }) => timestamp >= seven.timestamp && timestamp < seven.timestamp + 7 * MINUTE,
      );
      expect(parts).toHaveLength(7);
      expect(seven.open).toBe(parts[0]?.open);
      expect(seven.close).toBe(parts[6]?.close);
      expect(Number(seven.high)).toBe(Math.max(...parts.map(({ high }) => Number(high))));
      expect(Number(seven.volume)).toBeCloseTo(
        parts.reduce((sum, { volume }) => sum + Number(volume), 0),
        6,
      );
      expect(seven.isClosed).toBe(true);
    }
    const weeks = await ask({ timeframe: '1w', limit: 3 });
    expect(weeks.map(({ timestamp }) => new Date(timestamp).getUTCDay())).toEqual([1, 1, 1]);
    const months = await ask({ timeframe: '1M', limit: 3 });
    expect(months.map(({ timestamp }) => timestamp)).toEqual(
      [8, 9, 10].map((month) => Date.UTC(2026, month, 1)),
    );
    const tens = await ask({ timeframe: '10d', limit: 3 });
    expect(tens.map(({ timestamp }) => timestamp % (10 * DAY))).toEqual([0, 0, 0]);
  });

  test('takes the next venue where the first cannot be asked, and says which (fallback OKX, Bybit)', async () => {
    made.venues.faults('binance').set({ rest: { status: 429, retryAfterSeconds: 60 } });
    expect((await ask({ limit: 2 })).map(({ venue }) => venue)).toEqual(['okx', 'okx']);
    made.venues.faults('okx').set({ rest: { status: 503 } });
    expect((await ask({ timeframe: '5m', limit: 2 })).map(({ venue }) => venue)).toEqual(['bybit', 'bybit']);
    expect(await ask({ timeframe: '1d', limit: 2, venue: 'bybit' })).toMatchObject([
      { timestamp: Date.UTC(2026, 10, 19) },
      { timestamp: Date.UTC(2026, 10, 20) },
    ]);
  });

  test('is UNAVAILABLE where no venue answers, with the time to wait that they asked for', async () => {
    for (const venue of ['binance', 'okx', 'bybit'] as const) {
      made.venues.faults(venue).set({ rest: { status: 429, retryAfterSeconds: venue === 'okx' ? 20 : 60 } });
    }
    const problem = await refused({});
    expect(problem).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 20_000 });
    expect(problem?.message).toMatch('No candles from Binance, OKX, Bybit now');
    expect(problem?.message).not.toMatch('http');
    for (const venue of ['binance', 'okx', 'bybit'] as const) made.venues.faults(venue).clear();
    // Who was told to wait is not asked before.
    expect(await refused({ venue: 'okx' })).toMatchObject({ code: 'UNAVAILABLE' });
    made.clock.advance(20_000);
    expect(await ask({ venue: 'okx', limit: 1 })).toHaveLength(1);
  });

  test('gives answers of one venue each, also where the venue fails within one', async () => {
    const kept = await ask({ limit: 5 });
    expect(new Set(kept.map(({ venue }) => venue))).toEqual(new Set(['binance']));
    made.venues.faults('binance').set({ rest: { status: 503 } });
    const longer = await ask({ limit: 500 });
    expect(longer).toHaveLength(500);
    expect(new Set(longer.map(({ venue }) => venue))).toEqual(new Set(['okx']));
    // Who wants more of the same series says so.
    expect(await refused({ limit: 500, venue: 'binance' })).toMatchObject({ code: 'UNAVAILABLE' });
    made.venues.faults('binance').clear();
    const more = await ask({ to: kept[0]?.timestamp, limit: 3, venue: 'binance' });
    expect(more.map(({ venue }) => venue)).toEqual(['binance', 'binance', 'binance']);
  });

  test('costs the requests to the venue too, so that few of the most expensive ones are to be had at once', async () => {
    const one = 'candles(symbol: "BTCUSDT", timeframe: "1001m", limit: 6, venue: "binance") { close }';
    const fields = Array.from({ length: 10 }, (_, n) => `x${n}: ${one}`).join(' ');
    const { errors } = await made.api.post(`{ ${fields} }`);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'QUERY_TOO_COMPLEX', limit: 'cost', allowed: 5_000, found: expect.any(Number) as unknown },
    ]);
    expect(requests()).toBe(0);
    const problem = await refused({ timeframe: '1001m', limit: 19 });
    expect(problem).toMatchObject({ code: 'RANGE_TOO_WIDE', argument: 'limit', maxLimit: 6 });
    expect(problem?.message).toMatch('at most 6 of them');
    expect(requests()).toBe(0);
  });

  test('asks the venue no more once the client has gone, over HTTP and over the socket', async () => {
    const variables = { symbol: 'BTCUSDT', timeframe: '7m', limit: 1_000, venue: 'okx' };
    const { store } = made.candles;
    const leaving = new AbortController();
    const answer = fetch(`${made.api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, variables }),
      signal: leaving.signal,
    });
    const left = expect(answer).rejects.toThrow();
    // Time stands still: those six that history may make at once, and the seventh waits.
    await waitFor(() => requests() === 6 && store.counts().waiting > 0);
    leaving.abort();
    await left;
    await waitFor(() => store.counts().waiting === 0);
    made.clock.advance(10_000);

    const client = await RawClient.connect(made.api.socketUrl);
    client.subscribe('wide', QUERY, variables);
    await waitFor(() => requests() === 12 && store.counts().waiting > 0);
    client.send({ type: 'complete', id: 'wide' });
    await waitFor(() => store.counts().waiting === 0);
    made.clock.advance(10_000);
    // Another question comes and goes, and what was given up is not asked for.
    await ask({ timeframe: '1d', limit: 1, venue: 'okx' });
    expect(requests()).toBe(13);
    client.close();
  });

  test('asks in the name of the client, for history and to find the venue of a stream', async () => {
    const read = jest.spyOn(made.candles.store, 'read');
    await ask({ limit: 1 });
    expect(read.mock.calls.at(-1)?.[4]).toMatchObject({
      party: 'loopback',
      signal: expect.any(AbortSignal) as unknown,
    });
    read.mockClear();
    const client = await RawClient.connect(made.api.socketUrl);
    client.subscribe('live', 'subscription { candleUpdated(symbol: "ETHUSDT", timeframe: "1m") { close } }');
    await waitFor(() => read.mock.calls.length > 0);
    expect(read.mock.calls[0]?.[4]).toMatchObject({ party: 'loopback' });
    client.close();
  });

  test('gives no more than this server allows, and says how many that are', async () => {
    await made.stop();
    made = await CandlesForTests.start(postgres, NOW, 100);
    expect(await ask({})).toHaveLength(100);
    expect(await refused({ from: NOW - 200 * MINUTE })).toMatchObject({
      code: 'RANGE_TOO_WIDE',
      limit: 100,
      maxLimit: 100,
      message: expect.stringContaining('at most 100') as unknown,
    });
    expect(await refused({ limit: 101 })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'limit',
      message: 'limit: at most 100 on this server',
    });
    expect(await ask({ limit: 100 })).toHaveLength(100);
  });

  test.each([
    [{ symbol: 'BTCUSTD' }, 'UNKNOWN_SYMBOL'],
    [{ symbol: '' }, 'UNKNOWN_SYMBOL'],
    [{ symbol: 'x'.repeat(65) }, 'BAD_USER_INPUT'],
    [{ venue: 'mtgox' }, 'BAD_USER_INPUT'],
    [{ symbol: 'XAUUSDT', venue: 'okx' }, 'BAD_USER_INPUT'],
    [{ timeframe: '7x' }, 'BAD_USER_INPUT'],
    [{ limit: 0 }, 'BAD_USER_INPUT'],
    [{ limit: 1_001 }, 'BAD_USER_INPUT'],
    [{ from: NOW, to: NOW - 1 }, 'BAD_USER_INPUT'],
    [{ from: NOW - 501 * MINUTE }, 'RANGE_TOO_WIDE'],
    [{ from: -8e15 }, 'RANGE_TOO_WIDE'],
    [{ timeframe: '1439m', limit: 1_000 }, 'RANGE_TOO_WIDE'],
  ])('refuses %j with %s', async (given, code) => {
    expect(await refused(given)).toMatchObject({ code });
    expect(requests()).toBe(0);
  });

  test('is empty where nothing can be, and asks nobody', async () => {
    expect(await ask({ from: NOW + DAY, to: NOW + 2 * DAY, limit: 1_000, timeframe: '1h' })).toEqual([]);
    expect(requests()).toBe(0);
  });

  test('asks for nothing that was before there were such contracts', async () => {
    expect(await ask({ to: Date.UTC(2015, 0), timeframe: '1m', limit: 500 })).toEqual([]);
    expect(requests()).toBe(0);
    const months = await ask({ timeframe: '1M', limit: 1_000 });
    expect(months.length).toBeGreaterThan(0);
    expect(requests()).toBeLessThanOrEqual(3);
  });

  test('is counted, for all to see', async () => {
    await ask({ limit: 400 });
    await ask({ limit: 400 });
    const metrics = await (await fetch(`${made.api.url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
    expect(value('orderfox_candle_requests_total')).toBe(requests());
    expect(value('orderfox_candle_pages_hit_total')).toBeGreaterThan(0);
    expect(value('orderfox_candles_kept')).toBeGreaterThanOrEqual(400);
    for (const name of ['requests_failed_total', 'requests_withheld_total', 'requests_waiting']) {
      expect(value(`orderfox_candle_${name}`)).toBe(0);
    }
  });
});
