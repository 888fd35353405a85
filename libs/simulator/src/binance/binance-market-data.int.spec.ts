import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { RebuiltBook } from '../testing/rebuilt-book.js';
import { serveVenues, START_MS } from '../testing/served.js';

interface DepthUpdate {
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly [string, string][];
  readonly a: readonly [string, string][];
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly [string, string][];
  readonly asks: readonly [string, string][];
}

interface AggTrade {
  readonly a: number;
  readonly p: string;
  readonly q: string;
  readonly f: number;
  readonly l: number;
  readonly m: boolean;
  readonly T: number;
}

let served: Awaited<ReturnType<typeof serveVenues>>;
beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

const listen = (path: string) => RawClient.open(`${served.urls.binance.ws}${path}`);
const faults = () => served.venues.faults('binance');
const parsed = <T>(client: RawClient) => client.frames.map((text) => JSON.parse(text) as T);

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${served.urls.binance.rest}/fapi/v1/${path}`);
  return (await answer.json()) as T;
}

/** The venue's own procedure for futures, without any mercy. */
function rebuild(updates: readonly DepthUpdate[], snapshot: Snapshot): RebuiltBook {
  const book = new RebuiltBook();
  book.apply(snapshot.bids, snapshot.asks);
  let last: number | undefined;
  for (const { U, u, pu, b, a } of updates) {
    if (u < snapshot.lastUpdateId) continue;
    if (last === undefined) {
      if (pu !== snapshot.lastUpdateId && U > snapshot.lastUpdateId)
        throw new Error('the snapshot is too old');
    } else if (pu !== last) throw new Error('a gap');
    book.apply(b, a);
    last = u;
  }
  return book;
}

/** Half a minute in which the price moves, with a whole book asked for somewhere within. */
async function half(minute: { readonly asks: boolean }): Promise<Snapshot | undefined> {
  const mark = served.venues.of('binance').markPrice('BTCUSDT') ?? 0;
  let snapshot: Snapshot | undefined;
  for (let second = 0; second < 30; second++) {
    served.venues.setMark('binance', 'BTCUSDT', mark * (1 + 0.0004 * Math.sin(second)));
    served.time.advance(1_000);
    if (minute.asks && second === 7) snapshot = await get<Snapshot>('depth?symbol=BTCUSDT&limit=1000');
  }
  return snapshot;
}

describe('books', () => {
  test('are rebuilt to the truth from the stream and a whole book asked for meanwhile', async () => {
    const client = await listen('/public/ws/btcusdt@depth@100ms');
    const snapshot = await half({ asks: true });
    await client.settled();
    const updates = parsed<DepthUpdate>(client);
    expect(updates.length).toBeGreaterThan(290);
    const book = rebuild(updates, snapshot!);
    const { bids, asks, lastId } = served.venues.bookOf('binance', 'BTCUSDT')!;
    expect(book.levels).toEqual({ bids, asks });
    expect(updates.at(-1)?.u).toBe(lastId);
    expect([bids.length, asks.length]).toEqual([1_000, 1_000]);
  });

  test('surround the mark price with every update and never cross', async () => {
    const client = await listen('/public/ws/ethusdt@depth@100ms');
    const snapshot = await get<Snapshot>('depth?symbol=ETHUSDT&limit=1000');
    const book = new RebuiltBook();
    book.apply(snapshot.bids, snapshot.asks);
    for (const move of [1, 1.0001, 0.999, 0.9, 1.2]) {
      const mark = 2_480 * move;
      served.venues.setMark('binance', 'ETHUSDT', mark);
      served.time.advance(500);
      await client.settled();
      for (const { b, a } of parsed<DepthUpdate>(client).splice(0)) book.apply(b, a);
      client.frames.length = 0;
      expect(book.bestBid).toBeLessThan(mark);
      expect(book.bestAsk).toBeGreaterThan(mark);
      expect(book.bestAsk - book.bestBid).toBeLessThan(mark * 0.001);
    }
  });

  test('have numbers that are chained and not dense, and a whole book may lie within an update', async () => {
    const client = await listen('/public/stream?streams=btcusdt@depth@100ms');
    let within = 0;
    for (let at = 0; at < 40; at++) {
      served.time.advance(100);
      const { lastUpdateId } = await get<Snapshot>('depth?symbol=BTCUSDT&limit=5');
      served.time.advance(100);
      await client.settled();
      const { U, u, pu } = parsed<{ data: DepthUpdate }>(client).at(-1)!.data;
      expect(pu === lastUpdateId || (U <= lastUpdateId && lastUpdateId <= u)).toBe(true);
      if (U <= lastUpdateId && lastUpdateId < u) within++;
    }
    expect(within).toBeGreaterThan(10);
    const updates = parsed<{ data: DepthUpdate }>(client).map(({ data }) => data);
    for (const [at, { pu }] of updates.entries()) if (at > 0) expect(pu).toBe(updates[at - 1]?.u);
    expect(updates.some(({ U, pu }) => U > pu + 1)).toBe(true);
  });

  test('come on the public route alone, in the key order of the venue', async () => {
    const wrong = await listen('/market/ws/btcusdt@depth@100ms');
    const client = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(500);
    await Promise.all([wrong.settled(), client.settled()]);
    expect(wrong.frames).toEqual([]);
    expect(client.frames[0]).toMatch(
      /^\{"e":"depthUpdate","E":\d+,"T":\d+,"s":"BTCUSDT","ps":"BTCUSDT","U":\d+,"u":\d+,"pu":\d+,"b":\[\["\d+\.\d\d","\d+\.\d{3}"\]/u,
    );
    expect(parsed<{ st: number }>(client)[0]?.st).toBe(1);
  });

  test('cost weight by their limit and know no other limits', async () => {
    const ask = async (query: string) => {
      const { status, headers } = await fetch(`${served.urls.binance.rest}/fapi/v1/depth?${query}`);
      return [status, headers.get('x-mbx-used-weight-1m')];
    };
    expect(await ask('symbol=BTCUSDT&limit=1000')).toEqual([200, '20']);
    expect(await ask('symbol=BTCUSDT')).toEqual([200, '30']);
    expect(await ask('symbol=BTCUSDT&limit=100')).toEqual([200, '35']);
    expect(await ask('symbol=BTCUSDT&limit=5')).toEqual([200, '37']);
    expect((await ask('symbol=BTCUSDT&limit=7'))[0]).toBe(400);
    expect((await ask('symbol=NONE&limit=5'))[0]).toBe(400);
    expect((await get<Snapshot>('depth?symbol=BTCUSDT&limit=5')).bids).toHaveLength(5);
  });

  test('are the same for the same seed and others for another', async () => {
    const listenFor = async (seed: number) => {
      const other = await serveVenues({ seed });
      const client = await RawClient.open(`${other.urls.binance.ws}/public/ws/solusdt@depth@100ms`);
      other.time.advance(3_000);
      await client.settled();
      await other.venues.stop();
      return client.frames;
    };
    const first = await listenFor(5);
    expect(first).toHaveLength(30);
    expect(await listenFor(5)).toEqual(first);
    expect(await listenFor(6)).not.toEqual(first);
  });

  test('leave no timer behind, neither when the last listener goes nor when the venue stops', async () => {
    const server = served.venues.of('binance');
    const everybodyIsGone = async () => {
      while (server.connections().length > 0) await new Promise(setImmediate);
    };
    const quiet = served.time.pending;
    const first = await listen('/public/ws/btcusdt@depth@100ms');
    expect(served.time.pending).toBeGreaterThan(quiet);
    first.close();
    await everybodyIsGone();
    expect(served.time.pending).toBe(quiet);
    await Promise.all([listen('/public/ws/btcusdt@depth@100ms'), listen('/market/ws/ethusdt@aggTrade')]);
    await served.venues.stop();
    await everybodyIsGone();
    expect(served.time.pending).toBe(0);
  });

  test('end with the venue, half-open listeners or not', async () => {
    const half = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(100);
    await half.settled();
    faults().halfOpen();
    const sound = await listen('/public/ws/btcusdt@depth@100ms');
    const { lastId } = served.venues.bookOf('binance', 'BTCUSDT')!;
    await served.venues.stop();
    await Promise.all([half.closed, sound.closed]);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    served.time.advance(1_000);
    expect(served.venues.bookOf('binance', 'BTCUSDT')?.lastId).toBe(lastId);
  });

  test('cost nothing once nobody listens, and go on where the stream ended', async () => {
    const first = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(300);
    await first.settled();
    const before = served.venues.bookOf('binance', 'BTCUSDT')!.lastId;
    first.close();
    await first.closed;
    // The server may learn of the end a moment later than its client.
    while (served.venues.of('binance').connections().length > 0) await new Promise(setImmediate);
    served.time.advance(60_000);
    expect(served.venues.bookOf('binance', 'BTCUSDT')!.lastId).toBe(before);
    const again = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(100);
    await again.settled();
    expect(parsed<DepthUpdate>(again)[0]?.pu).toBe(before);
  });

  test('of COIN-M contracts are none of this venue', async () => {
    const client = await listen('/public/ws/btcusd_perp@depth@100ms');
    served.time.advance(500);
    await client.settled();
    expect(client.frames).toEqual([]);
    expect(await get('depth?symbol=BTCUSD_PERP&limit=5')).toMatchObject({ code: -1121 });
  });

  test('begin anew on the new grid when the price steps of a contract change, with numbers that go on rising', async () => {
    const client = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(300);
    const { catalog } = served.venues.of('binance');
    catalog.list({ ...catalog.get('BTCUSDT')!, tickSize: '5' });
    served.time.advance(300);
    await client.settled();
    const updates = parsed<DepthUpdate>(client);
    const { bids } = served.venues.bookOf('binance', 'BTCUSDT')!;
    expect(bids.every(([price]) => /^\d+[05]$/u.test(price))).toBe(true);
    expect(updates.filter(({ pu }, at) => at > 0 && pu !== updates[at - 1]?.u)).toHaveLength(1);
    expect(updates.at(-1)?.u).toBeGreaterThan(updates[0]!.u);
  });

  test('are told as often as the rate says, and stand still with none', async () => {
    for (const [updatesPerSecond, expected] of [
      [50, 50],
      [250, 250],
      [0, 0],
    ] as const) {
      const other = await serveVenues({ flow: { updatesPerSecond } });
      const client = await RawClient.open(`${other.urls.binance.ws}/public/ws/btcusdt@depth@100ms`);
      other.time.advance(1_000);
      await client.settled();
      await other.venues.stop();
      expect(client.frames.length).toBeGreaterThanOrEqual(expected * 0.95);
      expect(client.frames.length).toBeLessThanOrEqual(expected);
    }
    await expect(serveVenues({ flow: { updatesPerSecond: -1 } })).rejects.toThrow(RangeError);
  });
});

describe('faults of books', () => {
  test('lose one update, which the next one shows', async () => {
    const client = await listen('/public/ws/btcusdt@depth@100ms');
    served.time.advance(300);
    expect(faults().lose('BTCUSDT', 'BOOK')).toBe(true);
    expect(faults().lose('ETHUSDT', 'BOOK')).toBe(false);
    served.time.advance(500);
    await client.settled();
    const updates = parsed<DepthUpdate>(client);
    const breaks = updates.filter(({ pu }, at) => at > 0 && pu !== updates[at - 1]?.u);
    expect([updates.length, breaks.length]).toEqual([7, 1]);
    const whole = await get<Snapshot>('depth?symbol=BTCUSDT&limit=1000');
    served.time.advance(100);
    await client.settled();
    const { bids, asks } = served.venues.bookOf('binance', 'BTCUSDT')!;
    expect(rebuild(parsed<DepthUpdate>(client).slice(-1), whole).levels).toEqual({ bids, asks });
  });

  test('cross a book within the chain, and take that back with the next update', async () => {
    const client = await listen('/public/ws/btcusdt@depth@100ms');
    const book = new RebuiltBook();
    const whole = await get<Snapshot>('depth?symbol=BTCUSDT&limit=1000');
    book.apply(whole.bids, whole.asks);
    served.time.advance(200);
    faults().crossBook('BTCUSDT');
    served.time.advance(300);
    await client.settled();
    const crossed = parsed<DepthUpdate>(client).map(({ b, a }) => {
      book.apply(b, a);
      return book.bestBid >= book.bestAsk;
    });
    expect(crossed).toEqual([false, false, true, false, false]);
    const { bids, asks } = served.venues.bookOf('binance', 'BTCUSDT')!;
    expect(book.levels).toEqual({ bids, asks });
  });

  test.each([429, 418, 403])('answer %i for whole books alone', async (status) => {
    faults().set({ rest: { status, retryAfterSeconds: 3, only: 'DEPTH' } });
    const answer = await fetch(`${served.urls.binance.rest}/fapi/v1/depth?symbol=BTCUSDT&limit=1000`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '3']);
    expect((await fetch(`${served.urls.binance.rest}/fapi/v1/time`)).status).toBe(200);
  });

  test('know no restart: nothing of the kind is documented', async () => {
    await listen('/public/ws/btcusdt@depth@100ms');
    expect(faults().restartBook('BTCUSDT')).toBe(false);
  });
});

describe('trades', () => {
  test('are numbered without a hole and are those that happened, on the market route alone', async () => {
    const wrong = await listen('/public/ws/btcusdt@aggTrade');
    const client = await listen('/market/ws/btcusdt@aggTrade');
    await half({ asks: false });
    await Promise.all([wrong.settled(), client.settled()]);
    expect(wrong.frames).toEqual([]);
    const trades = parsed<AggTrade>(client);
    expect(trades.length).toBeGreaterThan(60);
    for (const [at, { a, f, l }] of trades.entries()) {
      expect(l).toBeGreaterThanOrEqual(f);
      if (at > 0) expect([a - 1, f - 1]).toEqual([trades[at - 1]?.a, trades[at - 1]?.l]);
    }
    expect(
      trades.map(({ a, p, q, m, T }) => ({
        ...{ id: String(a), price: p, quantity: q, takerSide: m ? 'SELL' : 'BUY', timeMs: T },
      })),
    ).toEqual(served.venues.tradesOf('binance', 'BTCUSDT'));
    expect(client.frames[0]).toMatch(
      /^\{"e":"aggTrade","E":\d+,"s":"BTCUSDT","a":\d+,"p":"[\d.]+","q":"[\d.]+","nq":"[\d.]+","f":\d+,"l":\d+,"T":\d+,"m":(true|false),"st":1\}$/u,
    );
  });

  test('happen at the best prices of the book before them, and take from it', async () => {
    const [books, tape] = await Promise.all([
      listen('/public/ws/btcusdt@depth@100ms'),
      listen('/market/ws/btcusdt@aggTrade'),
    ]);
    const whole = await get<Snapshot>('depth?symbol=BTCUSDT&limit=1000');
    const book = new RebuiltBook();
    book.apply(whole.bids, whole.asks);
    let compared = 0;
    for (let at = 0; at < 100; at++) {
      served.time.advance(100);
      await Promise.all([books.settled(), tape.settled()]);
      const [first] = parsed<AggTrade>(tape);
      // Only the first of a moment meets the book as it was told, and that only if no order came meanwhile.
      if (first) {
        const best = first.m ? book.bestBid : book.bestAsk;
        expect(Math.abs(Number(first.p) - best)).toBeLessThan(2);
        compared++;
      }
      for (const { b, a } of parsed<DepthUpdate>(books)) book.apply(b, a);
      books.frames.length = 0;
      tape.frames.length = 0;
    }
    expect(compared).toBeGreaterThan(20);
  });

  test('have higher numbers in a later simulation, fills and books too: whoever remembers this one takes none for an old one', async () => {
    const client = await listen('/market/ws/btcusdt@aggTrade');
    await half({ asks: false });
    await client.settled();
    const before = parsed<AggTrade>(client);
    const book = await get<Snapshot>('depth?symbol=BTCUSDT&limit=5');
    expect(before.length).toBeGreaterThan(60);
    const endMs = served.time.nowMs();
    await served.venues.stop();
    served = await serveVenues({}, endMs);
    const later = await listen('/market/ws/btcusdt@aggTrade');
    await half({ asks: false });
    await later.settled();
    const [first] = parsed<AggTrade>(later);
    expect(first!.a).toBeGreaterThan(before.at(-1)!.a);
    expect(first!.f).toBeGreaterThan(before.at(-1)!.l);
    const { lastUpdateId } = await get<Snapshot>('depth?symbol=BTCUSDT&limit=5');
    expect(lastUpdateId).toBeGreaterThan(book.lastUpdateId);
    expect(2 * lastUpdateId).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  test('are told again by REST from any number on, so that a lost one is found', async () => {
    const client = await listen('/market/ws/btcusdt@aggTrade');
    served.time.advance(5_000);
    faults().lose('BTCUSDT', 'TRADES');
    served.time.advance(10_000);
    await client.settled();
    const told = parsed<AggTrade>(client);
    const hole = told.findIndex(({ a }, at) => at > 0 && a !== told[at - 1]!.a + 1);
    expect(hole).toBeGreaterThan(0);
    const fromId = told[hole - 1]!.a + 1;
    const missed = await get<AggTrade[]>(`aggTrades?symbol=BTCUSDT&fromId=${fromId}&limit=1000`);
    const all = [...told.slice(0, hole).map(({ a }) => a), ...missed.map(({ a }) => a)];
    expect(all).toEqual(served.venues.tradesOf('binance', 'BTCUSDT').map(({ id }) => Number(id)));
    expect(missed.at(-1)).toMatchObject({ a: told.at(-1)?.a, p: told.at(-1)?.p, f: told.at(-1)?.f });
  });

  test('are told by REST for a time, the newest without one, at a weight of 20', async () => {
    await listen('/market/ws/btcusdt@aggTrade');
    served.time.advance(20_000);
    const all = served.venues.tradesOf('binance', 'BTCUSDT');
    const ids = (trades: readonly AggTrade[]) => trades.map(({ a }) => a);
    expect(ids(await get('aggTrades?symbol=BTCUSDT&limit=3'))).toEqual(
      all.slice(-3).map(({ id }) => Number(id)),
    );
    const [startMs, endMs] = [START_MS + 3_000, START_MS + 5_000];
    expect(ids(await get(`aggTrades?symbol=BTCUSDT&startTime=${startMs}&endTime=${endMs}`))).toEqual(
      all.filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs).map(({ id }) => Number(id)),
    );
    expect(await get('aggTrades?symbol=BTCUSDT&fromId=1&startTime=1')).toMatchObject({ code: -1128 });
    const answer = await fetch(`${served.urls.binance.rest}/fapi/v1/aggTrades?symbol=BTCUSDT&limit=0`);
    expect([answer.status, answer.headers.get('x-mbx-used-weight-1m')]).toEqual([400, '80']);
  });

  test('are kept in bounded number', async () => {
    const other = await serveVenues({ flow: { keptTrades: 20 } });
    await RawClient.open(`${other.urls.binance.ws}/market/ws/btcusdt@aggTrade`);
    other.time.advance(30_000);
    const kept = other.venues.tradesOf('binance', 'BTCUSDT');
    await other.venues.stop();
    expect(kept).toHaveLength(20);
    expect(Number(kept.at(-1)?.id)).toBe(Number(kept[0]?.id) + 19);
  });
});
