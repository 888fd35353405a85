import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { RebuiltBook } from '../testing/rebuilt-book.js';
import { serveVenues } from '../testing/served.js';

type Level = [price: string, quantity: string, zero: string, orders: string];

interface BookFrame {
  readonly action: 'snapshot' | 'update';
  readonly data: readonly [
    {
      readonly bids: readonly Level[];
      readonly asks: readonly Level[];
      readonly prevSeqId: number;
      readonly seqId: number;
      readonly checksum: number;
    },
  ];
}

const BOOKS = { channel: 'books', instId: 'BTC-USDT-SWAP' };
const TRADES = { channel: 'trades', instId: 'BTC-USDT-SWAP' };

let served: Awaited<ReturnType<typeof serveVenues>>;
beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

const connect = () => RawClient.open(`${served.urls.okx.ws}/ws/v5/public`);
const faults = () => served.venues.faults('okx');
const frames = <T>(client: RawClient) =>
  client.frames.filter((text) => text.includes('"data"')).map((text) => JSON.parse(text) as T);

async function listen(...args: readonly unknown[]): Promise<RawClient> {
  const client = await connect();
  await client.ask({ op: 'subscribe', args });
  return client;
}

/** What follows without a gap, from the last whole book on. */
function rebuild(told: readonly BookFrame[]): RebuiltBook {
  const book = new RebuiltBook();
  let last = -1;
  for (const {
    action,
    data: [{ bids, asks, prevSeqId, seqId }],
  } of told) {
    if (action === 'snapshot') book.clear();
    else if (prevSeqId !== last) throw new Error('a gap');
    book.apply(bids, asks);
    last = seqId;
  }
  return book;
}

/** The truth in the words of the rebuilt book. */
function truth() {
  const { bids, asks } = served.venues.bookOf('okx', 'BTC-USDT-SWAP')!;
  return { bids, asks };
}

const levelsOf = (book: RebuiltBook) => ({
  bids: book.levels.bids.map(([price, quantity]) => [price, quantity]),
  asks: book.levels.asks.map(([price, quantity]) => [price, quantity]),
});

