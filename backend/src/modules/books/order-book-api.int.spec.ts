import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compareDecimals, parseDecimal } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { BOOK_FIELDS, BooksForTests, type BookTold, type LevelTold } from './books-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const TOPIC = 'btcusdt@depth@100ms';
let postgres: PostgresForTests;
let made: BooksForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  made = await BooksForTests.start(postgres, NOW);
});
afterEach(() => made.stop());

const binance = () => made.venues.of('binance');
const faults = () => made.venues.faults('binance');
const truth = () => made.venues.bookOf('binance', 'BTCUSDT');
/** Lets time pass until something is so, however busy the machine is. */
const until = (condition: () => unknown, stepMs?: number) =>
  waitFor(() => made.step(condition, stepMs), { withinMs: 30_000 });
const levels = (side: readonly (readonly [string, string])[] | undefined, count = 20) =>
  side?.slice(0, count).map(([price, quantity]) => [parseDecimal(price), parseDecimal(quantity)]);
const told = (side: readonly LevelTold[] | null | undefined) =>
  side?.map(({ price, quantity }) => [price, quantity]);
/** The newest of what a subscriber was told. */
function newest(books: readonly BookTold[]): BookTold {
  const book = books.at(-1);
  if (book === undefined) throw new Error('nothing was told yet');
  return book;
}
const isTrue = (book: BookTold | undefined) =>
  JSON.stringify([told(book?.bids), told(book?.asks)]) ===
  JSON.stringify([levels(truth()?.bids), levels(truth()?.asks)]);
const ask = (given: string) => made.api.post(`{ orderBook(${given}) { ${BOOK_FIELDS} } }`);
const isCrossed = ({ bestBid, bestAsk }: BookTold) =>
  bestBid !== null && bestAsk !== null && compareDecimals(parseDecimal(bestBid), parseDecimal(bestAsk)) >= 0;

test("serves the venue's book to the last digit, and follows it", async () => {
  const { told: books, errors } = made.subscribe();
  await until(() => books.at(-1)?.state === 'LIVE');
  expect(books[0]).toMatchObject({ bids: null, asks: null, bestBid: null, timestamp: null });
  for (let round = 0; round < 5; round += 1) {
    const before = books.length;
    made.venues.setMark('binance', 'BTCUSDT', (binance().markPrice('BTCUSDT') ?? 0) * 1.0004);
    await until(() => books.length > before + 3);
    // What is on its way is in the truth already, and the pause between two messages passes by our clock.
    await waitFor(async () => {
      await made.venues.confirm();
      return made.step(() => isTrue(books.at(-1)), 25);
    });
  }
  expect(books.some(isCrossed)).toBe(false);
  expect(errors).toEqual([]);
  const { bids, asks, spreadBps, bestBid, bestAsk } = newest(books);
  expect([bids?.length, asks?.length, bids?.[0]?.price, asks?.[0]?.price]).toEqual([
    20,
    20,
    bestBid,
    bestAsk,
  ]);
  // S144
  const [bid, ask] = [Number(bestBid), Number(bestAsk)];
  expect(spreadBps).toBeCloseTo(((ask - bid) / ((ask + bid) / 2)) * 10_000, 9);
});

test('serves nothing after a missed change, says so at once, and is whole again within three seconds (F13)', async () => {
  const { told: books } = made.subscribe();
  await until(() => books.at(-1)?.state === 'LIVE');
  // The first whole book was just asked for; another one is not asked for within five seconds.
  await until(() => made.clock.nowMs() > NOW + 6_000);
  for (let round = 0; round < 3; round += 1) {
    const from = books.length;
    const { resyncs } = made.books.streams.counts();
    const startMs = made.clock.nowMs();
    expect(faults().lose('BTCUSDT', 'BOOK')).toBe(true);
    await until(() => books.slice(from).some(({ state }) => state === 'RESYNCING'));
    const lost = books.slice(from).find(({ state }) => state === 'RESYNCING');
    expect(lost).toMatchObject({ bids: null, asks: null, bestBid: null, depth10Bps: null });
    expect(lost?.reason).toMatch(/changes were missed/);
    await until(() => books.at(-1)?.state === 'LIVE', 25);
    expect(made.clock.nowMs() - startMs).toBeLessThan(3_000);
    await until(() => isTrue(books.at(-1)));
    expect(made.books.streams.counts().resyncs).toBe(resyncs + 1);
    made.clock.advance(5_000);
  }
  for (const { state, bids, asks } of books)
    expect([bids === null, asks === null]).toEqual(Array(2).fill(state !== 'LIVE'));
});

