import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { type FrameReading } from '@orderfox/feed';
import { binance } from './binance/binance.adapter.js';
import { bybit } from './bybit/bybit.adapter.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { readFixture } from './contract/venue-fixtures.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type CandleRequest, type VenueCandles } from './venue-candles.js';

const NOW = 1_790_000_200_000;
const FROM = 1_789_999_800_000;
const FIVE = 300_000;

function candlesOf({ candles }: VenueAdapter): VenueCandles {
  if (candles === undefined) throw new Error('a venue without candles');
  return candles;
}

/** Asks a venue double that answers with a body, and says what it was asked. */
async function ask(venue: VenueAdapter, body: unknown, change: Partial<CandleRequest> = {}) {
  const asked: string[] = [];
  const request: CandleRequest = {
    instrument: perpetual(venue.id, venue.id === 'okx' ? 'BTC-USDT-SWAP' : 'BTCUSDT'),
    timeframe: parseTimeframe('5m'),
    fromMs: FROM,
    toMs: FROM + 2 * FIVE,
    rows: 2,
    nowMs: NOW,
    ...change,
  };
  const http = (url: string) => {
    asked.push(url.replace(venue.roots.rest, ''));
    return Promise.resolve(body);
  };
  return { candles: await candlesOf(venue).list(http, venue.roots, request), asked };
}

/** What each venue says of the same two buckets. */
const COMMON = [
  {
    symbol: 'BTCUSDT',
    timeframe: '5m',
    startMs: FROM,
    open: '60000.1',
    high: '60100',
    low: '59950.5',
    close: '60050',
    volume: '12.345',
    volumeUsd: '741237.12345',
    isClosed: true,
  },
  { startMs: FROM + FIVE, close: '60010.4', volume: '0.5', volumeUsd: '30010.05', isClosed: false },
];

describe.each([
  {
    venue: binance,
    file: 'binance/fixtures/candles/klines.json',
    path: `/fapi/v1/klines?symbol=BTCUSDT&interval=5m&startTime=${FROM}&endTime=${FROM + 2 * FIVE - 1}&limit=2`,
  },
  {
    venue: okx,
    file: 'okx/fixtures/candles/candles.json',
    path: `/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=5m&after=${FROM + 2 * FIVE}&limit=2`,
  },
  {
    venue: bybit,
    file: 'bybit/fixtures/candles/kline.json',
    path: `/v5/market/kline?category=linear&symbol=BTCUSDT&interval=5&start=${FROM}&end=${FROM + 2 * FIVE - 1}&limit=2`,
  },
])('candles of $venue.name', ({ venue, file, path }) => {
  test('are asked for by their range and read ascending, exact, the newest open (S098)', async () => {
    const { candles, asked } = await ask(venue, readFixture(file));
    expect(asked).toEqual([path]);
    expect(candles).toMatchObject(COMMON);
    expect(candles.every((candle) => candle.venue === venue.id)).toBe(true);
  });

  test('are closed as soon as the venue has gone on, or ten seconds after their end', async () => {
    const closed = async (nowMs: number) =>
      (await ask(venue, readFixture(file), { nowMs })).candles.map(({ isClosed }) => isClosed);
    expect(await closed(FROM + 2 * FIVE + 9_999)).toEqual([true, false]);
    if (venue !== okx) expect(await closed(FROM + 2 * FIVE + 10_000)).toEqual([true, true]);
  });

  test('of a multiple are counted in single coins', async () => {
    const multiple = perpetual(venue.id, 'X', THOUSAND_COINS);
    const { candles } = await ask(venue, readFixture(file), { instrument: multiple });
    expect(candles[0]).toMatchObject({
      open: '60.0001',
      low: '59.9505',
      volume: '12345',
      volumeUsd: '741237.12345',
    });
  });

  test('in an answer of another shape are UNREADABLE, never a series with a hole', async () => {
    const rows = JSON.stringify(readFixture(file));
    for (const [old, bad] of [
      ['60050', '-60050'],
      ['12.345', 'NaN'],
      ['1789999800000', '1789999800001'],
      ['60100', '60000'],
    ] as const) {
      const body: unknown = JSON.parse(rows.replaceAll(old, bad));
      await expect(ask(venue, body)).rejects.toMatchObject({ failure: 'UNREADABLE' });
    }
    await expect(ask(venue, { code: '0', retCode: 0 })).rejects.toMatchObject({ failure: 'UNREADABLE' });
    await expect(ask(venue, null)).rejects.toMatchObject({ failure: 'UNREADABLE' });
  });

  test('come live under topics of their own, none of which is read as something else', () => {
    const { protocol, topicOf, timeframes } = candlesOf(venue);
    const names = timeframes.map((timeframe) => topicOf(perpetual(venue.id, 'BTCUSDT'), timeframe));
    expect(new Set(names).size).toBe(timeframes.length);
    const [request] = protocol(venue.roots).subscribe(names);
    expect(request?.topics).toEqual(names);
  });
});

