import { describe, expect, test } from '@jest/globals';
import { OrderBook, parseDecimal, type Instrument } from '@orderfox/domain';
import { VenueError, type FrameReading } from '@orderfox/feed';
import { binance } from './binance/binance.adapter.js';
import { BookKeeper } from './book/book-keeper.js';
import { type BookUpdate } from './book/book-update.js';
import { bybit } from './bybit/bybit.adapter.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { booksFacts } from './contract/market-facts.js';
import { readFixture } from './contract/venue-fixtures.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type VenueBooks } from './venue-books.js';

const NOW = 1_790_000_200_100;

function booksOf({ books }: VenueAdapter): VenueBooks {
  if (books === undefined) throw new Error('a venue without books');
  return books;
}

const THOUSAND: Partial<Instrument> = { ...THOUSAND_COINS, quantityStep: parseDecimal('1000') };
const BTC_SWAP: Partial<Instrument> = {
  sizeUnit: 'LINEAR_CONTRACTS',
  contractSize: parseDecimal('0.01'),
  quantityStep: parseDecimal('0.0001'),
};

const CASES = [
  {
    venue: binance,
    contract: perpetual('binance', '1000PEPEUSDT', THOUSAND),
    topic: '1000pepeusdt@depth@100ms',
    request: ['SUBSCRIBE', 'wss://fstream.binance.com/public/stream', 'btcusdt@depth@100ms'],
    update: { firstId: 9_000_000_000_107, lastId: 9_000_000_000_131, previousId: 9_000_000_000_099 },
    shown: [
      ['0.0103', '25000'],
      ['0.0102800', '40'],
    ],
    coins: '25000000',
  },
  {
    venue: okx,
    contract: perpetual('okx', 'BTC-USDT-SWAP', BTC_SWAP),
    topic: 'books:BTC-USDT-SWAP',
    request: ['subscribe', 'wss://ws.okx.com:8443/ws/v5/public', 'mark-price:BTC-USDT-SWAP'],
    update: { lastId: 81_234_567_899, previousId: 81_234_567_890 },
    shown: [['60000', '7']],
    coins: '0.07',
  },
  {
    venue: bybit,
    contract: perpetual('bybit', 'SHIB1000USDT', THOUSAND),
    topic: 'orderbook.200.SHIB1000USDT',
    request: ['subscribe', 'wss://stream.bybit.com/v5/public/linear', 'tickers.BTCUSDT'],
    update: { lastId: 4_012 },
    shown: [['0.0103', '25000']],
    coins: '25000000',
  },
];

