import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type FundingRate } from '../funding/funding-rate.js';
import { FundingRepository } from '../funding/funding.repository.js';
import { OpenInterestRepository } from '../open-interest/open-interest.repository.js';
import { seriesOf } from '../trade-bars/bar-market.js';
import { forgetBars } from '../trade-bars/bars-for-tests.js';
import { BarReader } from '../trade-bars/bar-reader.js';
import { type BarPiece } from '../trade-bars/bar-piece.js';
import { type MissingTrades } from '../trade-bars/missing-trades.js';
import { TradeBarRepository } from '../trade-bars/trade-bar.repository.js';
import { PastDouble, tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarSource, REFILL_WITHIN_MS } from './bar-source.js';
import { FundingSource } from './funding-source.js';
import { type MarketStreams } from './market-streams.js';
import { StreamReader, streamsForTests, type SeenEntry } from './streams-for-tests.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON_MS = Date.parse('2026-11-20T12:00:00Z');
const BARS = 'market:btcusdt:trades';
const FUNDING = 'market:btcusdt:funding';
const CONTRACT = { venue: 'bybit', symbol: 'BTCUSDT', venueSymbol: 'BTCUSDT' };
const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`bars and funding in Redis${note}`, () => {
  // Its venue counts its trades, so that bars can be whole.
  const market = tradeMarket(new PastDouble());
  let postgres: PostgresForTests;
  let redis: RedisServer;
  let bars: TradeBarRepository;
  let rates: FundingRepository;
  let openInterest: OpenInterestRepository;
  let reader: StreamReader;
  let clock: FakeClock;
  let lives: MarketStreams[];
  let version: number;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([PostgresForTests.start(), RedisServer.start({ isDurable: true })]);
    const { database } = postgres;
    bars = new TradeBarRepository(database);
    rates = new FundingRepository(database);
    openInterest = new OpenInterestRepository(database);
    reader = await new StreamReader(redis.url).connect();
  }, 60_000);
  afterAll(async () => {
    reader.close();
    await redis.stop();
    await postgres.dispose();
  });
  beforeEach(async () => {
    [lives, version] = [[], 0];
    clock = new FakeClock(NOON_MS + 10 * MINUTE_MS);
    await forgetBars(postgres.database.writer);
    await postgres.database.writer.query('TRUNCATE open_interest, funding');
    await reader.send('FLUSHALL');
  });
  afterEach(async () => {
    for (const streams of lives) await streams.stop();
  });

  function live(most = 1_000): MarketStreams {
    const committed = new BarReader(bars, { marketOf: () => undefined }, () => undefined);
    const { streams } = streamsForTests({
      url: redis.url,
      clock,
      most: { books: 100, entries: most },
      sources: () => [
        new BarSource(BARS, market, { reader: committed, clock, retentionDays: 30 }),
        new FundingSource(FUNDING, CONTRACT, { rates, openInterest }),
      ],
    });
    lives.push(streams);
    streams.start();
    return streams;
  }

  const piece = (minute: number, price: string): BarPiece => ({
    minuteMs: NOON_MS + minute * MINUTE_MS,
    open: parseDecimal(price),
    high: parseDecimal(price),
    low: parseDecimal(price),
    close: parseDecimal(price),
    buyQuantity: parseDecimal('2'),
    sellQuantity: parseDecimal('1'),
    buyUsd: parseDecimal(String(Number(price) * 2)),
    sellUsd: parseDecimal(price),
    count: 3,
    firstKey: minute * 10,
    lastKey: minute * 10 + 2,
  });
  /** Commits minutes, and that everything before `coveredMinute` is known. */
  async function commit(
    pieces: readonly BarPiece[],
    coveredMinute: number,
    changes: { readonly gaps?: readonly MissingTrades[]; readonly filled?: readonly MissingTrades[] } = {},
  ): Promise<void> {
    version += 1;
    const coveredMs = NOON_MS + coveredMinute * MINUTE_MS;
    const progress = { version, writer: 'w', coveredMs, lastKey: 1, lastTimeMs: coveredMs, lastGap: version };
    const { gaps = [], filled = [] } = changes;
    await bars.record([{ series: seriesOf(market), progress, pieces, gaps, filled }]);
    for (const streams of lives) streams.touch(() => true);
  }
  const startsOf = (entries: readonly SeenEntry[]) =>
    entries.map(({ id }) => (Number(id.replace(/-0$/, '')) - NOON_MS) / MINUTE_MS);
  const minutes = async () => startsOf(await reader.entries(BARS));
  const are = (...wanted: readonly number[]) =>
    waitFor(async () => {
      clock.advance(50);
      return JSON.stringify(await minutes()) === JSON.stringify(wanted);
    });

  test('a minute has one entry once it is over and committed, with the fields that were agreed (S138)', async () => {
    const streams = live();
    await waitFor(() => streams.status().state === 'LIVE');
    await commit([piece(0, '150.5'), piece(1, '150.25')], 1);
    await are(0);
    // In the store, and not over.
    await commit([piece(2, '150')], 3);
    await are(0, 1, 2);
    const [first, second] = await reader.entries(BARS);
    expect(first).toEqual({
      id: `${NOON_MS}-0`,
      fields: {
        symbol: 'BTCUSDT',
        open: '150.5',
        high: '150.5',
        low: '150.5',
        close: '150.5',
        buy_vol: '301',
        sell_vol: '150.5',
        cvd: '150.5',
        vwap: '150.5',
        timestamp: String(NOON_MS),
        venue: market.venue.id,
        delta: '150.5',
        buy_quantity: '2',
        sell_quantity: '1',
        count: '3',
        quality: 'EXACT',
        cvd_partial: 'false',
      },
    });
    expect(second?.fields).toMatchObject({ delta: '150.25', cvd: '300.75' });
  });

  test('every minute has exactly one entry, over FLUSHALL, a Redis that dies and processes that die (F41)', async () => {
    live();
    await commit([piece(0, '1')], 1);
    await are(0);
    await redis.kill();
    // Minute 2 had no trade.
    await commit([piece(1, '2'), piece(3, '3')], 4);
    await redis.run();
    await are(0, 1, 3);
    await reader.send('FLUSHALL');
    await are(0, 1, 3);
    void lives.pop()?.stop();
    await commit([piece(4, '4'), piece(5, '5')], 6);
    live();
    live();
    await are(0, 1, 3, 4, 5);
    expect((await reader.entries(BARS)).at(-1)?.fields).toMatchObject({ cvd: '15' });
    await reader.send('DEL', BARS);
    await commit([piece(6, '6')], 7);
    await are(0, 1, 3, 4, 5, 6);
  });

  test('an empty stream gets as many minutes as it keeps, and none that lie before', async () => {
    await commit(
      [0, 1, 2, 3, 4, 5, 6, 7].map((minute) => piece(minute, '5')),
      9,
    );
    live(4);
    await are(6, 7);
  });

  test('waits for trades that the venue is still asked for, so that no minute is published and then corrected', async () => {
    live();
    const gap: MissingTrades = {
      number: 1,
      fromMs: NOON_MS + MINUTE_MS + 5_000,
      toMs: NOON_MS + 3 * MINUTE_MS,
      ids: { from: 20, to: 30 },
      missed: 11,
      reason: 'the connection was lost',
      notedMs: clock.nowMs(),
    };
    await commit([piece(0, '1'), piece(1, '1'), piece(4, '1')], 5, { gaps: [gap] });
    await are(0);
    await commit([piece(1, '1'), piece(2, '7')], 5, { filled: [gap] });
    await are(0, 1, 2, 4);
    const [, mended] = await reader.entries(BARS);
    expect(mended?.fields).toMatchObject({ count: '6', quality: 'EXACT' });
    // Not for ever.
    const lost = { ...gap, number: 2, fromMs: NOON_MS + 5 * MINUTE_MS, toMs: NOON_MS + 5 * MINUTE_MS };
    await commit([piece(5, '1')], 6, { gaps: [{ ...lost, notedMs: clock.nowMs() }] });
    clock.advance(REFILL_WITHIN_MS / 2);
    expect(await minutes()).toEqual([0, 1, 2, 4]);
    clock.advance(REFILL_WITHIN_MS);
    await are(0, 1, 2, 4, 5);
    expect((await reader.entries(BARS)).at(-1)?.fields).toMatchObject({ quality: 'PARTIAL' });
  });

  const rate = (minute: number, given: Partial<FundingRate> = {}): FundingRate => ({
    ...CONTRACT,
    timestampMs: NOON_MS + minute * MINUTE_MS + 123,
    receivedTimeMs: NOON_MS + minute * MINUTE_MS + 150,
    kind: 'ESTIMATE',
    rate: parseDecimal('0.0001'),
    intervalMs: 8 * HOUR_MS,
    nextFundingMs: NOON_MS + 4 * HOUR_MS,
    ...given,
  });

  test('each funding rate that was polled has one entry, with the open interest of that time (S154, S155, S156)', async () => {
    const point = (minute: number, coins: string, usd?: string) => ({
      ...CONTRACT,
      timestampMs: NOON_MS + minute * MINUTE_MS,
      receivedTimeMs: NOON_MS + minute * MINUTE_MS,
      openInterest: parseDecimal(coins),
      isHalved: false,
      ...(usd !== undefined && { openInterestUsd: parseDecimal(usd), priceUsed: 'VENUE' as const }),
    });
    await openInterest.save([point(-30, '1', '10'), point(1, '300000', '45000000'), point(2, '300001')]);
    const streams = live();
    // What was charged is no news of this stream, and another contract has its own.
    await rates.save([
      rate(0),
      rate(1),
      rate(1, { kind: 'SETTLED' }),
      rate(1, { venueSymbol: 'BTCUSDT-27MAR26' }),
      rate(2, { rate: parseDecimal('0.00005'), intervalMs: 4 * HOUR_MS }),
      rate(12),
    ]);
    streams.touch(() => true);
    const seen = await waitFor(async () => {
      const entries = await reader.entries(FUNDING);
      return entries.length === 4 ? entries : undefined;
    });
    expect(startsOf(seen).map((minute) => Math.floor(minute))).toEqual([0, 1, 2, 12]);
    expect(seen[0]?.fields).not.toHaveProperty('oi_notional');
    expect(seen[1]).toEqual({
      id: `${NOON_MS + MINUTE_MS + 123}-0`,
      fields: {
        symbol: 'BTCUSDT',
        oi_notional: '45000000',
        funding_rate_8h: '0.0001',
        funding_apr: '10.95',
        timestamp: String(NOON_MS + MINUTE_MS + 123),
        venue: 'bybit',
        venue_symbol: 'BTCUSDT',
        funding_rate: '0.0001',
        funding_interval_hours: '8',
        next_funding: String(NOON_MS + 4 * HOUR_MS),
        open_interest: '300000',
        oi_price_used: 'VENUE',
        oi_timestamp: String(NOON_MS + MINUTE_MS),
      },
    });
    // Brought to eight hours first; dollars that are not known are left out, and never those of another time.
    expect(seen[2]?.fields).toMatchObject({
      funding_rate_8h: '0.0001',
      funding_apr: '10.95',
      open_interest: '300001',
    });
    expect(seen[2]?.fields).not.toHaveProperty('oi_notional');
    await redis.kill();
    expect(seen[3]?.fields).not.toHaveProperty('open_interest');
    await rates.save([rate(13)]);
    await redis.run();
    await waitFor(async () => {
      clock.advance(50);
      return (await reader.entries(FUNDING)).length === 5;
    });
  });
});