test('never serves a crossed book (F16)', async () => {
  const { told: books } = made.subscribe();
  await until(() => books.at(-1)?.state === 'LIVE');
  await until(() => made.clock.nowMs() > NOW + 6_000);
  faults().crossBook('BTCUSDT');
  await until(() => books.some(({ reason }) => reason.includes('contradict')));
  await until(() => books.at(-1)?.state === 'LIVE');
  await until(() => isTrue(books.at(-1)));
  expect(books.some(isCrossed)).toBe(false);
});

test('says what is wrong and since when while the venue cannot be reached (S133), and comes back whole', async () => {
  const { told: books } = made.subscribe();
  await until(() => books.at(-1)?.state === 'LIVE');
  faults().set({ refuse: { status: 503 } });
  faults().drop('ABRUPT');
  await until(() => books.at(-1)?.state === 'RESYNCING', 5);
  const down = books.at(-1);
  expect(down).toMatchObject({ bids: null, asks: null });
  expect(down?.since).toBeGreaterThan(NOW);
  made.clock.advance(3_000);
  // Nobody waits for what has been missing for so long.
  const { data } = await ask('symbol: "BTCUSDT"');
  expect(data?.orderBook).toMatchObject({ bids: null, since: down?.since });
  faults().clear();
  await until(() => books.at(-1)?.state === 'LIVE', 25);
  await until(() => isTrue(books.at(-1)));
});

test.each([
  [418, 'BANNED'],
  [429, 'RATE_LIMITED'],
])('asks no more after an answer %i, shows until when, and asks again then', async (status, state) => {
  faults().set({ rest: { status, only: 'DEPTH' } });
  const { told: books } = made.subscribe();
  await until(() => books.at(-1)?.state === state);
  expect(newest(books)).toMatchObject({ state, bids: null, asks: null });
  const { until: untilMs } = newest(books);
  if (untilMs === null) throw new Error('nothing says until when');
  faults().clear();
  await until(() => made.clock.nowMs() > untilMs - 1_000, 500);
  expect(made.books.streams.counts().requests).toBe(1);
  await until(() => books.at(-1)?.state === 'LIVE', 250);
  await until(() => isTrue(books.at(-1)));
  expect(made.books.streams.counts().requests).toBe(2);
});

test('holds one subscription at the venue for all, and lets go of it a minute after the last has left', async () => {
  const all = [made.subscribe(), made.subscribe({ limit: 5 }), made.subscribe({ symbol: 'btc-usdt' })];
  const other = made.subscribe({ symbol: 'ETHUSDT' });
  await until(() => [...all, other].every(({ told: books }) => books.at(-1)?.state === 'LIVE'));
  expect([binance().carriedBy(TOPIC), binance().carriedBy('ethusdt@depth@100ms')]).toEqual([1, 1]);
  expect(made.books.streams.counts()).toMatchObject({ books: 2, whole: 2, topics: 2, connections: 1 });
  for (const { end } of all) end();
  other.end();
  // Who comes back within a minute finds it as it was.
  const leftMs = made.clock.nowMs();
  await until(() => made.clock.nowMs() >= leftMs + 50_000, 500);
  expect(binance().carriedBy(TOPIC)).toBe(1);
  const again = made.subscribe();
  await waitFor(() => again.told[0]?.state === 'LIVE');
  await until(() => made.books.streams.counts().books === 1);
  expect(binance().carriedBy(TOPIC)).toBe(1);
  again.end();
  await until(() => made.books.streams.counts().books === 0, 1_000);
  await until(() => made.books.streams.counts().connections === 0 && binance().carriedBy(TOPIC) === 0);
});