describe('books', () => {
  test('come whole to every newcomer and then as updates that name the one before', async () => {
    const first = await listen(BOOKS);
    const mark = served.venues.of('okx').markPrice('BTC-USDT-SWAP') ?? 0;
    for (let second = 0; second < 10; second++) {
      served.venues.setMark('okx', 'BTC-USDT-SWAP', mark * (1 + 0.002 * Math.sin(second)));
      served.time.advance(1_000);
    }
    const late = await listen(BOOKS);
    served.time.advance(5_000);
    for (const client of [first, late]) {
      await client.settled();
      const told = frames<BookFrame>(client);
      expect(told[0]).toMatchObject({ action: 'snapshot', data: [{ prevSeqId: -1, checksum: 0 }] });
      expect(told.filter(({ action }) => action === 'snapshot')).toHaveLength(1);
      const book = rebuild(told);
      expect(levelsOf(book)).toEqual(truth());
      expect([truth().bids.length, truth().asks.length]).toEqual([400, 400]);
      expect(book.bestBid).toBeLessThan(book.bestAsk);
    }
  });

  test('have four texts a price, and none of a price that goes', async () => {
    const client = await listen(BOOKS);
    served.time.advance(3_000);
    await client.settled();
    const [whole, ...updates] = frames<BookFrame>(client);
    expect(whole?.data[0].bids[0]).toEqual([
      expect.stringMatching(/^\d+\.\d\d$/u),
      expect.stringMatching(/^\d+\.\d\d$/u),
      '0',
      expect.stringMatching(/^[1-9]$/u),
    ]);
    const changes = updates.flatMap(({ data: [{ bids, asks }] }) => [...bids, ...asks]);
    expect(changes.filter(([, quantity]) => quantity === '0').map(([, , , orders]) => orders)).toContain('0');
  });

  test('come whole again to who subscribes anew', async () => {
    const client = await listen(BOOKS);
    served.time.advance(1_000);
    client.send({ op: 'unsubscribe', args: [BOOKS] });
    await client.settled();
    served.time.advance(1_000);
    client.send({ op: 'subscribe', args: [BOOKS] });
    await client.settled();
    served.time.advance(1_000);
    await client.settled();
    const told = frames<BookFrame>(client);
    expect(told.filter(({ action }) => action === 'snapshot')).toHaveLength(2);
    expect(levelsOf(rebuild(told))).toEqual(truth());
  });

  test('that stand still say every minute that they live', async () => {
    const still = await serveVenues({ flow: { updatesPerSecond: 0 } });
    const client = await RawClient.open(`${still.urls.okx.ws}/ws/v5/public`);
    await client.ask({ op: 'subscribe', args: [BOOKS] });
    for (let seconds = 0; seconds < 125; seconds += 25) {
      still.time.advance(25_000);
      await client.ask('ping', (text) => text === 'pong');
    }
    await still.venues.stop();
    const [whole, ...updates] = frames<BookFrame>(client);
    const { seqId } = whole!.data[0];
    const empty = { action: 'update', data: [{ bids: [], asks: [], prevSeqId: seqId, seqId }] };
    expect(updates).toMatchObject([empty, empty]);
  });

  test('say so a minute after what was last heard of them', async () => {
    const client = await listen(BOOKS);
    served.time.advance(20_000);
    faults().setListingState('BTC-USDT-SWAP', 'HALTED');
    await client.settled();
    const before = frames(client).length;
    for (const expected of [0, 0, 1]) {
      served.time.advance(20_000);
      await client.ask('ping', (text) => text === 'pong');
      expect(frames(client)).toHaveLength(before + expected);
    }
  });

  test('of a contract that is halted stand still', async () => {
    const client = await listen(BOOKS);
    served.time.advance(500);
    faults().setListingState('BTC-USDT-SWAP', 'HALTED');
    await client.settled();
    const before = frames(client).length;
    served.time.advance(10_000);
    await client.settled();
    expect(frames(client)).toHaveLength(before);
  });

  test('pause while a recording plays them', async () => {
    const server = served.venues.of('okx');
    server.yieldTopics(new Set(['books|BTC-USDT-SWAP']));
    const client = await listen(BOOKS);
    served.time.advance(500);
    await client.settled();
    expect(frames(client)).toEqual([]);
    server.yieldTopics(new Set());
    served.time.advance(500);
    await client.settled();
    expect(frames(client)).toHaveLength(5);
  });

  test('begin their numbers anew within the chain when the service does', async () => {
    const client = await listen(BOOKS);
    served.time.advance(1_000);
    expect(faults().restartBook('BTC-USDT-SWAP')).toBe(true);
    served.time.advance(1_000);
    await client.settled();
    const told = frames<BookFrame>(client);
    expect(told.filter(({ data: [{ seqId, prevSeqId }] }) => seqId < prevSeqId)).toHaveLength(1);
    expect(told.at(-1)?.data[0].seqId).toBeLessThan(10_000);
    expect(levelsOf(rebuild(told))).toEqual(truth());
  });

  test('lose an update or cross when told to', async () => {
    const client = await listen(BOOKS);
    served.time.advance(500);
    faults().crossBook('BTC-USDT-SWAP');
    served.time.advance(100);
    await client.settled();
    const crossed = rebuild(frames<BookFrame>(client));
    expect(crossed.bestBid).toBeGreaterThan(crossed.bestAsk);
    served.time.advance(100);
    await client.settled();
    expect(levelsOf(rebuild(frames<BookFrame>(client)))).toEqual(truth());
    faults().lose('BTC-USDT-SWAP', 'BOOK');
    served.time.advance(300);
    await client.settled();
    expect(() => rebuild(frames<BookFrame>(client))).toThrow('a gap');
  });
});

test('trades are those that happened, a row per order and price, side of the taker', async () => {
  const client = await listen(TRADES);
  served.time.advance(20_000);
  await client.settled();
  interface TradeFrame {
    readonly data: readonly {
      readonly tradeId: string;
      readonly px: string;
      readonly sz: string;
      readonly side: string;
      readonly ts: string;
      readonly count: string;
    }[];
  }
  const rows = frames<TradeFrame>(client).flatMap(({ data }) => data);
  expect(rows.length).toBeGreaterThan(30);
  expect(
    rows.map(({ tradeId, px, sz, side, ts }) => ({
      ...{ id: tradeId, price: px, quantity: sz, takerSide: side.toUpperCase(), timeMs: Number(ts) },
    })),
  ).toEqual(served.venues.tradesOf('okx', 'BTC-USDT-SWAP'));
  for (const [at, { tradeId, count }] of rows.entries())
    if (at > 0) expect(Number(tradeId) - Number(count)).toBe(Number(rows[at - 1]?.tradeId));
  expect(client.frames.at(-1)).toMatch(
    /^\{"arg":\{"channel":"trades","instId":"BTC-USDT-SWAP"\},"data":\[\{"instId":"BTC-USDT-SWAP","tradeId":"\d+","px":"[\d.]+","sz":"[\d.]+","side":"(buy|sell)","ts":"\d+","count":"\d","source":"0","seqId":\d+\}\]\}$/u,
  );
});
