import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addDecimals, multiplyDecimals, parseDecimal, type DecimalString } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { BooksForTests } from '../books/books-for-tests.js';
import { differenceBps } from './basis-view.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const HALF = parseDecimal('0.5');
const LEG = '{ venue venueSymbol state reason since mid timestamp ageMs }';
const FIELDS = `symbol timestamp state reason since basisBps basisBpsFormatted adjustedBasisBps
  stableCoinRate stableCoinRateAgeMs stableCoinRateReason binance ${LEG} okx ${LEG}`;

interface Leg {
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly mid: DecimalString | null;
  readonly ageMs: number | null;
}

interface Told {
  readonly symbol: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly basisBps: number | null;
  readonly adjustedBasisBps: number | null;
  readonly stableCoinRate: DecimalString | null;
  readonly stableCoinRateAgeMs: number | null;
  readonly stableCoinRateReason: string;
  readonly binance: Leg;
  readonly okx: Leg;
}

let postgres: PostgresForTests;
let made: BooksForTests;
let clients: Client[];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());
beforeEach(async () => {
  clients = [];
  made = await BooksForTests.start(postgres, NOW);
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  await made.stop();
});

/** Lets time pass until something is so, however busy the machine is. */
const until = (condition: () => unknown, stepMs?: number) =>
  waitFor(() => made.step(condition, stepMs), { withinMs: 30_000 });