test('answers a question about a book that nobody has looked at, and the next one from the same book', async () => {
  const asked = ask('symbol: "BTCUSDT", limit: 3');
  let answer: Awaited<typeof asked> | undefined;
  void asked.then((given) => (answer = given));
  await until(() => answer);
  const book = answer?.data?.orderBook as BookTold;
  expect([book.state, book.bids?.length]).toEqual(['LIVE', 3]);
  const { viewsMade } = made.books.streams.counts();
  for (let time = 0; time < 10; time += 1) await ask('symbol: "BTCUSDT", limit: 3');
  const { requests, viewsShared, viewsMade: madeNow } = made.books.streams.counts();
  // What was on its way when the first was answered makes it another book, and is soon there.
  expect([requests, viewsShared + madeNow - viewsMade]).toEqual([1, 10]);
  expect(viewsShared).toBeGreaterThan(4);
});

test('gives each address its share of the books that are followed, and one back for each that it ends', async () => {
  await made.stop();
  const clients = { ...CLIENT_LIMITS, marketsPerClient: 1, loopbackFactor: 1 };
  made = await BooksForTests.start(postgres, NOW, { clients });
  const first = made.subscribe({ symbol: 'ETHUSDT' });
  const again = made.subscribe({ symbol: 'ETHUSDT', limit: 5 });
  await until(() => [first, again].every(({ told: books }) => books.at(-1)?.state === 'LIVE'));
  const refusal = { message: /order books of markets outside SYMBOLS/, allowed: 1 };
  const isRefused = (error: unknown) => {
    const { message, extensions } = error as { message: string; extensions: Record<string, unknown> };
    expect(message).toMatch(refusal.message);
    expect(extensions).toMatchObject({ code: 'RATE_LIMITED', allowed: refusal.allowed });
  };
  isRefused((await ask('symbol: "SOLUSDT"')).errors?.[0]);
  const other = made.subscribe({ symbol: 'SOLUSDT' });
  await until(() => other.errors.length > 0);
  expect(JSON.stringify(other.errors)).toContain('RATE_LIMITED');
  expect(made.books.streams.counts()).toMatchObject({ books: 1, refused: 2 });
  // What is followed always is nobody's share.
  made.books.standing.start();
  const btc = made.subscribe();
  await until(() => btc.told.at(-1)?.state === 'LIVE');
  first.end();
  isRefused((await ask('symbol: "SOLUSDT"')).errors?.[0]);
  again.end();
  await waitFor(async () => {
    const next = made.subscribe({ symbol: 'LTCUSDT' });
    await until(() => next.told.length + next.errors.length > 0);
    return next.told.length > 0;
  });
}, 60_000);

test('joins prices by rounding, away from the other side (S127)', async () => {
  const { told: plain } = made.subscribe({ limit: 50 });
  const { told: rounded } = made.subscribe({ limit: 4, rounding: '5' });
  await until(() => plain.at(-1)?.state === 'LIVE' && rounded.at(-1)?.state === 'LIVE');
  const inFirst = (bid: number) =>
    (truth()?.bids ?? [])
      .filter(([price]) => Number(price) >= bid)
      .reduce((sum, [, quantity]) => sum + Number(quantity), 0);
  // What is still on its way is in the truth already.
  await until(() => {
    const [level] = rounded.at(-1)?.bids ?? [];
    const isThere = Math.abs(Number(level?.quantity) - inFirst(Number(level?.price))) < 1e-6;
    return isThere && plain.at(-1)?.timestamp === rounded.at(-1)?.timestamp;
  });
  const [fine, coarse] = [newest(plain), newest(rounded)];
  expect(coarse.rounding).toBe('5');
  expect([coarse.bestBid, coarse.bestAsk, coarse.depth10Bps]).toEqual([
    fine.bestBid,
    fine.bestAsk,
    fine.depth10Bps,
  ]);
  const bid = Math.floor(Number(fine.bestBid) / 5) * 5;
  expect(coarse.bids?.[0]?.price).toBe(String(bid));
  expect(Number(coarse.bids?.[0]?.quantity)).toBeCloseTo(inFirst(bid), 6);
  expect(coarse.asks?.[0]?.price).toBe(String(Math.ceil(Number(fine.bestAsk) / 5) * 5));
});

