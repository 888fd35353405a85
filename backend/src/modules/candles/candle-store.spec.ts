import { beforeEach, describe, expect, test } from '@jest/globals';
import { nextBucketStartMs, parseDecimal, parseTimeframe, type Candle } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import fc from 'fast-check';
import { type CandleRequest } from '@orderfox/venues';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type CandleSeries } from './candle-market.js';
import { CandleStore } from './candle-store.js';
import { limitedHttp } from '../feeds/limited-http-for-tests.js';
import { endOfTurn } from '../../core/turns.js';
import { type Asker } from './candle-asker.js';

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
  limit({ points: 1e6, perMs: 1 });
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
        costOf: () => 1,
        list: async (http, _roots, request) => {
          await http('http://localhost/candles');
          requests.push(request);
          if (trouble !== undefined) throw trouble;
          return answer(request);
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

/** Another store, whose venue has this limit. */
function limit(of: { readonly points: number; readonly perMs: number }, maxPages?: number): void {
  const http = limitedHttp(clock, of);
  store = new CandleStore({ http, clock, maxCandles: 400, ...(maxPages !== undefined && { maxPages }) });
}

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

  test('waits a moment for its place in the limit and refuses what would take longer', async () => {
    // Twenty are used, of which history gets seven at once and one every 1.4 s.
    limit({ points: 25, perMs: 10_000 });
    const by = (fromMs: number, toMs: number) => store.read(series, fromMs, toMs, 0, { party: 'a' });
    const page = (index: number) =>
      by(THIS_MINUTE - (index * 100 + 100) * MINUTE, THIS_MINUTE - index * 100 * MINUTE);
    for (let index = 0; requests.length < 7; index += 1) await page(index);
    const late = page(20);
    const tooLate = by(THIS_MINUTE - 4_000 * MINUTE, THIS_MINUTE - 3_500 * MINUTE);
    await endOfTurn();
    const refused = expect(tooLate).rejects.toMatchObject({
      failure: 'RATE_LIMITED',
      untilMs: expect.any(Number),
    });
    for (let ms = 0; ms < 3_200; ms += 100) {
      clock.advance(100);
      await endOfTurn();
      await endOfTurn();
    }
    await refused;
    await late;
    expect(store.counts().withheld).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(9);
  });

  test('keeps no place for what the venue does not answer', async () => {
    trouble = new VenueError('NETWORK', 'no answer');
    for (let index = 1; index <= 10; index += 1) {
      const toMs = THIS_MINUTE - index * 10_000 * MINUTE;
      await expect(read(toMs - 300 * MINUTE, toMs)).rejects.toBe(trouble);
      clock.advance(10_000);
    }
    // The other pages of the last one were under way.
    for (let turn = 0; turn < 5; turn += 1) await endOfTurn();
    expect(store.counts()).toMatchObject({ pages: 0, kept: 0 });
  });

  test('keeps a bounded number of pages, whatever is asked and whatever the venue does', async () => {
    const question = fc.record({
      page: fc.nat(5_000),
      pages: fc.integer({ min: 1, max: 12 }),
      isAnswered: fc.boolean(),
      isGone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 30 }), async (questions) => {
        limit({ points: 25, perMs: 10_000 }, 7);
        const readings = questions.map(({ page, pages, isAnswered, isGone }, index) => {
          trouble = isAnswered ? undefined : new VenueError('UNAVAILABLE', 'out of service');
          const toMs = THIS_MINUTE - page * 100 * MINUTE;
          const asker = { party: `p${index % 3}`, signal: AbortSignal.abort(new Error('gone')) };
          return store.read(series, toMs - pages * 100 * MINUTE, toMs, 0, isGone ? asker : undefined);
        });
        const all = Promise.allSettled(readings);
        for (let step = 0; step < 20; step += 1) {
          await endOfTurn();
          expect(store.counts().pages).toBeLessThanOrEqual(7);
          clock.advance(1_000);
        }
        await all;
        expect(store.counts().pages).toBeLessThanOrEqual(7);
        expect(store.counts().kept).toBeLessThanOrEqual(500);
        expect(store.counts().waiting).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('asks once for all who wait when the venue fails, and tells each', async () => {
    trouble = new VenueError('NETWORK', 'no answer');
    const ends = await Promise.allSettled([last(5), last(5), last(5), last(5)]);
    expect(ends.map(({ status }) => status)).toEqual(Array<string>(4).fill('rejected'));
    expect(requests).toHaveLength(1);
    expect(store.counts()).toMatchObject({ requests: 1, failed: 1 });
  });

  test('does not let those who wait for the same suffer for one who leaves', async () => {
    // Everything that history may use at once is spent.
    limit({ points: 25, perMs: 10_000 });
    const spend = { party: 'first' };
    for (let index = 1; requests.length < 7; index += 1) {
      await store.read(
        series,
        THIS_MINUTE - index * 100 * MINUTE,
        THIS_MINUTE - (index * 100 - 1) * MINUTE,
        0,
        spend,
      );
    }
    const leaving = new AbortController();
    const asker = (signal?: AbortSignal): Asker => ({ party: signal ? 'a' : 'b', ...(signal && { signal }) });
    const page = (by: Asker) =>
      store.read(series, THIS_MINUTE - 9_000 * MINUTE, THIS_MINUTE - 8_999 * MINUTE, 0, by);
    const left = page(asker(leaving.signal));
    const stays = page(asker());
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    await endOfTurn();
    clock.advance(1_500);
    expect(await stays).toHaveLength(1);
    expect(requests).toHaveLength(8);
  });

  test('asks for no further pages once its asker has left', async () => {
    const leaving = new AbortController();
    const asker = { party: 'a', signal: leaving.signal };
    const reading = store.read(series, THIS_MINUTE - 5_000 * MINUTE, THIS_MINUTE, 0, asker);
    const refused = expect(reading).rejects.toThrow('gone');
    for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
    leaving.abort(new Error('gone'));
    await refused;
    expect(requests.length).toBeLessThanOrEqual(4);
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