function subscribe(symbol = 'SOLUSDT') {
  const client = createClient({ url: made.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  const told: Told[] = [];
  const end = client.subscribe<{ basisUpdated: Told }>(
    {
      query: `subscription ($symbol: ID!) { basisUpdated(symbol: $symbol) { ${FIELDS} } }`,
      variables: { symbol },
    },
    {
      next: ({ data }) => {
        if (data) told.push(data.basisUpdated);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return { told, end };
}

/** The middle of a book as the venue has told it. */
function midOf(venue: 'binance' | 'okx', venueSymbol: string): DecimalString {
  const book = made.venues.bookOf(venue, venueSymbol);
  const [bid, ask] = [book?.bids[0]?.[0], book?.asks[0]?.[0]].map((text) => parseDecimal(text ?? '0'));
  return multiplyDecimals(addDecimals(bid!, ask!), HALF);
}

const isKnown = (basis: Told | undefined) => basis?.state === 'LIVE' && basis.adjustedBasisBps !== null;

test('tells the basis of the two books as they are, and what is left of it in one currency (S161)', async () => {
  const { told } = subscribe('sol-usdc-swap');
  await until(() => isKnown(told.at(-1)));
  const told0 = told[0];
  expect(told0).toMatchObject({ symbol: 'SOLUSDT', basisBps: null, adjustedBasisBps: null });
  await made.venues.confirm();
  made.clock.advance(100);
  const isTrue = () => {
    const { binance, okx } = told.at(-1)!;
    return binance.mid === midOf('binance', 'SOLUSDT') && okx.mid === midOf('okx', 'SOL-USDC-SWAP');
  };
  await until(isTrue);
  const basis = told.at(-1)!;
  const [binance, okx] = [basis.binance.mid!, basis.okx.mid!];
  const plain = ((Number(binance) - Number(okx)) / Number(okx)) * 10_000;
  expect(basis.basisBps).toBe(differenceBps(binance, okx));
  expect(basis.basisBps).toBeCloseTo(plain, 3);
  const rate = Number(basis.stableCoinRate);
  expect(rate).toBeGreaterThan(1);
  expect(basis.adjustedBasisBps).toBeCloseTo((Number(binance) / (Number(okx) * rate) - 1) * 10_000, 3);
  // Three hundredths of a percent are the price of the coin; the venues themselves differ by less.
  expect(Math.abs(basis.adjustedBasisBps!)).toBeLessThan(Math.abs(basis.basisBps!));
  expect(basis).toMatchObject({ state: 'LIVE', reason: 'both books are whole' });
  expect(basis.binance.ageMs).toBeLessThan(1_000);
  expect(basis.stableCoinRateAgeMs).toBeLessThan(15_000);
  expect(basis.stableCoinRateReason).toMatch(/^by the index /);
}, 60_000);

test('does not know it while one of the books is not whole, says which, why and since when, and comes back', async () => {
  const { told } = subscribe();
  await until(() => isKnown(told.at(-1)));
  const lostMs = made.clock.nowMs();
  made.venues.faults('okx').set({ refuse: { status: 503 } });
  made.venues.faults('okx').drop('ABRUPT');
  await until(() => told.at(-1)?.state !== 'LIVE', 5);
  const down = told.at(-1)!;
  expect(down).toMatchObject({ basisBps: null, adjustedBasisBps: null, okx: { mid: null } });
  expect([down.state, down.reason]).toEqual([down.okx.state, `okx: ${down.okx.reason}`]);
  expect(down.binance.mid).not.toBeNull();
  expect(down.since).toBeGreaterThanOrEqual(lostMs);
  made.clock.advance(4_000);
  const { data } = await made.api.post(`{ basis(symbol: "SOLUSDT") { ${FIELDS} } }`);
  expect(data?.basis).toMatchObject({ basisBps: null, since: down.since });
  made.venues.faults('okx').clear();
  await until(() => told.at(-1)?.state === 'LIVE', 25);
  expect(told.at(-1)!.since).toBeGreaterThan(down.since + 4_000);
}, 60_000);

test('takes a book that nothing is heard of for stale, and says so without being asked', async () => {
  const { told } = subscribe();
  await until(() => isKnown(told.at(-1)));
  made.venues.faults('okx').set({ silent: 'ALL' });
  await until(() => told.at(-1)?.okx.state === 'STALE');
  const stale = told.at(-1)!;
  expect(stale).toMatchObject({ state: 'STALE', basisBps: null, okx: { mid: null } });
  expect(stale.okx.ageMs).toBeGreaterThan(5_000);
  expect(stale.binance.ageMs).toBeLessThan(1_000);
}, 60_000);

test('knows the basis without the rate of the coin, and leaves that out when it grows old', async () => {
  const { told } = subscribe();
  await until(() => isKnown(told.at(-1)));
  made.venues.faults('okx').set({ rest: { status: 503 } });
  await until(() => told.at(-1)?.stableCoinRate === null, 200);
  const without = told.at(-1)!;
  expect(without).toMatchObject({ state: 'LIVE', adjustedBasisBps: null });
  expect(without.basisBps).not.toBeNull();
  expect(without.stableCoinRateAgeMs).toBeGreaterThan(60_000);
  expect(without.stableCoinRateReason).toMatch(/more than 60 seconds old/);
}, 60_000);

test('says that a contract is not listed, and knows no basis of it', async () => {
  let answer: Awaited<ReturnType<typeof made.api.post>> | undefined;
  // The book of Binance is waited for.
  void made.api.post(`{ basis(symbol: "LTCUSDT") { ${FIELDS} } }`).then((given) => (answer = given));
  await until(() => answer);
  const data = answer?.data;
  expect(data?.basis).toMatchObject({
    symbol: 'LTCUSDT',
    state: 'ERROR',
    basisBps: null,
    okx: { venueSymbol: 'LTC-USDC-SWAP', state: 'ERROR', mid: null },
  });
  expect((data?.basis as Told).okx.reason).toMatch(/LTC-USDC-SWAP is not listed at okx/);
  const { errors } = await made.api.post('{ basis(symbol: "NOPE") { state } }');
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNKNOWN_SYMBOL' } });
}, 60_000);

test('claims nothing of a contract while the list of its venue was never loaded, and goes on once it is', async () => {
  await made.stop();
  made = await BooksForTests.start(postgres, NOW, {
    prepare: (venues) => venues.faults('okx').set({ rest: { status: 503 } }),
  });
  const { told } = subscribe();
  await until(() => told.at(-1)?.binance.mid);
  const { state, okx } = told.at(-1)!;
  expect([state, okx.state, okx.mid]).toEqual(['RESYNCING', 'RESYNCING', null]);
  expect(okx.reason).toMatch(
    /^whether okx lists SOL-USDC-SWAP is not known: its list of contracts is not loaded; .* is out of service \(HTTP 503\)$/,
  );
  const { errors } = await made.api.post('{ basis(symbol: "NOPE") { state } }');
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE', venues: ['okx'] } });
  made.venues.faults('okx').clear();
  await until(() => told.at(-1)?.okx.mid, 500);
}, 60_000);

test('follows the books of a basis that stands without a place of clients, and gives it back to who looks on', async () => {
  await made.stop();
  made = await BooksForTests.start(postgres, NOW, { clients: { ...CLIENT_LIMITS, marketsPerClient: 0 } });
  const standing = made.books.streams;
  const ask = (symbol: string) => made.api.post(`{ basis(symbol: "${symbol}") { state } }`);
  expect((await ask('BTCUSDT')).errors?.[0]).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
  made.basis.standing.start();
  await until(() => standing.counts().whole === 2);
  expect(await ask('BTCUSDT')).toMatchObject({ data: { basis: { state: 'LIVE' } } });
  expect((await ask('SOLUSDT')).errors?.[0]).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
  const { told, end } = subscribe('BTCUSDT');
  await until(() => isKnown(told.at(-1)));
  made.basis.standing.stop();
  expect((await ask('BTCUSDT')).errors?.[0]).toMatchObject({ extensions: { code: 'RATE_LIMITED' } });
  expect([made.basis.board.followed, standing.counts().books]).toEqual([1, 2]);
  end();
  await until(() => made.basis.board.followed === 0);
}, 60_000);

test('follows the books of SYMBOLS always, and those of others while somebody listens', async () => {
  made.basis.standing.start();
  expect(made.basis.board.followed).toBe(1);
  await until(() => made.books.streams.counts().whole === 2);
  const { told, end } = subscribe();
  await until(() => isKnown(told.at(-1)));
  expect([made.basis.board.followed, made.books.streams.counts().books]).toEqual([2, 4]);
  end();
  await until(() => made.basis.board.followed === 1);
  await until(() => made.books.streams.counts().books === 2, 1_000);
}, 60_000);
