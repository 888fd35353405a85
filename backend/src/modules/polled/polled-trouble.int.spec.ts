import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { PolledForTests } from './polled-for-tests.js';

const NOW_MS = Date.parse('2026-11-20T12:34:56.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Row {
  readonly venue: string;
  readonly timestamp: number;
  readonly isAfterGap: boolean;
}

describe('polled series in trouble', () => {
  let postgres: PostgresForTests;
  let polled: PolledForTests;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
  }, 60_000);
  afterAll(() => postgres.dispose());
  beforeEach(async () => {
    await postgres.database.writer.query('TRUNCATE open_interest, funding, venue_catalogue');
    polled = await PolledForTests.start(postgres, NOW_MS);
    polled.begin();
  }, 60_000);
  afterEach(() => polled.stop());

  const until = (condition: () => unknown, stepMs = 100) =>
    waitFor(
      async () => {
        const met: unknown = await condition();
        if (!met) polled.pass(stepMs);
        return met;
      },
      { withinMs: 30_000 },
    );
  const pass = async (ms: number) => {
    const untilMs = polled.clock.nowMs() + ms;
    await until(() => polled.clock.nowMs() >= untilMs, 2_000);
  };
  const count = async (table: string, where = 'true') => {
    const { rows } = await postgres.database.writer.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
    );
    return rows[0]?.n ?? 0;
  };
  const isFilled = async () =>
    (await count('open_interest')) > 3 * 288 && (await count('funding', "kind = 'SETTLED'")) >= 3 * 20;
  const openInterest = async (args = '') => {
    const { data } = await polled.post(
      `{ openInterestHistory(symbol: "BTCUSDT"${args}) { venue timestamp isAfterGap } }`,
    );
    return data?.openInterestHistory as readonly Row[];
  };
  const funding = async (args = '') => {
    const { data } = await polled.post(
      `{ fundingHistory(symbol: "BTCUSDT"${args}) { venue timestamp isAfterGap } }`,
    );
    return data?.fundingHistory as readonly Row[];
  };
  const restart = async (awayMs: number) => {
    await polled.stopOurs();
    polled.clock.advance(awayMs);
    const { venues, clock } = polled;
    polled = await PolledForTests.start(postgres, NOW_MS, { venues, clock });
    polled.begin();
  };

  test('after a restart it knows the newest at once, asks for what it missed only, and has no point twice', async () => {
    await until(isFilled);
    await pass(3 * MINUTE_MS);
    await restart(30 * MINUTE_MS);
    const past = () => polled.asked.filter(({ url }) => url.pathname.endsWith('/openInterestHist'));
    await until(
      () => past().length > 0 && polled.openInterest.board.counts().venues.get('okx')?.fill.waiting === 0,
    );
    const [first] = past();
    expect(Number(first?.url.searchParams.get('startTime'))).toBeGreaterThan(NOW_MS);
    await pass(2_000);
    const points = await openInterest(', hours: 1, venue: "binance"');
    expect(points.some(({ isAfterGap }) => isAfterGap)).toBe(false);
    const { rows } = await postgres.database.writer.query(
      'SELECT FROM open_interest GROUP BY venue, venue_symbol, venue_time HAVING count(*) > 1',
    );
    expect(rows).toEqual([]);
  }, 20_000);

  test('what a venue did not answer for ten minutes is fetched when it is back', async () => {
    await until(isFilled);
    const awayMs = polled.clock.nowMs();
    polled.venues.faults('binance').set({ rest: { status: 503 } });
    await pass(12 * MINUTE_MS);
    const backMs = polled.clock.nowMs();
    polled.venues.faults('binance').clear();
    const between = (fromMs: number, toMs: number) =>
      count(
        'open_interest',
        `venue = 'binance' AND venue_time > to_timestamp(${fromMs / 1_000}) AND venue_time < to_timestamp(${toMs / 1_000})`,
      );
    expect(await between(awayMs + 1_000, backMs)).toBe(0);
    await until(async () => (await between(awayMs + 1_000, backMs)) >= 2, 1_000);
    const okx = (await openInterest(', hours: 1, venue: "okx"')).filter(
      ({ timestamp }) => timestamp > awayMs,
    );
    expect(okx.some(({ isAfterGap }) => isAfterGap)).toBe(false);
    expect(okx.length).toBeGreaterThanOrEqual(10);
  }, 20_000);

  test('an hour without polls that nobody can fill is a hole and no line', async () => {
    await until(isFilled);
    await pass(2 * MINUTE_MS);
    polled.venues.faults('bybit').set({ rest: { status: 503, only: 'OPEN_INTEREST' } });
    await restart(HOUR_MS);
    await pass(2 * MINUTE_MS);
    const points = await openInterest(', hours: 3, venue: "bybit"');
    const gaps = points.filter(({ isAfterGap }) => isAfterGap);
    expect(gaps).toHaveLength(1);
    const [gap] = gaps;
    const before = points.findLast(({ timestamp }) => timestamp < (gap?.timestamp ?? 0));
    expect((gap?.timestamp ?? 0) - (before?.timestamp ?? 0)).toBeGreaterThan(50 * MINUTE_MS);
    // Estimates of the past cannot be had from any venue.
    const estimates = await funding(', hours: 3, kind: ESTIMATE, venue: "okx"');
    expect(estimates.filter(({ isAfterGap }) => isAfterGap)).toHaveLength(1);
    polled.venues.faults('bybit').clear();
    const missed = "venue = 'bybit' AND venue_time BETWEEN '2026-11-20T12:50Z' AND '2026-11-20T13:20Z'";
    await until(async () => (await count('open_interest', missed)) >= 6, 5_000);
    const after = await openInterest(', hours: 3, venue: "bybit"');
    expect(after.some(({ isAfterGap }) => isAfterGap)).toBe(false);
  }, 20_000);
});
