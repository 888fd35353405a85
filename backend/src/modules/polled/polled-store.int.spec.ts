import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { PartitionKeeper } from '../../core/partition-keeper.js';
import { MARKET_DATA_TABLES } from '../../market-data-tables.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type FundingRate } from '../funding/funding-rate.js';
import { FundingRepository } from '../funding/funding.repository.js';
import { type OpenInterestPoint } from '../open-interest/open-interest-point.js';
import { OpenInterestRepository } from '../open-interest/open-interest.repository.js';

const NOW_MS = Date.parse('2026-11-20T12:00:00.123Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const RANGE = { fromMs: NOW_MS - DAY_MS, toMs: NOW_MS + MINUTE_MS, stepMs: MINUTE_MS };

const point = (given: Partial<OpenInterestPoint> = {}): OpenInterestPoint => ({
  venue: 'okx',
  symbol: 'BTCUSDT',
  venueSymbol: 'BTC-USDT-SWAP',
  timestampMs: NOW_MS,
  receivedTimeMs: NOW_MS + 40,
  openInterest: parseDecimal('1234.5678'),
  isHalved: false,
  ...given,
});
const worth = (usd: string) => ({ openInterestUsd: parseDecimal(usd), priceUsed: 'VENUE' as const });
const rate = (given: Partial<FundingRate> = {}): FundingRate => ({
  venue: 'okx',
  symbol: 'BTCUSDT',
  venueSymbol: 'BTC-USDT-SWAP',
  timestampMs: NOW_MS,
  receivedTimeMs: NOW_MS + 40,
  kind: 'ESTIMATE',
  rate: parseDecimal('0.0001'),
  intervalMs: 8 * HOUR_MS,
  nextFundingMs: NOW_MS + HOUR_MS,
  ...given,
});

describe('what is kept of polled series', () => {
  let postgres: PostgresForTests;
  let points: OpenInterestRepository;
  let rates: FundingRepository;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
    points = new OpenInterestRepository(postgres.database);
    rates = new FundingRepository(postgres.database);
  }, 60_000);
  afterAll(() => postgres.dispose());
  beforeEach(async () => {
    await postgres.database.writer.query('TRUNCATE open_interest, funding');
  });

  test('a point comes back as it was, to the last digit and millisecond', async () => {
    const precise = point({
      openInterest: parseDecimal('12345678901234567890.123456789012345678'),
      ...worth('0.000000000000000001'),
    });
    await points.save([precise]);
    expect(await points.history('BTCUSDT', RANGE)).toEqual([precise]);
    expect(await points.newest('okx', 'BTC-USDT-SWAP')).toEqual([precise]);
    const bare = point({ timestampMs: NOW_MS - HOUR_MS, openInterest: parseDecimal('0') });
    await points.save([bare]);
    expect((await points.history('BTCUSDT', RANGE))[0]).toEqual(bare);
    await rates.save([rate({ rate: parseDecimal('-0.00000000000000012345') })]);
    expect(await rates.history('BTCUSDT', RANGE)).toEqual([
      rate({ rate: parseDecimal('-0.00000000000000012345') }),
    ]);
  });

  test('the same is one row, however often and together with whatever it comes', async () => {
    await points.save([point(), point(), point({ venue: 'bybit', venueSymbol: 'BTCUSDT' })]);
    await points.save([point()]);
    await rates.save([rate(), rate(), rate({ kind: 'SETTLED' })]);
    await rates.save([rate()]);
    expect(await points.history('BTCUSDT', RANGE)).toHaveLength(2);
    expect((await rates.history('BTCUSDT', RANGE)).map(({ kind }) => kind)).toEqual(['SETTLED', 'ESTIMATE']);
  });

  test('a venue that corrects itself has the last word, and dollars are not lost to the same coins without', async () => {
    await points.save([point(worth('80000000'))]);
    await points.save([point({ receivedTimeMs: NOW_MS + 999 })]);
    expect((await points.history('BTCUSDT', RANGE))[0]).toEqual(point(worth('80000000')));
    await points.save([point({ openInterest: parseDecimal('1') })]);
    expect((await points.history('BTCUSDT', RANGE))[0]).toEqual(point({ openInterest: parseDecimal('1') }));
    await points.save([point({ openInterest: parseDecimal('1'), ...worth('64000') })]);
    expect((await points.history('BTCUSDT', RANGE))[0]).toMatchObject(worth('64000'));
    await rates.save([rate()]);
    await rates.save([rate({ intervalMs: 4 * HOUR_MS })]);
    expect(await rates.history('BTCUSDT', RANGE)).toEqual([rate({ intervalMs: 4 * HOUR_MS })]);
  });

  test('an answer has the last point of each step of each contract, the oldest first', async () => {
    const at = (minutes: number, venue = 'okx') =>
      point({ timestampMs: NOW_MS - minutes * MINUTE_MS, venue });
    await points.save([at(12), at(11), at(9), at(1), at(0), at(9, 'bybit'), at(50)]);
    const range = { fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS + 1, stepMs: 10 * MINUTE_MS };
    const told = await points.history('BTCUSDT', range);
    // Steps begin at 11:40, 11:50 and 12:00.
    expect(told.map(({ venue, timestampMs }) => [venue, (NOW_MS - timestampMs) / MINUTE_MS])).toEqual([
      ['okx', 11],
      ['bybit', 9],
      ['okx', 1],
      ['okx', 0],
    ]);
    expect(await points.history('BTCUSDT', range, 'bybit')).toHaveLength(1);
    expect(await points.history('ETHUSDT', range)).toEqual([]);
  });

  test('estimates are thinned out, charged rates are not', async () => {
    const hourly = Array.from({ length: 5 }, (_, index) => rate({ timestampMs: NOW_MS - index * HOUR_MS }));
    await rates.save([...hourly, ...hourly.map((each): FundingRate => ({ ...each, kind: 'SETTLED' }))]);
    const told = await rates.history('BTCUSDT', { ...RANGE, stepMs: 12 * HOUR_MS });
    expect(told.filter(({ kind }) => kind === 'SETTLED')).toHaveLength(5);
    expect(told.filter(({ kind }) => kind === 'ESTIMATE')).toHaveLength(2);
    expect(await rates.history('BTCUSDT', RANGE, { kind: 'SETTLED', venue: 'okx' })).toHaveLength(5);
  });

  test('the newest of each kind, and what is covered by what was charged', async () => {
    const charged = (hoursAgo: number, intervalHours: number) =>
      rate({
        kind: 'SETTLED',
        timestampMs: NOW_MS - hoursAgo * HOUR_MS,
        intervalMs: intervalHours * HOUR_MS,
        rate: parseDecimal(`0.000${hoursAgo}`),
      });
    await rates.save([charged(8, 4), charged(4, 4), rate(), rate({ timestampMs: NOW_MS - MINUTE_MS })]);
    const newest = await rates.newest('okx', 'BTC-USDT-SWAP');
    expect(newest.map(({ kind, timestampMs }) => [kind, NOW_MS - timestampMs])).toEqual([
      ['ESTIMATE', 0],
      ['SETTLED', 4 * HOUR_MS],
    ]);
    const covered = await rates.covered('okx', 'BTC-USDT-SWAP', NOW_MS - DAY_MS);
    expect(covered).toEqual(
      [8, 4].map((hours) => ({
        fromMs: NOW_MS - (hours + 4) * HOUR_MS + MINUTE_MS,
        toMs: NOW_MS - hours * HOUR_MS + MINUTE_MS,
      })),
    );
  });

  test('rows lie in the partition of their day, and go with it after RETENTION_DAYS', async () => {
    const clock = new FakeClock(NOW_MS);
    const quiet = () => undefined;
    const keep = async () => {
      const keeper = new PartitionKeeper({
        pool: postgres.database.writer,
        clock,
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        tables: MARKET_DATA_TABLES,
        retentionDays: 30,
      });
      await keeper.start();
      await keeper.stop();
    };
    await keep();
    await points.save([point()]);
    await rates.save([rate()]);
    const places = async () => {
      const { rows } = await postgres.database.writer.query<{ place: string }>(
        'SELECT tableoid::regclass::text AS place FROM open_interest UNION ALL SELECT tableoid::regclass::text FROM funding',
      );
      return rows.map(({ place }) => place);
    };
    expect(await places()).toEqual(['open_interest_2026_11_20', 'funding_2026_11_20']);
    clock.stepWallClock(32 * DAY_MS);
    await points.save([point({ timestampMs: clock.nowMs() })]);
    await rates.save([rate({ timestampMs: clock.nowMs() })]);
    await keep();
    expect(await places()).toHaveLength(2);
    const { rows } = await postgres.database.writer.query(
      "SELECT FROM pg_class WHERE relname IN ('open_interest_2026_11_20', 'funding_2026_11_20')",
    );
    expect(rows).toEqual([]);
  });
});
