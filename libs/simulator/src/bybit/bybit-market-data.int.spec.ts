import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { RebuiltBook } from '../testing/rebuilt-book.js';
import { serveVenues } from '../testing/served.js';

interface BookFrame {
  readonly type: 'snapshot' | 'delta';
  readonly data: {
    readonly b: readonly [string, string][];
    readonly a: readonly [string, string][];
    readonly u: number;
    readonly seq: number;
  };
}

interface TradesFrame {
  readonly data: readonly {
    readonly T: number;
    readonly S: 'Buy' | 'Sell';
    readonly v: string;
    readonly p: string;
    readonly L: string;
    readonly i: string;
  }[];
}

const BOOK = 'orderbook.200.BTCUSDT';
const TRADES = 'publicTrade.BTCUSDT';

let served: Awaited<ReturnType<typeof serveVenues>>;
beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

const faults = () => served.venues.faults('bybit');
const frames = <T>(client: RawClient) =>
  client.frames.filter((text) => text.includes('"data"')).map((text) => JSON.parse(text) as T);

async function listen(...args: readonly string[]): Promise<RawClient> {
  const client = await RawClient.open(`${served.urls.bybit.ws}/v5/public/linear`);
  await client.ask({ op: 'subscribe', args, req_id: '1' });
  return client;
}

/** What counts on without a gap, from the last whole book on. */
function rebuild(told: readonly BookFrame[]): RebuiltBook {
  const book = new RebuiltBook();
  let last = 0;
  for (const { type, data } of told) {
    if (type === 'snapshot') book.clear();
    else if (data.u !== last + 1) throw new Error('a gap');
    book.apply(data.b, data.a);
    last = data.u;
  }
  return book;
}

function truth() {
  const { bids, asks } = served.venues.bookOf('bybit', 'BTCUSDT')!;
  return { bids, asks };
}

describe('books', () => {
  test('come whole to every newcomer and then as deltas counted by one', async () => {
    const first = await listen(BOOK);
    const mark = served.venues.of('bybit').markPrice('BTCUSDT') ?? 0;
    for (let second = 0; second < 10; second++) {
      served.venues.setMark('bybit', 'BTCUSDT', mark * (1 + 0.002 * Math.sin(second)));
      served.time.advance(1_000);
    }
    const late = await listen(BOOK);
    served.time.advance(5_000);
    for (const client of [first, late]) {
      await client.settled();
      const told = frames<BookFrame>(client);
      expect(told.map(({ type }) => type).lastIndexOf('snapshot')).toBe(0);
      const book = rebuild(told);
      expect(book.levels).toEqual(truth());
      expect([truth().bids.length, truth().asks.length]).toEqual([200, 200]);
      expect(book.bestBid).toBeLessThan(book.bestAsk);
    }
    expect(first.frames.at(-1)).toMatch(
      /^\{"topic":"orderbook\.200\.BTCUSDT","type":"delta","ts":\d+,"data":\{"s":"BTCUSDT","b":\[.*\],"a":\[.*\],"u":\d+,"seq":\d+\},"cts":\d+\}$/u,
    );
  });

  test('of other depths are acknowledged and stay silent', async () => {
    const client = await listen('orderbook.50.BTCUSDT');
    served.time.advance(1_000);
    await client.settled();
    expect(frames(client)).toEqual([]);
  });

  test('pause while a recording plays them', async () => {
    const server = served.venues.of('bybit');
    server.yieldTopics(new Set([BOOK]));
    const client = await listen(BOOK);
    served.time.advance(500);
    await client.settled();
    expect(frames(client)).toEqual([]);
    server.yieldTopics(new Set());
    served.time.advance(500);
    await client.settled();
    expect(frames(client)).toHaveLength(5);
  });

  test('come whole again with u 1 when the service begins anew', async () => {
    const client = await listen(BOOK);
    served.time.advance(500);
    expect(faults().restartBook('BTCUSDT')).toBe(true);
    served.time.advance(500);
    await client.settled();
    const told = frames<BookFrame>(client);
    const again = told.map(({ type }) => type).lastIndexOf('snapshot');
    expect(told.slice(again).map(({ data }) => data.u)).toEqual(told.slice(again).map((_, at) => at + 1));
    expect(again).toBeGreaterThan(3);
    expect(rebuild(told).levels).toEqual(truth());
  });

  test('lose an update or cross when told to', async () => {
    const client = await listen(BOOK);
    served.time.advance(500);
    faults().crossBook('BTCUSDT');
    served.time.advance(100);
    await client.settled();
    const crossed = rebuild(frames<BookFrame>(client));
    expect(crossed.bestBid).toBeGreaterThan(crossed.bestAsk);
    served.time.advance(100);
    await client.settled();
    expect(rebuild(frames<BookFrame>(client)).levels).toEqual(truth());
    faults().lose('BTCUSDT', 'BOOK');
    served.time.advance(300);
    await client.settled();
    expect(() => rebuild(frames<BookFrame>(client))).toThrow('a gap');
  });
});

test('trades are those that happened, side of the taker, each with its own id and its tick direction', async () => {
  const client = await listen(TRADES);
  served.time.advance(20_000);
  await client.settled();
  const rows = frames<TradesFrame>(client).flatMap(({ data }) => data);
  expect(rows.length).toBeGreaterThan(30);
  expect(
    rows.map(({ T, S, v, p, i }) => ({
      ...{ id: i, price: p, quantity: v, takerSide: S.toUpperCase(), timeMs: T },
    })),
  ).toEqual(served.venues.tradesOf('bybit', 'BTCUSDT'));
  expect(new Set(rows.map(({ i }) => i)).size).toBe(rows.length);
  for (const [at, { p, L }] of rows.entries()) {
    const move = at === 0 ? 1 : Math.sign(Number(p) - Number(rows[at - 1]?.p));
    expect(L).toMatch({ '-1': /^MinusTick$/u, 0: /^Zero/u, 1: /^PlusTick$/u }[move]!);
  }
});
