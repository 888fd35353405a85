import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues, START_MS } from '../testing/served.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let served: Awaited<ReturnType<typeof serveVenues>>;

beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

type Row = [number, string, string, string, string, string, number, string, number];

async function klines(query: string): Promise<Row[]> {
  const answer = await fetch(`${served.urls.binance.rest}/fapi/v1/klines?${query}`);
  return (await answer.json()) as Row[];
}

describe('Binance', () => {
  test('tells any stretch of the past the same way each time, minute for minute what the hour says', async () => {
    const fromMs = START_MS - 5 * HOUR;
    const range = `symbol=BTCUSDT&startTime=${fromMs}&endTime=${fromMs + HOUR - 1}`;
    const minutes = await klines(`${range}&interval=1m&limit=60`);
    const [hour] = await klines(`${range}&interval=1h`);
    expect(minutes.map(([startMs]) => startMs)).toEqual(
      Array.from({ length: 60 }, (_, index) => fromMs + index * MINUTE),
    );
    const column = (at: number) => minutes.map((row) => Number(row[at]));
    expect(hour?.slice(0, 7)).toEqual([
      fromMs,
      minutes[0]?.[1],
      Math.max(...column(2)).toFixed(2),
      Math.min(...column(3)).toFixed(2),
      minutes[59]?.[4],
      column(5)
        .reduce((sum, size) => sum + size, 0)
        .toFixed(3),
      fromMs + HOUR - 1,
    ]);
    expect(await klines(`${range}&interval=1m&limit=60`)).toEqual(minutes);
  });

  test('goes on from its history with the mark prices as they move', async () => {
    const mark = served.venues.of('binance').markPrice('BTCUSDT') ?? 0;
    const before = (await klines(`symbol=BTCUSDT&interval=1m&endTime=${START_MS - 1}&limit=1`))[0];
    expect(Number(before?.[4])).toBeCloseTo(mark, 0);
    served.time.advance(1_000);
    for (const move of [1, 1.01, 0.99]) {
      served.venues.setMark('binance', 'BTCUSDT', mark * move);
      served.venues.observePrices(START_MS + 1_000);
    }
    served.time.advance(1_000);
    const [open] = await klines('symbol=BTCUSDT&interval=1m&limit=1');
    expect(open?.[0]).toBe(START_MS);
    const [, first, high, low, last] = open?.map(Number) ?? [];
    expect([first, high, low, last].map((price) => Math.round((price! / mark) * 100))).toEqual([
      100, 101, 99, 99,
    ]);
    served.time.advance(MINUTE);
    expect((await klines('symbol=BTCUSDT&interval=1m&limit=2')).map(([startMs]) => startMs)).toEqual([
      START_MS,
      START_MS + MINUTE,
    ]);
  });

  test('weighs klines by their limit and refuses what it has not', async () => {
    const ask = async (query: string) => {
      const { status, headers } = await fetch(`${served.urls.binance.rest}/fapi/v1/klines?${query}`);
      return [status, headers.get('x-mbx-used-weight-1m')];
    };
    expect(await ask('symbol=BTCUSDT&interval=1m&limit=99')).toEqual([200, '1']);
    expect(await ask('symbol=BTCUSDT&interval=1m&limit=499')).toEqual([200, '3']);
    expect(await ask('symbol=BTCUSDT&interval=1m')).toEqual([200, '8']);
    expect(await ask('symbol=BTCUSDT&interval=1m&limit=1500')).toEqual([200, '18']);
    expect((await ask('symbol=NONE&interval=1m'))[0]).toBe(400);
    expect((await ask('symbol=BTCUSDT&interval=7m'))[0]).toBe(400);
    expect((await ask('symbol=BTCUSDT&interval=1m&limit=0'))[0]).toBe(400);
  });

  test('pushes the open candle every second, and each once more when it is over', async () => {
    const client = await RawClient.open(`${served.urls.binance.ws}/market/ws/btcusdt@kline_1m`);
    served.time.advance(58_000);
    for (let second = 0; second < 4; second++) served.time.advance(1_000);
    await client.settled();
    const candles = client.frames.map(
      (text) => (JSON.parse(text) as { k: { t: number; x: boolean; v: string } }).k,
    );
    expect(candles.filter(({ x }) => x).map(({ t }) => t)).toContain(START_MS);
    expect(candles.at(-1)).toMatchObject({ t: START_MS + MINUTE, x: false });
    client.close();
  });
});

