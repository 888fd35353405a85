import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fundingAprPercent, parseDecimal } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { PolledForTests, type Told } from '../polled/polled-for-tests.js';

const NOW_MS = Date.parse('2026-11-20T15:57:56.000Z');
const HOUR_MS = 3_600_000;
const VENUES = ['binance', 'okx', 'bybit'] as const;
const RATE =
  'venue venueSymbol timestamp kind rate intervalHours rate8h aprPercent rateFormatted aprFormatted nextFundingAt isAfterGap';

interface Rate {
  readonly venue: (typeof VENUES)[number];
  readonly venueSymbol: string;
  readonly timestamp: number;
  readonly kind: string;
  readonly rate: string;
  readonly intervalHours: number;
  readonly rate8h: string;
  readonly aprPercent: string;
  readonly nextFundingAt: number | null;
  readonly isAfterGap: boolean;
}

describe('funding over GraphQL', () => {
  let postgres: PostgresForTests;
  let polled: PolledForTests;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
  }, 60_000);
  afterAll(() => postgres.dispose());
  beforeEach(async () => {
    await postgres.database.writer.query('TRUNCATE open_interest, funding, venue_catalogue');
    polled = await PolledForTests.start(postgres, NOW_MS, { symbols: ['BTCUSDT', 'WIFUSDT'] });
    polled.begin();
  }, 60_000);
  afterEach(() => polled.stop());

  const until = (condition: () => unknown, stepMs = 100) =>
    waitFor(async () => {
      const met: unknown = await condition();
      if (!met) polled.pass(stepMs);
      return met;
    });
  const ask = async (field: string, args: string, selection: string): Promise<unknown> => {
    const { data, errors } = await polled.post(`{ ${field}(${args}) { ${selection} } }`);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.[field];
  };
  const states = async (symbol: string) =>
    (await ask(
      'funding',
      `symbol: "${symbol}"`,
      `venue state settled { ${RATE} } point { ${RATE} }`,
    )) as Told[];
  const history = async (args: string) => (await ask('fundingHistory', args, RATE)) as readonly Rate[];
  const isThere = async () => {
    const { rows } = await postgres.database.writer.query<{ n: number }>(
      'SELECT count(DISTINCT (venue, symbol, kind))::int AS n FROM funding',
    );
    return rows[0]?.n === 12;
  };

  test.each([
    ['BTCUSDT', 8],
    ['WIFUSDT', 4],
  ])(
    'S153, S155: tells the running rate of %s, with its %i hours, and the year it comes to',
    async (symbol, hours) => {
      await until(isThere);
      const told = await states(symbol);
      expect(told.map(({ venue, state }) => [venue, state])).toEqual(VENUES.map((venue) => [venue, 'LIVE']));
      for (const { point, settled } of told) {
        const rate = point as unknown as Rate;
        const truth = polled.venues.fundingOf(rate.venue, rate.venueSymbol, rate.timestamp);
        expect(rate).toMatchObject({
          kind: 'ESTIMATE',
          intervalHours: hours,
          nextFundingAt: truth?.settlementMs,
        });
        // Bybit's ticker is written when it is pushed, some moments before it is asked for.
        expect(Number(rate.rate)).toBeCloseTo(Number(truth?.rate), 4);
        expect(rate.aprPercent).toBe(fundingAprPercent(parseDecimal(rate.rate), hours * HOUR_MS));
        expect(Number(rate.rate8h)).toBeCloseTo((Number(rate.rate) * 8) / hours, 12);
        const [charged] = polled.venues
          .settledFunding(rate.venue, rate.venueSymbol, NOW_MS - hours * HOUR_MS, NOW_MS)
          .slice(-1);
        expect(settled).toMatchObject({
          kind: 'SETTLED',
          timestamp: charged?.settlementMs,
          nextFundingAt: null,
        });
        expect(settled?.rate).toBe(charged && parseDecimal(charged.rate));
      }
    },
  );

  test('a week of charged rates is fetched at first start, and never mixed with estimates', async () => {
    await until(isThere);
    const settled = await history('symbol: "WIFUSDT", hours: 168, kind: SETTLED');
    for (const venue of VENUES) {
      const own = settled.filter((rate) => rate.venue === venue);
      const truth = polled.venues.settledFunding(venue, own[0]!.venueSymbol, NOW_MS - 168 * HOUR_MS, NOW_MS);
      expect(own.map(({ timestamp, rate }) => [timestamp, rate])).toEqual(
        truth.map(({ settlementMs, rate }) => [settlementMs, parseDecimal(rate)]),
      );
      expect(own.every(({ kind, intervalHours }) => kind === 'SETTLED' && intervalHours === 4)).toBe(true);
      expect(own.some(({ isAfterGap }) => isAfterGap)).toBe(false);
    }
    const estimates = await history('symbol: "WIFUSDT", kind: ESTIMATE, venue: "okx"');
    expect(estimates.map(({ kind, venue }) => [kind, venue])).toEqual([['ESTIMATE', 'okx']]);
    const both = await history('symbol: "WIFUSDT", hours: 24, venue: "okx"');
    expect(both.map(({ kind }) => kind)).toEqual([...Array<string>(6).fill('SETTLED'), 'ESTIMATE']);
  });

  test('what a history costs grows with the charged rates that it can hold', async () => {
    const cost = async (hours: number) =>
      (await polled.post(`{ fundingHistory(symbol: "WIFUSDT", hours: ${hours}) { rate } }`)).extensions?.cost;
    const usual = Math.ceil(20 + 3 * 288 * 1.1);
    expect(await cost(24)).toMatchObject({ requested: Math.ceil(20 + 9 + 3 * 288 * 1.1) });
    expect(await cost(720)).toMatchObject({ requested: usual + (720 * 3) / 8 });
  });

  test('S155: an interval that fell from 8 h to 4 h counts from the first shorter one on; older rates keep theirs', async () => {
    await until(isThere);
    // ENA's interval fell half a day before the simulation began.
    const settled = (await history('symbol: "ENAUSDT", hours: 168, kind: SETTLED')).filter(
      ({ venue }) => venue === 'okx',
    );
    const hours = settled.map(({ intervalHours }) => intervalHours);
    expect([...new Set(hours)]).toEqual([8, 4]);
    expect(hours).toEqual(hours.toSorted((a, b) => b - a));
    for (const [
      index,
      { timestamp, rate, rate8h, aprPercent, intervalHours, isAfterGap },
    ] of settled.entries()) {
      expect(isAfterGap).toBe(false);
      if (index > 0) expect(timestamp - settled[index - 1]!.timestamp).toBe(intervalHours * HOUR_MS);
      expect(Number(rate8h)).toBeCloseTo((Number(rate) * 8) / intervalHours, 12);
      expect(Number(aprPercent)).toBeCloseTo(((Number(rate) * 24) / intervalHours) * 365 * 100, 9);
    }
    const [, okx] = await states('ENAUSDT');
    expect(okx?.point).toMatchObject({ intervalHours: 4 });
  });

  test('S238: a new rate reaches who listens with the next poll, and the charged one soon after its time', async () => {
    const live = polled.subscribe(
      `subscription { fundingUpdated(symbol: "WIFUSDT") { venue state point { ${RATE} } settled { ${RATE} } } }`,
      'fundingUpdated',
    );
    const last = () => live.told.findLast(({ venue }) => venue === 'binance');
    await until(() => last()?.state === 'LIVE' && last()?.settled !== null);
    const next = last()?.point?.nextFundingAt as number;
    expect(last()?.settled?.timestamp).toBe(next - 4 * HOUR_MS);
    await until(() => polled.clock.nowMs() >= next + 5_000, 2_000);
    await until(() => (last()?.point?.nextFundingAt as number) === next + 4 * HOUR_MS, 2_000);
    expect(polled.clock.nowMs()).toBeLessThan(next + 70_000);
    await until(() => last()?.settled?.timestamp === next, 2_000);
    expect(polled.clock.nowMs()).toBeLessThan(next + 150_000);
    const [charged] = polled.venues.settledFunding('binance', 'WIFUSDT', next, next);
    expect(last()?.settled?.rate).toBe(charged && parseDecimal(charged.rate));
  });
});