describe.each(CASES)('books of $venue.name', ({ venue, contract, topic, request, update, shown, coins }) => {
  const { id } = venue;
  const { normalise, protocol, rule, topicOf, unitsOf, snapshot } = booksOf(venue);
  const push = readFixture(`${id}/fixtures/books/push.json`);
  const wholeFile = `${id}/fixtures/books/${snapshot === undefined ? 'snapshot' : 'depth'}.json`;

  /** The whole book, the way this venue gives it. */
  async function whole(body = readFixture(wholeFile)): Promise<BookUpdate> {
    if (snapshot !== undefined) return snapshot.fetch(() => Promise.resolve(body), venue.roots, contract);
    return normalise(body, () => true).updates[0]!.update;
  }

  test('are asked for by topic on a connection of their own, beside a control stream (S142)', () => {
    expect(topicOf(contract)).toBe(topic);
    const socket = protocol(venue.roots);
    const { url, controlTopic } = socket;
    const [first] = socket.subscribe([topic, controlTopic]);
    expect([url, controlTopic]).toEqual(request.slice(1));
    expect(first?.topics).toEqual([topic, controlTopic]);
    expect(first?.text).toContain(`"${request[0]}"`);
  });

  test('change by frames that are data of the topic that was asked for', () => {
    const reading: FrameReading = protocol(venue.roots).read(JSON.stringify(push));
    if (reading.kind !== 'data') throw new Error(reading.kind);
    const { updates, problems } = normalise(reading.message, (name) => name === topic);
    expect(booksFacts(normalise(push, () => true))).toEqual(booksFacts({ updates, problems }));
    expect(problems).toEqual([]);
    expect(updates).toMatchObject([{ topic, update: { ...update, isSnapshot: false, venueTimeMs: NOW } }]);
    expect([updates[0]?.update.bids.length, updates[0]?.update.asks.length]).toEqual([2, 1]);
    expect(normalise(push, () => false)).toEqual({ updates: [], problems: [] });
  });

  test('are whole with the whole book and what follows it, in the steps of the catalogue', async () => {
    const units = unitsOf(contract);
    if (units === undefined) throw new Error('no units');
    const keeper = new BookKeeper({
      book: new OrderBook(units.grid),
      rule,
      nowMs: () => 0,
      onWanted: () => undefined,
    });
    keeper.connected();
    const first = await whole();
    expect(first.isSnapshot).toBe(true);
    if (snapshot === undefined) keeper.take(first);
    else keeper.takeSnapshot(first);
    for (const one of normalise(push, () => true).updates) keeper.take(one.update);
    expect([keeper.loss, keeper.venueTimeMs]).toEqual([undefined, NOW]);
    const bids = keeper.book?.bids(10) ?? [];
    expect(bids.map(({ price, quantity }) => [price, quantity])).toEqual(
      shown.map(([price = '', quantity]) => [parseDecimal(price), quantity]),
    );
    expect(units.coins(bids[0]!.quantity)).toBe(coins);
  });

  test('know dollars and coins of the venue units, exact', () => {
    const units = unitsOf(contract)!;
    const [price = '', quantity = ''] = shown[0]!;
    const sum = BigInt(units.grid.ticks(price)) * BigInt(units.grid.steps(quantity));
    // By hand: 25,000 units of 1,000 coins at 0.0103 for 1,000; 7 contracts of 0.01 BTC at 60,000.
    expect(units.usd(sum)).toBe(venue === okx ? '4200' : '257.5');
    expect(units.pricePerCoin(parseDecimal(price))).toBe(venue === okx ? '60000' : '0.0000103');
  });

  test.each<[string, Partial<Instrument>]>([
    ['whose step is not in the catalogue', { quantityStep: undefined as never }],
    ['whose price is no dollars', { quoteAsset: 'BTC' }],
    [
      'counted in dollars',
      { sizeUnit: 'INVERSE_CONTRACTS', contractSize: parseDecimal('100'), quantityStep: undefined as never },
    ],
    [
      'whose step is no whole part of it',
      { sizeUnit: 'LINEAR_CONTRACTS', contractSize: parseDecimal('3'), quantityStep: parseDecimal('1') },
    ],
    ['with a tick that nothing can count', { tickSize: parseDecimal(`1${'0'.repeat(30)}`) }],
  ])('have no units for a contract %s', (_, change) => {
    expect(unitsOf({ ...contract, ...change })).toBeUndefined();
  });

  test('that cannot be read are told as a problem, never applied in part', () => {
    const text = JSON.stringify(push);
    for (const [from, to] of [
      [/"7"|"25000"/, '"-7"'],
      [/"7"|"25000"/, '"NaN"'],
      [/"7"|"25000"/, '""'],
      [/"7"|"25000"/, '"1e400"'],
      [/"7"|"25000"/, '7'],
      [/"60000"|"0\.0103000?"/, '"0.000"'],
      [/"60000"|"0\.0103000?"/, '[]'],
      [/"60000"|"0\.0103000?"/, `"${'9'.repeat(41)}"`],
      [/"bids":|"b":/, '"x":'],
      [/"asks":|"a":/, '"x":'],
      [/"seqId":\d+|"u":\d+/, '"seqId":1.5,"u":1.5'],
      [/"seqId":\d+|"u":\d+/, '"seqId":"7","u":-7'],
      [/1790000200100/g, '1790000200'],
      [/1790000200100/g, '1790000200100000'],
    ] as const) {
      const spoilt = text.replace(from, to);
      expect(spoilt).not.toBe(text);
      const { updates, problems } = normalise(JSON.parse(spoilt), (name) => name === topic);
      expect([updates, problems.length]).toEqual([[], 1]);
    }
  });

  test('of a frame that is anything else are none', () => {
    for (const junk of [null, 7, 'x', [], {}, { data: null }, { stream: 1, data: [] }, { arg: 7, topic: [] }])
      expect(normalise(junk, () => true).updates).toEqual([]);
    for (const other of [binance, okx, bybit]) {
      if (other === venue) continue;
      const foreign = readFixture(`${other.id}/fixtures/books/push.json`);
      expect(normalise(foreign, () => true).updates).toEqual([]);
    }
  });

  test('are refused from a test network', () => {
    const roots = {
      ws: 'wss://fstream.binancefuture.com',
      rest: 'https://testnet.binancefuture.com',
      ...(venue === okx && { ws: 'wss://wspap.okx.com:8443' }),
      ...(venue === bybit && { ws: 'wss://stream-testnet.bybit.com' }),
    };
    expect(() => protocol(roots)).toThrow(expect.objectContaining({ failure: 'REFUSED' }));
  });
});

