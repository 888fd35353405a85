import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { multiplyDecimals, parseDecimal, parseTimeframe, type Trade } from '@orderfox/domain';
import { type TradeTruth } from '@orderfox/simulator';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type BarMarket } from './bar-market.js';
import { barRange } from './bar-range.js';
import { type ShownBar } from './bar-series.js';
import { asReckoned, reckonedBars } from './bars-for-tests.js';
import { TradeBarsForTests, type TradesLife } from './trade-bars-for-tests.js';

/** Ten minutes to midnight. */
const NOW = Date.UTC(2026, 10, 21, 23, 50);
const BESIDE = '/market/stream?streams=btcusdt@aggTrade';
const MINUTE = parseTimeframe('1m');

let postgres: PostgresForTests;
let made: TradeBarsForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  made = await TradeBarsForTests.start(postgres, NOW);
});
afterEach(() => made.stop());

function marketOf({ trades }: TradesLife, venue = 'binance'): BarMarket {
  const market = trades.questions.marketsOf('BTCUSDT').find((one) => one.venue.id === venue);
  if (market === undefined) throw new Error(`no market at ${venue}`);
  return market;
}

function barsOf(life: TradesLife, venue = 'binance', timeframe = MINUTE): Promise<readonly ShownBar[]> {
  const range = barRange(timeframe, { from: NOW }, made.clock.nowMs());
  return life.tradeBars.reader.bars(marketOf(life, venue), range);
}

const asTrade =
  (coins: string) =>
  ({ id, price, quantity, takerSide, timeMs }: TradeTruth): Trade => {
    const size = multiplyDecimals(parseDecimal(quantity), parseDecimal(coins));
    return {
      type: 'trade',
      venue: 'any',
      symbol: 'BTCUSDT',
      venueSymbol: 'BTCUSDT',
      takerSide,
      price: parseDecimal(price),
      quantity: size,
      notionalUsd: multiplyDecimals(parseDecimal(price), size),
      tradeId: id,
      venueTimeMs: timeMs,
      receivedTimeMs: timeMs,
    };
  };

const hasTrades = (life: TradesLife) => life.tradeBars.recorder.counts().trades > 100;

/** Bars that must be those of all that was traded from the first that was heard on: the first minute is a part. */
function expectSame(bars: readonly ShownBar[], truth: readonly Trade[]): void {
  const firstMs = bars[0]?.startMs ?? 0;
  const expected = reckonedBars(
    truth.filter(({ venueTimeMs }) => venueTimeMs >= firstMs),
    MINUTE,
  );
  expect(bars.slice(1).map(({ startMs }) => startMs)).toEqual(
    expected.slice(1).map(({ startMs }) => startMs),
  );
  const withoutCvd = (bar: object) => ({ ...bar, cvd: undefined });
  expect(bars.slice(1).map(asReckoned).map(withoutCvd)).toEqual(expected.slice(1).map(withoutCvd));
}

test('there is no hole and no double between what came by REST and by the stream over a crash', async () => {
  const first = made.live();
  await made.until(() => hasTrades(first));
  await made.pass(150_000);
  await first.kill();
  await made.listenBeside(BESIDE);
  await made.pass(40_000);
  const second = made.live();
  await made.until(() => hasTrades(second));
  await made.pass(90_000);
  await made.until(() => second.tradeBars.recorder.counts().fillable === 0);
  await made.pass(5_000);
  const bars = await barsOf(second);
  expectSame(
    bars.slice(0, -1),
    made
      .truth('binance', 'BTCUSDT', asTrade('1'))
      .filter(({ venueTimeMs }) => venueTimeMs < (bars.at(-1)?.startMs ?? 0)),
  );
  expect(bars.length).toBeGreaterThan(4);
  expect(bars.map(({ quality }) => quality)).toEqual(['PARTIAL', ...bars.slice(1).map(() => 'EXACT')]);
  expect(second.tradeBars.recorder.counts().refilled).toBeGreaterThan(100);
}, 60_000);

test('what is asked for waits while the venue does not answer, and marks its minutes until it came', async () => {
  const first = made.live();
  await made.until(() => hasTrades(first));
  await made.pass(70_000);
  await first.stop();
  await made.listenBeside(BESIDE);
  await made.pass(65_000);
  made.venues.faults('binance').set({ rest: { status: 503 } });
  const second = made.live();
  await made.until(() => hasTrades(second));
  await made.pass(70_000);
  const doubtful = (await barsOf(second)).filter(({ quality }) => quality === 'PARTIAL');
  expect(doubtful.length).toBeGreaterThan(1);
  made.venues.faults('binance').set({ rest: undefined });
  await made.until(() => second.tradeBars.recorder.counts().fillable === 0);
  await made.pass(5_000);
  const bars = await barsOf(second);
  expect(bars.filter(({ quality }) => quality === 'PARTIAL')).toHaveLength(1);
  const truth = made.truth('binance', 'BTCUSDT', asTrade('1'));
  expectSame(
    bars.slice(0, -1),
    truth.filter(({ venueTimeMs }) => venueTimeMs < (bars.at(-1)?.startMs ?? 0)),
  );
}, 60_000);

test.each([
  ['okx', 'BTC-USDT-SWAP', '0.01'],
  ['bybit', 'BTCUSDT', '1'],
] as const)(
  'bars of %s are those of its trades, and say that they are at least that much',
  async (venue, name, coins) => {
    const life = made.live();
    await made.until(() => hasTrades(life));
    await made.pass(130_000);
    made.venues.faults(venue).drop('ABRUPT');
    await made.pass(130_000);
    const bars = await barsOf(life, venue);
    const truth = made.truth(venue, name, asTrade(coins));
    const partial = bars.filter(({ quality }) => quality === 'PARTIAL');
    expect(partial.length).toBeGreaterThan(1);
    expect(partial.length).toBeLessThan(5);
    const expected = reckonedBars(truth, MINUTE);
    const last = bars.at(-1)?.startMs;
    const sure = bars.filter(({ quality, startMs }) => quality === 'FLOOR' && startMs !== last);
    expect(sure.length).toBeGreaterThan(1);
    for (const bar of sure) {
      const reckoned = expected.find(({ startMs }) => startMs === bar.startMs);
      expect({ ...asReckoned(bar), cvd: undefined }).toEqual({ ...reckoned, cvd: undefined });
    }
  },
  60_000,
);