test.each([
  ['symbol: "BTCUSTD"', 'UNKNOWN_SYMBOL', /BTCUSDT/],
  ['symbol: "BTCUSDT", venue: "mtgox"', 'BAD_USER_INPUT', /known are binance, okx, bybit/],
  ['symbol: "BTCUSDT", limit: 60', 'BAD_USER_INPUT', /limit: must be 1 to 50/],
  ['symbol: "BTCUSDT", limit: 0', 'BAD_USER_INPUT', /limit/],
  ['symbol: "BTCUSDT", rounding: "0.15"', 'BAD_USER_INPUT', /positive multiple of 0.1/],
  ['symbol: "BTCUSDT", rounding: "0"', 'BAD_USER_INPUT', /positive multiple/],
  ['symbol: "BTCUSDT", rounding: "-1"', 'BAD_USER_INPUT', /positive multiple/],
])('refuses %s (S130)', async (given, code, message) => {
  const { errors } = await ask(given);
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code } }]);
  expect(made.books.streams.counts().books).toBe(0);
});

test('counts in the metrics what books hold and cost', async () => {
  const { told: books } = made.subscribe();
  await until(() => books.at(-1)?.state === 'LIVE');
  const metrics = await (await fetch(`${made.api.url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^orderfox_${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  const names = [
    'books',
    'books_whole',
    'book_topics',
    'book_connections',
    'book_requests_total',
    'books_refused_total',
  ];
  expect(names.map(value)).toEqual([1, 1, 1, 1, 1, 0]);
});

test('follows the symbols of the configuration at all venues, whether anybody looks or not', async () => {
  made.books.standing.start();
  await until(() => made.books.streams.counts().whole === 3);
  expect(made.books.streams.counts()).toMatchObject({ books: 3, topics: 3, connections: 3 });
  const { end, told: books } = made.subscribe();
  await waitFor(() => books[0]?.state === 'LIVE');
  end();
  const leftMs = made.clock.nowMs();
  await until(() => made.clock.nowMs() > leftMs + 70_000, 500);
  expect(made.books.streams.counts()).toMatchObject({ books: 3, whole: 3 });
});

describe.each([
  ['okx', 'BTC-USDT-SWAP', 0.01],
  ['bybit', 'BTCUSDT', 1],
] as const)('a book of %s', (venue, venueSymbol, coinsPerContract) => {
  const inCoins = (side: readonly (readonly [string, string])[] | undefined) =>
    side?.slice(0, 20).map(([price, quantity]) => [Number(price), Number(quantity) * coinsPerContract]);
  const shown = (side: readonly LevelTold[] | null | undefined) =>
    side?.map(({ price, quantity }) => [Number(price), Number(quantity)]);
  const isSame = (book: BookTold | undefined) => {
    const wanted = made.venues.bookOf(venue, venueSymbol);
    return [
      [shown(book?.bids), inCoins(wanted?.bids)],
      [shown(book?.asks), inCoins(wanted?.asks)],
    ].every(
      ([found, expected]) =>
        found?.length === 20 &&
        found.every(([price, quantity], at) => {
          const [itsPrice = 0, itsQuantity = 0] = expected?.[at] ?? [];
          return price === itsPrice && Math.abs((quantity ?? 0) - itsQuantity) < 1e-9;
        }),
    );
  };

  test('is served in coins as the venue has it, and whole again after a gap and a new beginning', async () => {
    const { told: books, errors } = made.subscribe({ venue });
    await until(() => books.at(-1)?.state === 'LIVE');
    await until(() => isSame(books.at(-1)));
    await until(() => made.clock.nowMs() > NOW + 6_000);
    const from = books.length;
    expect(made.venues.faults(venue).lose(venueSymbol, 'BOOK')).toBe(true);
    await until(() => books.slice(from).some(({ state }) => state === 'RESYNCING'), 25);
    const lostMs = made.clock.nowMs();
    await until(() => books.at(-1)?.state === 'LIVE', 25);
    expect(made.clock.nowMs() - lostMs).toBeLessThan(3_000);
    await until(() => isSame(books.at(-1)));
    expect(made.venues.faults(venue).restartBook(venueSymbol)).toBe(true);
    await until(() => made.clock.nowMs() > lostMs + 8_000);
    await until(() => isSame(books.at(-1)));
    expect(books.at(-1)?.state).toBe('LIVE');
    expect(books.some(isCrossed)).toBe(false);
    expect(errors).toEqual([]);
  });
});