describe('a market whose trades are listened to', () => {
  test('has candles that are made of them', async () => {
    const client = await RawClient.open(`${served.urls.binance.ws}/market/ws/btcusdt@aggTrade`);
    for (let second = 0; second < 4 * 60; second++) {
      served.time.advance(1_000);
      served.venues.observePrices(START_MS + second * 1_000);
      await klines('symbol=BTCUSDT&interval=1m&limit=1');
    }
    client.close();
    const trades = served.venues.tradesOf('binance', 'BTCUSDT');
    for (const minute of [1, 2]) {
      const startMs = START_MS + minute * MINUTE;
      const own = trades.filter(({ timeMs }) => timeMs >= startMs && timeMs < startMs + MINUTE);
      const prices = own.map(({ price }) => Number(price));
      const [candle] = await klines(`symbol=BTCUSDT&interval=1m&startTime=${startMs}&limit=1`);
      expect(candle?.slice(0, 6)).toEqual([
        startMs,
        own[0]?.price,
        Math.max(...prices).toFixed(2),
        Math.min(...prices).toFixed(2),
        own.at(-1)?.price,
        own.reduce((sum, { quantity }) => sum + Number(quantity), 0).toFixed(3),
      ]);
      const turnover = own.reduce((sum, { price, quantity }) => sum + Number(price) * Number(quantity), 0);
      expect(Number(candle?.[7])).toBeCloseTo(turnover, -1);
    }
  });
});

describe('OKX', () => {
  async function candles(path: string) {
    const answer = await fetch(`${served.urls.okx.rest}/api/v5/market/${path}`);
    return (await answer.json()) as { code: string; data: string[][] };
  }

  test('tells the newest first, days from midnight UTC, and history without the open candle', async () => {
    const { data } = await candles('candles?instId=BTC-USDT-SWAP&bar=1m&limit=3');
    expect(data.map(([start, , , , , , , , confirm]) => [Number(start) - START_MS, confirm])).toEqual([
      [0, '0'],
      [-MINUTE, '1'],
      [-2 * MINUTE, '1'],
    ]);
    const days = await candles(`history-candles?instId=BTC-USDT-SWAP&bar=1Dutc&limit=2&after=${START_MS}`);
    expect(days.data.map(([start]) => Number(start) % (24 * HOUR))).toEqual([0]);
    expect(await candles('candles?instId=NONE')).toMatchObject({ code: '51001', data: [] });
    expect(await candles('candles?instId=BTC-USDT-SWAP&bar=7m')).toMatchObject({ code: '51000' });
    expect((await candles(`candles?instId=BTC-USDT-SWAP&bar=1m&after=${START_MS - 30 * HOUR}`)).data).toEqual(
      [],
    );
  });

  test('carries candles on the business service alone', async () => {
    const request = { op: 'subscribe', args: [{ channel: 'candle1m', instId: 'BTC-USDT-SWAP' }] };
    const open = await RawClient.open(`${served.urls.okx.ws}/ws/v5/public`);
    expect(await open.ask(request)).toMatchObject({ event: 'error', code: '60018' });
    const business = await RawClient.open(`${served.urls.okx.ws}/ws/v5/business`);
    expect(await business.ask(request)).toMatchObject({ event: 'subscribe' });
    served.time.advance(2_000);
    expect(await business.next()).toMatchObject({
      arg: { channel: 'candle1m', instId: 'BTC-USDT-SWAP' },
      data: expect.arrayContaining([expect.arrayContaining([String(START_MS), '0'])]),
    });
  });
});

describe('Bybit', () => {
  test('tells the newest first and pushes every second', async () => {
    const answer = await fetch(
      `${served.urls.bybit.rest}/v5/market/kline?category=linear&symbol=BTCUSDT&interval=5&limit=2`,
    );
    expect(await answer.json()).toMatchObject({
      retCode: 0,
      result: {
        list: [START_MS, START_MS - 5 * MINUTE].map((start) => expect.arrayContaining([String(start)])),
      },
    });
    const client = await RawClient.open(`${served.urls.bybit.ws}/v5/public/linear`);
    await client.ask({ op: 'subscribe', args: ['kline.5.BTCUSDT'], req_id: '1' });
    served.time.advance(1_000);
    expect(await client.next()).toMatchObject({
      topic: 'kline.5.BTCUSDT',
      data: expect.arrayContaining([expect.objectContaining({ start: START_MS, confirm: false })]),
    });
  });
});