describe('a whole book of Binance', () => {
  const { snapshot } = booksOf(binance);
  const contract = perpetual('binance', '币安人生USDT');
  const depth = 'binance/fixtures/books/depth.json';

  async function ask(body: unknown) {
    const asked: string[] = [];
    const http = (url: string) => {
      asked.push(url.replace(binance.roots.rest, ''));
      return Promise.resolve(body);
    };
    return { update: await snapshot!.fetch(http, binance.roots, contract), asked };
  }

  test('is 1,000 levels of each side for 20 points', async () => {
    const { update, asked } = await ask(readFixture(depth));
    expect(asked).toEqual([`/fapi/v1/depth?symbol=${encodeURIComponent(contract.venueSymbol)}&limit=1000`]);
    expect(update).toMatchObject({ isSnapshot: true, lastId: 9_000_000_000_110, venueTimeMs: NOW - 50 });
    expect(snapshot?.points).toBe(20);
  });

  test('is UNREADABLE with a single level that cannot be read', async () => {
    const text = JSON.stringify(readFixture(depth));
    for (const bad of [
      null,
      [],
      {},
      JSON.parse(text.replace('"40"', '"x"')),
      JSON.parse(text.replace('"lastUpdateId"', '"id"')),
    ])
      await expect(ask(bad)).rejects.toMatchObject({ failure: 'UNREADABLE' });
  });

  test('that cannot be had rejects as the request did, and a test network is never asked', async () => {
    const failure = new VenueError('RATE_LIMITED', 'later');
    await expect(snapshot!.fetch(() => Promise.reject(failure), binance.roots, contract)).rejects.toBe(
      failure,
    );
    const roots = { ...binance.roots, rest: 'https://testnet.binancefuture.com' };
    await expect(snapshot!.fetch(() => Promise.resolve({}), roots, contract)).rejects.toMatchObject({
      failure: 'REFUSED',
    });
  });
});

test('the control stream of Binance is a book itself, and proves the route by being one, scanned or parsed', () => {
  const text = JSON.stringify(readFixture('binance/fixtures/books/push.json'));
  const { normalise, protocol } = booksOf(binance);
  for (const frame of [text, text.replace(':', ': ')]) {
    const ofBtc = frame.replace('1000pepeusdt@', 'btcusdt@').replace(/1000PEPEUSDT/g, 'BTCUSDT');
    const reading = protocol(binance.roots).read(ofBtc);
    if (reading.kind !== 'control') throw new Error(reading.kind);
    expect(normalise(reading.message, () => true).updates).toHaveLength(1);
  }
});

describe('a frame that belongs to another book', () => {
  test('of Binance COIN-M is a problem, and one before the merge is read', () => {
    const { normalise } = booksOf(binance);
    const text = JSON.stringify(readFixture('binance/fixtures/books/push.json'));
    expect(normalise(JSON.parse(text.replace('"st":1', '"st":2')), () => true).problems).toEqual([
      'OTHER_PRODUCT: st is 2',
    ]);
    expect(normalise(JSON.parse(text.replace(',"st":1', '')), () => true).updates).toHaveLength(1);
    const other = JSON.parse(text.replace('"s":"1000PEPEUSDT"', '"s":"BTCUSDT"')) as unknown;
    expect(normalise(other, () => true)).toMatchObject({
      updates: [],
      problems: [expect.stringMatching(/^MALFORMED: s is "BTCUSDT"/)],
    });
  });

  test('of Binance is no partial book, and none without the name of its stream', () => {
    const { normalise, protocol } = booksOf(binance);
    const { data } = readFixture('binance/fixtures/books/push.json') as { readonly data: unknown };
    const socket = protocol(binance.roots);
    expect(socket.read(JSON.stringify(data)).kind).toBe('unreadable');
    for (const stream of ['btcusdt@depth20@100ms', 'btcusdt@depth5@500ms', 'btcusdt@depth'])
      expect(socket.read(JSON.stringify({ stream, data })).kind).toBe('unreadable');
    expect(normalise(data, () => true).updates).toEqual([]);
  });

  test('of Bybit names its contract, and begins anew with the number 1', () => {
    const { normalise } = booksOf(bybit);
    const text = JSON.stringify(readFixture('bybit/fixtures/books/push.json'));
    const other = JSON.parse(text.replace('"s":"SHIB1000USDT"', '"s":"BTCUSDT"')) as unknown;
    expect(normalise(other, () => true).updates).toEqual([]);
    const again = normalise(JSON.parse(text.replace('"u":4012', '"u":1')), () => true);
    expect(again.updates[0]?.update).toMatchObject({ isSnapshot: true, lastId: 1 });
    const early = normalise(JSON.parse(text.replace(',"cts":1790000200100', '')), () => true);
    expect(early.updates[0]?.update.venueTimeMs).toBe(1_790_000_200_110);
    expect(normalise(JSON.parse(text.replace('"delta"', '"later"')), () => true).problems).toHaveLength(1);
  });

  test('of OKX may say nothing but that the book lives, and be of no other channel', () => {
    const { normalise, protocol } = booksOf(okx);
    const text = JSON.stringify(readFixture('okx/fixtures/books/push.json'));
    const alive = text.replace(/"asks":\[\[.*?\]\]/, '"asks":[]').replace(/"bids":\[\[.*\]\]/, '"bids":[]');
    expect(normalise(JSON.parse(alive), () => true).updates[0]?.update).toMatchObject({ bids: [], asks: [] });
    expect(normalise(JSON.parse(text.replace('"update"', '"partial"')), () => true).problems).toHaveLength(1);
    for (const channel of ['books5', 'books-l2-tbt', 'bbo-tbt']) {
      const frame = text.replace('"books"', `"${channel}"`);
      expect(protocol(okx.roots).read(frame).kind).toBe('unreadable');
      expect(normalise(JSON.parse(frame), () => true)).toEqual({ updates: [], problems: [] });
    }
  });
});
