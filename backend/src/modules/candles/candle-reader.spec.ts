import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  bucketStartMs,
  COMMON_TIMEFRAMES,
  nextBucketStartMs,
  parseDecimal,
  parseTimeframe,
  type Candle,
} from '@orderfox/domain';
import { FakeClock, VenueError, type JsonFetch } from '@orderfox/feed';
import { VENUE_ADAPTERS, type CandleRequest } from '@orderfox/venues';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type CandleMarket } from './candle-market.js';
import { CandleReader, startOfLast } from './candle-reader.js';
import { CandleStore } from './candle-store.js';
import { limitedHttp } from '../feeds/limited-http-for-tests.js';

const NOW = Date.UTC(2026, 10, 20, 12, 40, 30);
const quiet = () => undefined;

let clock: FakeClock;
let reader: CandleReader;
let store: CandleStore;
let requests: CandleRequest[];
/** Requests after which each venue fails; endless unless the test says so. */
let answered: Map<string, number>;

/** The real venues, with their real timeframes and pages, but answers of our own. */
function markets(): readonly CandleMarket[] {
  return VENUE_ADAPTERS.flatMap(({ id, name, roots, candles }): readonly CandleMarket[] => {
    if (candles === undefined) return [];
    const list = async (http: JsonFetch, _roots: unknown, request: CandleRequest) => {
      await http(`http://localhost/${id}?points=${candles.costOf(request.rows)}`);
      requests.push(request);
      const left = answered.get(id) ?? Number.POSITIVE_INFINITY;
      answered.set(id, left - 1);
      if (left <= 0) throw new VenueError('NETWORK', 'no answer');
      return everyBucket(request);
    };
    const venue = { id, name, roots, candles: { ...candles, list } };
    return [{ venue, instrument: instrument({ venue: id, venueSymbol: 'BTCUSDT' }) }];
  });
}

function everyBucket({ instrument: { venue, symbol }, timeframe, fromMs, toMs, nowMs }: CandleRequest) {
  const one = parseDecimal('1');
  const prices = { open: one, high: one, low: one, close: one, volume: one, volumeUsd: one };
  const candles: Candle[] = [];
  for (let at = fromMs; at < toMs; at = nextBucketStartMs(timeframe, at)) {
    const isClosed = nextBucketStartMs(timeframe, at) <= nowMs;
    candles.push({ venue, symbol, timeframe, startMs: at, ...prices, isClosed });
  }
  return candles;
}

beforeEach(() => {
  clock = new FakeClock(NOW);
  requests = [];
  answered = new Map();
  limit({ points: 1e6, perMs: 1 });
});

/** Another reader, with this limit for each venue. */
function limit(of: { readonly points: number; readonly perMs: number }): void {
  store = new CandleStore({ http: limitedHttp(clock, of), clock });
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  reader = new CandleReader({ store, clock, log });
}

function newest(text: string, limit: number) {
  const timeframe = parseTimeframe(text);
  const toMs = nextBucketStartMs(timeframe, NOW);
  return { timeframe, fromMs: startOfLast(timeframe, toMs, limit), toMs };
}

describe('CandleReader', () => {
  test.each([...COMMON_TIMEFRAMES.map(String), '7m', '36h', '2d', '7d'])(
    'gives a thousand candles of %s of any venue',
    async (text) => {
      for (const market of markets()) {
        const found = await reader.read([market], newest(text, 1_000));
        expect(found).toHaveLength(1_000);
        expect(found.every(({ startMs }) => bucketStartMs(parseTimeframe(text), startMs) === startMs)).toBe(
          true,
        );
      }
    },
  );

  test('reads no more than 7,000 candles for an answer, and says how many of those wanted that makes', async () => {
    const [binance] = markets();
    if (binance === undefined) throw new Error('there are no venues');
    await expect(reader.read([binance], newest('1001m', 19))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Binance has no candles of 1001m.* at most 6 of them, or for one of its own timeframes: 1m, /,
      ) as unknown,
      extensions: { code: 'RANGE_TOO_WIDE', argument: 'limit', maxLimit: 6 },
    });
    expect(requests).toEqual([]);
    expect(await reader.read([binance], newest('1001m', 6))).toHaveLength(6);
    expect(requests.length).toBeLessThanOrEqual(15);
    await expect(reader.read([binance], newest('7001m', 2))).rejects.toMatchObject({
      message: expect.stringContaining('Ask for one of its own timeframes: 1m, ') as unknown,
      extensions: { code: 'RANGE_TOO_WIDE', argument: 'timeframe' },
    });
  });

  test.each(['1m', '7m'])('never mixes venues in an answer of %s, wherever one fails', async (text) => {
    for (let pages = 0; pages < 5; pages += 1) {
      answered.set('binance', pages);
      const found = await reader.read(markets(), newest(text, 1_000));
      const venues = new Set(found.map(({ venue }) => venue));
      expect(venues.size).toBe(1);
      expect(found).toHaveLength(1_000);
      // What the venue that failed has told is kept, so that it is asked for less and less.
      clock.advance(60_000);
    }
  });

  test('takes the next venue at once where the first would need too many requests, and keeps to it without another', async () => {
    // A hundred points are used in a minute, of which history gets 37 at once.
    limit({ points: 125, perMs: 60_000 });
    const [binance, okx, bybit] = markets();
    if (binance === undefined || okx === undefined || bybit === undefined) throw new Error('a venue is gone');
    const found = await reader.read([okx, bybit], newest('1m', 1_000));
    expect(found).toHaveLength(1_000);
    expect(found[0]?.venue).toBe('okx');
    const wide = await reader.read([okx, bybit], newest('7m', 1_000));
    expect(wide).toHaveLength(1_000);
    expect(wide[0]?.venue).toBe('bybit');
    const asked = requests.length;
    const alone = reader.read([okx], newest('7m', 1_000), { party: 'a', signal: AbortSignal.timeout(0) });
    await expect(alone).rejects.toThrow();
    expect(requests.length).toBeGreaterThan(asked);
  });

  test('takes no other venue for one who has left', async () => {
    const leaving = new AbortController();
    const reading = reader.read(markets(), newest('7m', 1_000), { party: 'a', signal: leaving.signal });
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(new Set(requests.map(({ instrument: { venue } }) => venue)).size).toBeLessThanOrEqual(1);
  });
});
