import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { BooksForTests } from '../books/books-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const STEP_MS = 100;

let postgres: PostgresForTests;
let made: BooksForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await postgres.database.writer.query('TRUNCATE book_top');
  made = await BooksForTests.start(postgres, NOW);
  made.books.standing.start();
  made.bookTops.sampler.start();
});
afterEach(() => made.stop());

const FIELDS =
  'venue symbol venueSymbol time timestamp venueTimestamp bestBid bestBidQuantity bestAsk bestAskQuantity mid spreadBps depth10Bps { bidUsd askUsd }';

interface Row {
  readonly time: number;
  readonly timestamp: number;
  readonly venueTimestamp: number;
  readonly bestBid: string;
  readonly bestBidQuantity: string;
  readonly bestAsk: string;
  readonly bestAskQuantity: string;
  readonly spreadBps: number;
  readonly depth10Bps: { readonly bidUsd: string; readonly askUsd: string };
}

async function tops(
  venue = 'binance',
  given = `from: ${NOW}, to: ${NOW + 600_000}`,
): Promise<readonly Row[]> {
  const { data, errors } = await made.api.post(
    `{ bookTops(symbol: "btc-usdt", venue: "${venue}", ${given}) { ${FIELDS} } }`,
  );
  expect(errors).toBeUndefined();
  return data?.bookTops as readonly Row[];
}

/** The best prices of the book as the venue has told it. */
function truth(): readonly string[] {
  const book = made.venues.bookOf('binance', 'BTCUSDT');
  const [bid, ask] = [book?.bids[0], book?.asks[0]];
  return [bid?.[0], bid?.[1], ask?.[0], ask?.[1]].map((text) => parseDecimal(text ?? '0'));
}

/** Time passes, and what the venues said in it has been read. */
async function step(): Promise<void> {
  made.clock.advance(STEP_MS);
  await made.venues.confirm();
}

const isWhole = () => made.books.streams.counts().whole === 3;
async function becomeWhole(): Promise<void> {
  await waitFor(() => made.step(isWhole), { withinMs: 30_000 });
  while (made.clock.nowMs() % 1_000 !== 0) made.clock.advance(50);
  await made.venues.confirm();
}

test('stores the top of each book once a second as it was told then, to the last digit (S142, S143)', async () => {
  await becomeWhole();
  const fromMs = made.clock.nowMs() + 1_000;
  const expected = new Map<number, readonly string[]>();
  for (let count = 0; count < 120; count += 1) {
    // What is read off at the beginning of a second is what came before it.
    const before = truth();
    await step();
    const nowMs = made.clock.nowMs();
    if (nowMs % 1_000 === 0 && nowMs >= fromMs) expected.set(nowMs, before);
  }
  await waitFor(
    async () => {
      made.clock.advance(0);
      return (await tops('binance', `from: ${fromMs}`)).length >= 10;
    },
    { withinMs: 30_000 },
  ).catch(() => undefined);
  const rows = await tops('binance', `from: ${fromMs}, to: ${fromMs + 10_000}`);
  expect(rows.map(({ timestamp }) => timestamp)).toEqual(
    Array.from({ length: 10 }, (_, n) => fromMs + n * 1_000),
  );
  for (const row of rows) {
    const { bestBid, bestBidQuantity, bestAsk, bestAskQuantity, spreadBps, venueTimestamp } = row;
    expect([bestBid, bestBidQuantity, bestAsk, bestAskQuantity]).toEqual(expected.get(row.timestamp));
    expect(row.time * 1_000).toBe(row.timestamp);
    expect(venueTimestamp).toBeLessThan(row.timestamp);
    expect(venueTimestamp).toBeGreaterThan(row.timestamp - 1_000);
    // S144
    const [bid, ask] = [Number(bestBid), Number(bestAsk)];
    expect(spreadBps).toBeCloseTo(((ask - bid) / ((ask + bid) / 2)) * 10_000, 9);
    expect(Number(row.depth10Bps.bidUsd)).toBeGreaterThan(Number(bestBid) * Number(bestBidQuantity));
  }
  for (const venue of ['okx', 'bybit'])
    expect(await tops(venue, `from: ${fromMs}, to: ${fromMs + 10_000}`)).toHaveLength(10);
}, 60_000);

test('has no row for a second in which a book was not whole, and repeats none', async () => {
  await becomeWhole();
  const seconds: { readonly atMs: number; readonly isWhole: boolean }[] = [];
  const pass = async (steps: number) => {
    for (let count = 0; count < steps; count += 1) {
      const { whole } = made.books.streams.counts();
      await step();
      if (made.clock.nowMs() % 1_000 === 0) seconds.push({ atMs: made.clock.nowMs(), isWhole: whole === 3 });
    }
  };
  await pass(30);
  made.venues.faults('binance').set({ refuse: { status: 503 } });
  made.venues.faults('binance').drop('ABRUPT');
  await pass(50);
  made.venues.faults('binance').clear();
  await waitFor(() => made.step(isWhole), { withinMs: 30_000 });
  await becomeWhole();
  await pass(60);
  await waitFor(() => made.step(() => made.bookTops.writer.counts.waiting === 0));
  const rows = await tops();
  const stored = new Set(rows.map(({ timestamp }) => timestamp));
  expect(stored.size).toBe(rows.length);
  expect(seconds.filter((second) => !second.isWhole).length).toBeGreaterThan(3);
  for (const second of seconds.slice(0, -6))
    expect([second.atMs, stored.has(second.atMs)]).toEqual([second.atMs, second.isWhole]);
  expect(made.bookTops.sampler.absent).toBeGreaterThan(3);
}, 60_000);

test.each([
  ['a range that is too wide', 'from: 0, to: 5000001', 'RANGE_TOO_WIDE', /5001 seconds/],
  ['a range that ends before it begins', 'from: 2, to: 1', 'BAD_USER_INPUT', /must not be after/],
])('refuses %s', async (_what, given, code, words) => {
  const { errors } = await made.api.post(`{ bookTops(symbol: "BTCUSDT", ${given}) { time } }`);
  expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(words), extensions: { code } });
});
