import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { PolledForTests, type Told } from '../polled/polled-for-tests.js';

const NOW_MS = Date.parse('2026-11-20T12:34:56.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const VENUES = ['binance', 'okx', 'bybit'] as const;

const POINT =
  'venue symbol venueSymbol timestamp openInterest openInterestUsd openInterestFormatted openInterestUsdFormatted priceUsed isHalved isAfterGap';
const STATE = `symbol venue venueSymbol listing state reason since until isStale ageMs point { ${POINT} }`;

interface Point {
  readonly venue: string;
  readonly venueSymbol: string;
  readonly timestamp: number;
  readonly openInterest: string;
  readonly openInterestUsd: string | null;
  readonly priceUsed: string | null;
  readonly isAfterGap: boolean;
}

describe('open interest over GraphQL', () => {
  let postgres: PostgresForTests;
  let polled: PolledForTests;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
  }, 60_000);
  afterAll(() => postgres.dispose());
  beforeEach(async () => {
    await postgres.database.writer.query('TRUNCATE open_interest, funding, venue_catalogue');
    polled = await PolledForTests.start(postgres, NOW_MS);
  }, 60_000);
  afterEach(() => polled.stop());

  const stored = async () => {
    const { rows } = await postgres.database.writer.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM open_interest',
    );
    return rows[0]?.n ?? 0;
  };
  /** Lets time pass in small steps until something is so. */
  const until = (condition: () => unknown, stepMs = 100) =>
    waitFor(async () => {
      const met: unknown = await condition();
      if (!met) polled.pass(stepMs);
      return met;
    });
  /** Lets time pass, slowly enough for answers to arrive. */
  const pass = async (ms: number) => {
    const untilMs = polled.clock.nowMs() + ms;
    await until(() => polled.clock.nowMs() >= untilMs, 2_000);
  };
  const states = async (symbol = 'BTCUSDT') => {
    const { data } = await polled.post(
      `query ($symbol: ID!) { openInterest(symbol: $symbol) { ${STATE} } }`,
      {
        symbol,
      },
    );
    return data?.openInterest as readonly Told[];
  };
  const history = async (args = '') => {
    const { data } = await polled.post(`{ openInterestHistory(symbol: "BTCUSDT"${args}) { ${POINT} } }`);
    return data?.openInterestHistory as readonly Point[];
  };

  test('S152, S154: tells what every venue says, in coins and dollars, and what was asked is stored', async () => {
    polled.begin();
    await until(async () => (await stored()) > 3 * 288);
    const told = await states('btc-usdt-swap');
    expect(told.map(({ venue, state, isStale, listing }) => ({ venue, state, isStale, listing }))).toEqual(
      VENUES.map((venue) => ({ venue, state: 'LIVE', isStale: false, listing: 'LISTED' })),
    );
    for (const { venue, point } of told) {
      const { venueSymbol, timestamp, openInterest } = point as unknown as Point;
      const truth = polled.venues.openInterestOf(venue as (typeof VENUES)[number], venueSymbol, timestamp);
      // A ticker is written when it is pushed, a moment before it is asked for.
      expect(Number(openInterest) / Number(truth?.coins)).toBeCloseTo(1, 4);
      expect(point).toMatchObject({ priceUsed: 'VENUE', isHalved: false, isAfterGap: false });
      expect(point?.openInterestUsdFormatted).toMatch(/^\d+\.\d\d[MB]$/);
    }
  });

  test('fetches the last 24 hours at first start: every five minutes of every venue, none doubled', async () => {
    polled.begin();
    await until(async () => (await stored()) > 3 * 288);
    const points = await history();
    for (const venue of VENUES) {
      const own = points.filter((point) => point.venue === venue);
      expect(own.length).toBeGreaterThanOrEqual(287);
      expect(own.some(({ isAfterGap }) => isAfterGap)).toBe(false);
      const times = own.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times[0]).toBeLessThan(NOW_MS - 24 * HOUR_MS + 6 * MINUTE_MS);
      // Bybit says no dollars of the past: they are those of its candles.
      const used = venue === 'bybit' ? ['CLOSE', 'VENUE'] : ['VENUE'];
      expect(own.every(({ priceUsed }) => used.includes(priceUsed ?? ''))).toBe(true);
      const truth = polled.venues.openInterestOf(venue, own[7]!.venueSymbol, own[7]!.timestamp);
      expect(own[7]!.openInterest).toBe(truth?.coins && parseDecimal(truth.coins));
    }
  });

  test('the past of one venue only, of fewer hours, and by names of venues that there are', async () => {
    polled.begin();
    await until(async () => (await stored()) > 3 * 288);
    const points = await history(', hours: 2, venue: "okx"');
    expect(points.length).toBeGreaterThan(20);
    expect(points.length).toBeLessThan(30);
    expect(new Set(points.map(({ venue }) => venue))).toEqual(new Set(['okx']));
    const refusal = async (question: string) => {
      const { errors } = await polled.post(`{ ${question} { venue } }`);
      return [errors?.[0]?.extensions.code, errors?.[0]?.message];
    };
    expect(await refusal('openInterestHistory(symbol: "BTCUSDT", venue: "mars")')).toEqual([
      'BAD_USER_INPUT',
      'venue: there is none of this name; known are binance, okx, bybit',
    ]);
    expect(await refusal('openInterestHistory(symbol: "BTCUSDT", hours: 0)')).toEqual([
      'BAD_USER_INPUT',
      'hours: must be 1 to 720',
    ]);
    expect((await refusal('openInterest(symbol: "NOPEUSDT")'))[0]).toBe('UNKNOWN_SYMBOL');
  });

  test('asks for a market that is none of SYMBOLS while somebody wants it, and a minute longer', async () => {
    polled.begin();
    const asks = () => polled.asked.filter(({ url }) => url.href.includes('DOGE')).length;
    await pass(5_000);
    expect(asks()).toBe(0);
    const told = await states('DOGEUSDT');
    expect(told.map(({ state }) => state)).toEqual(['LIVE', 'LIVE', 'LIVE']);
    await pass(MINUTE_MS + 5_000);
    const before = asks();
    await pass(2 * MINUTE_MS);
    expect(asks()).toBe(before);
    expect(polled.openInterest.board.counts().symbols).toBe(1);
  });

  test('a market that a venue does not list is told from one that is not known yet', async () => {
    polled.venues.faults('okx').delist('SOL-USDT-SWAP');
    await polled.stopOurs();
    await postgres.database.writer.query('TRUNCATE venue_catalogue');
    polled.venues.faults('bybit').set({ rest: { status: 503 } });
    polled = await PolledForTests.start(postgres, NOW_MS, { venues: polled.venues, clock: polled.clock });
    const [binance, okx, bybit] = await states('SOLUSDT');
    expect(binance).toMatchObject({ listing: 'LISTED', state: 'LIVE' });
    expect(okx).toMatchObject({
      listing: 'NOT_LISTED',
      state: 'DISABLED',
      reason: 'OKX does not list SOLUSDT',
      point: null,
    });
    expect(bybit).toMatchObject({ listing: 'UNKNOWN', state: 'RESYNCING', point: null, venueSymbol: null });
    expect(bybit?.reason).toMatch(/^whether Bybit lists SOLUSDT is not known yet: .*503/);
    polled.venues.faults('bybit').clear();
    const live = polled.subscribe(
      `subscription { openInterestUpdated(symbol: "SOLUSDT") { ${STATE} } }`,
      'openInterestUpdated',
    );
    const last = () => live.told.findLast(({ venue }) => venue === 'bybit');
    await until(() => last()?.state === 'LIVE', 1_000);
    expect(last()).toMatchObject({ listing: 'LISTED', venueSymbol: 'SOLUSDT' });
  });

  test('streams every venue by itself: as it is, when it is asked, and when it no longer answers', async () => {
    polled.begin();
    const live = polled.subscribe(
      `subscription { openInterestUpdated(symbol: "BTCUSDT") { ${STATE} } }`,
      'openInterestUpdated',
    );
    const lastOf = (name: string) => live.told.findLast(({ venue }) => venue === name);
    await until(() => VENUES.every((venue) => lastOf(venue)?.state === 'LIVE'));
    const first = lastOf('okx')?.point?.timestamp as number;
    await until(() => (lastOf('okx')?.point?.timestamp as number) > first, 500);
    polled.venues.faults('okx').set({ rest: { status: 503 } });
    await until(() => lastOf('okx')?.state === 'RESYNCING', 500);
    const failed = lastOf('okx');
    expect(failed).toMatchObject({ isStale: false });
    expect(failed?.reason).toContain('503');
    expect(failed?.point?.openInterest).toBeDefined();
    await until(() => lastOf('okx')?.state === 'STALE', 1_000);
    expect(lastOf('okx')?.isStale).toBe(true);
    expect(lastOf('okx')!.ageMs).toBeGreaterThanOrEqual(3 * MINUTE_MS);
    expect(lastOf('binance')?.state).toBe('LIVE');
    polled.venues.faults('okx').clear();
    await until(() => lastOf('okx')?.state === 'LIVE', 1_000);
    expect(live.errors).toEqual([]);
  }, 20_000);

  test('F28: a venue that asks to be left alone is left alone until then, and says so', async () => {
    polled.begin();
    await until(async () => (await stored()) > 3 * 288);
    polled.venues.faults('okx').set({ rest: { status: 429, retryAfterSeconds: 300 } });
    await until(async () => (await states())[1]?.state === 'RATE_LIMITED', 1_000);
    const refused = (await states())[1];
    polled.venues.faults('okx').clear();
    const asks = () =>
      polled.asked.filter(({ url }) => url.pathname === '/api/v5/public/open-interest').length;
    const before = asks();
    await pass(refused!.until! - polled.clock.nowMs() - 2_000);
    expect(asks()).toBe(before);
    await until(async () => (await states())[1]?.state === 'LIVE', 1_000);
  }, 20_000);

  test('S190: earlier terminals get it under their address and names, of Bybit unless they say otherwise', async () => {
    polled.begin();
    await until(async () => (await stored()) > 3 * 288);
    const get = async (query: string) => {
      const response = await polled.meanwhile(fetch(`${polled.api.url}/api/market/oi_history${query}`));
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const { status, body } = await get('?hours=24&symbol=BTCUSDT');
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: 'BTCUSDT', venue: 'bybit', hours: 24 });
    const rows = body.data as readonly Record<string, unknown>[];
    expect(rows.length).toBeGreaterThanOrEqual(287);
    const row = rows.at(-1);
    expect(row?.oi_notional).toBe(Number(row?.oi_notional_exact));
    expect(row?.oi_notional_formatted).toMatch(/B$/);
    expect(row?.timestamp).toBeGreaterThan(NOW_MS - 10 * MINUTE_MS);
    const other = await get('?symbol=btcusdt&venue=okx&hours=1');
    expect(other.body).toMatchObject({ symbol: 'BTCUSDT', venue: 'okx', hours: 1 });
    expect((other.body.data as unknown[]).length).toBeGreaterThan(10);
    for (const [query, code, codeStatus] of [
      ['?hours=0', 'BAD_USER_INPUT', 400],
      ['?hours=1.5', 'BAD_USER_INPUT', 400],
      ['?hours=24&hours=25', 'BAD_USER_INPUT', 400],
      ['?hours=721', 'BAD_USER_INPUT', 400],
      ['?venue=mars', 'BAD_USER_INPUT', 400],
      ['?symbol=NOPE', 'UNKNOWN_SYMBOL', 404],
    ] as const) {
      const refused = await get(query);
      expect([refused.status, refused.body.code]).toEqual([codeStatus, code]);
    }
  });
});