test('Binance weighs a request by its rows', () => {
  expect([1, 99, 100, 499].map((rows) => candlesOf(binance).costOf(rows))).toEqual([1, 1, 2, 2]);
});

test('OKX counts days from midnight UTC by bars of their own, and gives what is old elsewhere', async () => {
  const day = 86_400_000;
  const change = { timeframe: parseTimeframe('1d'), fromMs: NOW - (NOW % day) - 2_000 * day };
  const { asked } = await ask(
    okx,
    { code: '0', data: [] },
    { ...change, toMs: change.fromMs + day, rows: 1 },
  );
  expect(asked).toEqual([
    `/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1Dutc&after=${change.fromMs + day}&limit=1`,
  ]);
  await expect(ask(okx, { code: '50011', msg: 'Too Many Requests', data: [] })).rejects.toMatchObject({
    failure: 'RATE_LIMITED',
  });
});

describe('a live candle', () => {
  const cases = [
    {
      venue: binance,
      file: 'binance/fixtures/candles/push.json',
      series: {
        instrument: perpetual('binance', '1000PEPEUSDT', THOUSAND_COINS),
        timeframe: parseTimeframe('1m'),
      },
      candle: {
        startMs: 1_790_000_040_000,
        open: '0.00001',
        volume: '2500000',
        volumeUsd: '25.125',
        count: 17,
        isClosed: true,
      },
    },
    {
      venue: okx,
      file: 'okx/fixtures/candles/push.json',
      series: { instrument: perpetual('okx', 'BTC-USDT-SWAP'), timeframe: parseTimeframe('1d') },
      candle: { startMs: 1_789_948_800_000, open: '60000.1', volume: '12.345', isClosed: false },
    },
    {
      venue: bybit,
      file: 'bybit/fixtures/candles/push.json',
      series: {
        instrument: perpetual('bybit', 'SHIB1000USDT', THOUSAND_COINS),
        timeframe: parseTimeframe('5m'),
      },
      candle: { startMs: 1_790_000_100_000, close: '0.0000105', volume: '2500000', isClosed: false },
    },
  ];

  test.each(cases)(
    'of $venue.name is data of the topic that was asked for',
    ({ venue, file, series, candle }) => {
      const { protocol, topicOf, normalise } = candlesOf(venue);
      const topic = topicOf(series.instrument, series.timeframe);
      const frame = readFixture(file);
      const reading: FrameReading = protocol(venue.roots).read(JSON.stringify(frame));
      if (reading.kind !== 'data') throw new Error(reading.kind);
      const wanted = (name: string) => (name === topic ? series : undefined);
      expect(normalise(reading.message, wanted, NOW)).toEqual(normalise(frame, wanted, NOW));
      expect(normalise(frame, wanted, NOW)).toMatchObject({ candles: [{ topic, candle }], problems: [] });
      expect(normalise(frame, () => undefined, NOW)).toEqual({ candles: [], problems: [] });
    },
  );

  test.each(cases)('of $venue.name that cannot be read is told as a problem', ({ venue, file, series }) => {
    const { normalise } = candlesOf(venue);
    const text = JSON.stringify(readFixture(file)).replaceAll(/"(25\.125|741237\.12345)0*"/g, '"x"');
    const { candles, problems } = normalise(JSON.parse(text), () => series, NOW);
    expect([candles, problems.length]).toEqual([[], 1]);
    for (const junk of [null, 7, [], {}, { data: null }, { stream: 1, data: [] }, { arg: {}, data: {} }]) {
      expect(normalise(junk, () => series, NOW).candles).toEqual([]);
    }
  });

  test('of OKX that is its control topic as well proves the route and is handed on', () => {
    const frame = { arg: { channel: 'candle1m', instId: 'BTC-USDT-SWAP' }, data: [] };
    expect(candlesOf(okx).protocol(okx.roots).read(JSON.stringify(frame))).toEqual({
      kind: 'control',
      message: frame,
    });
  });

  test.each([
    [binance, { stream: '!forceOrder@arr', data: {} }],
    [okx, { arg: { channel: 'liquidation-orders', instType: 'SWAP' }, data: [] }],
    [bybit, { topic: 'allLiquidation.BTCUSDT', data: [] }],
  ])('never comes on a connection for something else: %#', (venue, frame) => {
    expect(candlesOf(venue).protocol(venue.roots).read(JSON.stringify(frame))).toMatchObject({
      kind: 'unreadable',
    });
  });
});
