import { beforeEach, describe, expect, test } from '@jest/globals';
import { nextBucketStartMs, parseDecimal, parseTimeframe, type Candle } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { type CandleRequest } from '@orderfox/venues';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type CandleSeries } from './candle-market.js';
import { CandleStore } from './candle-store.js';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 12, 40, 30);
const THIS_MINUTE = NOW - 30_000;

let clock: FakeClock;
let store: CandleStore;
let requests: CandleRequest[];
/** What the venue does instead of answering. */
let trouble: VenueError | undefined;
let series: CandleSeries;

/** A venue that has a candle of every minute; its close says when it was asked. */
function answer({ instrument: { venue, symbol }, timeframe, fromMs, toMs, nowMs }: CandleRequest): Candle[] {
  const price = parseDecimal('100');
  const candles: Candle[] = [];
  for (let at = fromMs; at < toMs; at = nextBucketStartMs(timeframe, at)) {
    const common = { venue, symbol, timeframe, startMs: at, open: price, high: price, low: price };
    const isClosed = at + MINUTE <= nowMs;
    candles.push({
      ...common,
      close: parseDecimal(String(nowMs)),
      volume: price,
      volumeUsd: price,
      isClosed,
    });
  }
  return candles;
}

beforeEach(() => {
  clock = new FakeClock(NOW);
  requests = [];
  trouble = undefined;
  store = new CandleStore({ http: () => Promise.reject(new Error('nobody')), clock, maxCandles: 400 });
  series = {
    instrument: instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' }),
    timeframe: parseTimeframe('1m'),
    venue: {
      id: 'binance',
      name: 'Binance',
      roots: { ws: 'ws://localhost', rest: 'http://localhost' },
      candles: {
        timeframes: [parseTimeframe('1m')],
        maxRows: 100,
        budget: { points: 10, perMs: 10_000 },
        costOf: () => 1,
        list: (_http, _roots, request) => {
          requests.push(request);
          return trouble === undefined ? Promise.resolve(answer(request)) : Promise.reject(trouble);
        },
        protocol: () => {
          throw new Error('no socket');
        },
        topicOf: () => '',
        normalise: () => ({ candles: [], problems: [] }),
      },
    },
  };
});

const read = (fromMs: number, toMs = Number.POSITIVE_INFINITY, freshMs?: number) =>
  store.read(series, fromMs, toMs, freshMs);
const last = (count: number) => read(THIS_MINUTE - (count - 1) * MINUTE);

describe('CandleStore', () => {
  test('asks for whole pages that no request exceeds, and gives just what was wanted', async () => {
    const candles = await last(150);
    expect(candles.map(({ startMs }) => startMs)).toEqual(
      Array.from({ length: 150 }, (_, index) => THIS_MINUTE - (149 - index) * MINUTE),
    );
    for (const { fromMs, rows } of requests) {
      expect(fromMs % (100 * MINUTE)).toBe(0);
      expect(rows).toBeLessThanOrEqual(100);
    }
  });

  test('asks once for what many want at the same time, and never again for what is closed', async () => {
    await Promise.all([last(5), last(5), last(3)]);
    expect(requests).toHaveLength(1);
    clock.advance(MINUTE);
    await last(5);
    expect(requests).toHaveLength(2);
    // Only what had not been closed.
    expect(requests[1]).toMatchObject({ fromMs: THIS_MINUTE, toMs: THIS_MINUTE + 2 * MINUTE, rows: 2 });
    expect(await read(THIS_MINUTE - 3 * MINUTE, THIS_MINUTE)).toHaveLength(3);
    expect(requests).toHaveLength(2);
  });

  test('gives the open candle from memory for a second, or not at all where it must be new', async () => {
    await last(1);
    clock.advance(999);
    expect((await last(1))[0]?.close).toBe(String(NOW));
    expect((await read(THIS_MINUTE, undefined, 0))[0]?.close).toBe(String(NOW + 999));
    clock.advance(1_000);
    expect((await last(1))[0]?.close).toBe(String(NOW + 1_999));
  });

  test('gives no failure from memory', async () => {
    trouble = new VenueError('NETWORK', 'no answer');
    await expect(last(2)).rejects.toBe(trouble);
    trouble = undefined;
    expect(await last(2)).toHaveLength(2);
  });

  test('waits a moment for its place in the budget and refuses what would take longer', async () => {
    const page = (index: number) =>
      read(THIS_MINUTE - (index * 100 + 100) * MINUTE, THIS_MINUTE - index * 100 * MINUTE);
    for (let index = 0; requests.length < 10; index += 1) await page(index);
    const late = page(20);
    const tooLate = read(THIS_MINUTE - 4_000 * MINUTE, THIS_MINUTE - 3_500 * MINUTE);
    const refused = expect(tooLate).rejects.toMatchObject({
      failure: 'RATE_LIMITED',
      untilMs: expect.any(Number),
    });
    for (let ms = 0; ms < 3_200; ms += 100) {
      clock.advance(100);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
    await refused;
    await late;
    expect(store.counts().withheld).toBeGreaterThan(0);
    // Ten at once and one a second: what the venue allows, whoever asks.
    expect(requests.length).toBeLessThanOrEqual(14);
  });

  test('forgets the pages that nobody has used for longest when there is no more room', async () => {
    for (let index = 0; index < 8; index += 1) {
      await read(THIS_MINUTE - (index + 1) * 100 * MINUTE, THIS_MINUTE - index * 100 * MINUTE);
      clock.advance(2_000);
      expect(store.counts().kept).toBeLessThanOrEqual(500);
    }
    const asked = requests.length;
    await read(THIS_MINUTE - 800 * MINUTE, THIS_MINUTE - 790 * MINUTE);
    expect(requests.length).toBe(asked);
    await read(THIS_MINUTE - 100 * MINUTE, THIS_MINUTE - 90 * MINUTE);
    expect(requests.length).toBeGreaterThan(asked);
  });
});
