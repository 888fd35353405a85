import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock, systemClock } from '@orderfox/feed';
import { RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { BookTopSampler } from '../book-tops/book-top-sampler.js';
import { type BookTop } from '../book-tops/book-top.js';
import { bookMarket } from '../books/book-double-for-tests.js';
import { type OrderBookView } from '../books/order-book-view.js';
import { BOOK_EVERY_MS, BookPublisher } from './book-publisher.js';
import { RedisLink } from './redis-link.js';
import { StreamReader } from './streams-for-tests.js';

const KEY = 'market:btcusdt:book';
const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const ONE = parseDecimal('1');
const MISSING: OrderBookView = {
  ...{ venue: 'binance', symbol: 'BTCUSDT', venueSymbol: 'BTCUSDT' },
  ...{ state: 'RESYNCING', reason: '', sinceMs: 0, tickSize: ONE, rounding: ONE },
};
const WHOLE: OrderBookView = {
  ...{
    ...MISSING,
    state: 'LIVE',
    venueTimeMs: NOW_MS,
    bids: [],
    asks: [],
    mid: ONE,
    spread: ONE,
    spreadBps: 1,
  },
  ...{ bestBid: ONE, bestBidQuantity: ONE, bestAsk: ONE, bestAskQuantity: ONE },
  depth10Bps: { bidUsd: ONE, askUsd: ONE, isBidFloor: false, isAskFloor: false },
};
const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`tops of books in Redis${note}`, () => {
  let redis: RedisServer;
  let reader: StreamReader;
  let link: RedisLink;
  let warnings: string[];
  let publisher: BookPublisher;
  let most: number;

  beforeAll(async () => {
    redis = await RedisServer.start();
    reader = await new StreamReader(redis.url).connect();
  });
  afterAll(async () => {
    reader.close();
    await redis.stop();
  });
  beforeEach(async () => {
    [warnings, most] = [[], 1_000];
    await reader.send('FLUSHALL');
    link = new RedisLink({
      url: redis.url,
      probeKey: 'market:writer',
      clock: systemClock,
      random: () => 0.01,
      onReady: () => undefined,
      onChange: () => undefined,
    });
    link.start();
    await waitFor(() => link.isReady);
    publisher = make();
  });
  afterEach(() => link.stop());

  function make(): BookPublisher {
    const warn = (_: unknown, message: string) => void warnings.push(message);
    const log = { debug: warn, info: warn, warn, error: warn };
    return new BookPublisher({ link, keyOf: () => KEY, most, clock: systemClock, log });
  }
  const top = (timeMs: number): BookTop => ({
    venue: 'binance',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    timeMs,
    venueTimeMs: timeMs - 30,
    bestBid: parseDecimal('99.5'),
    bestBidQuantity: parseDecimal('2'),
    bestAsk: parseDecimal('100.5'),
    bestAskQuantity: parseDecimal('3.25'),
    depth10Bps: {
      ...{ bidUsd: parseDecimal('199'), askUsd: parseDecimal('326.625') },
      ...{ isBidFloor: false, isAskFloor: true },
    },
  });
  const length = async () => Number(await reader.send('XLEN', KEY));

  test('a top is an entry of its tenth of a second, with the fields that were agreed (S146)', async () => {
    publisher.take([top(NOW_MS)]);
    await waitFor(async () => (await length()) === 1);
    expect(await reader.entries(KEY)).toEqual([
      {
        id: `${NOW_MS}-0`,
        fields: {
          symbol: 'BTCUSDT',
          bid_px: '99.5',
          bid_qty: '2',
          ask_px: '100.5',
          ask_qty: '3.25',
          spread_bps: '100',
          depth_10bps_bid_usd: '199',
          depth_10bps_ask_usd: '326.625',
          depth_10bps_bid_is_floor: 'false',
          depth_10bps_ask_is_floor: 'true',
          timestamp: String(NOW_MS),
          venue: 'binance',
          venue_symbol: 'BTCUSDT',
          venue_timestamp: String(NOW_MS - 30),
        },
      },
    ]);
  });

  test('a whole book has ten entries a second, changing or not, and one that is not whole or silent has none (S146)', async () => {
    const clock = new FakeClock(NOW_MS);
    const market = bookMarket('binance');
    let view = WHOLE;
    let heardMs: number | undefined = clock.monotonicMs();
    const sampler = new BookTopSampler({
      markets: () => [market],
      bookOf: () => view,
      heardMs: () => heardMs,
      clock,
      onTops: (tops) => publisher.take(tops),
      everyMs: BOOK_EVERY_MS,
    });
    sampler.start();
    for (let step = 0; step < 600; step += 1) {
      heardMs = clock.monotonicMs();
      clock.advance(100);
      // So that never more are under way than are allowed.
      if (step % 10 === 9) await waitFor(() => publisher.counts.published === step + 1);
    }
    expect(await length()).toBe(600);
    view = MISSING;
    clock.advance(3_000);
    view = WHOLE;
    heardMs = clock.monotonicMs() - 5_001;
    clock.advance(1_000);
    heardMs = undefined;
    clock.advance(1_000);
    sampler.stop();
    await publisherIdle();
    expect(await length()).toBe(600);
    expect(publisher.counts).toEqual({ published: 600, dropped: 0 });
  });

  test('while Redis hangs two seconds of them are under way and the others dropped, and none waits for its return', async () => {
    redis.freeze();
    for (let n = 0; n < 50; n += 1) publisher.take([top(NOW_MS + n * 100)]);
    expect(publisher.counts).toEqual({ published: 0, dropped: 30 });
    redis.thaw();
    await waitFor(() => publisher.counts.published === 20);
    await redis.kill();
    await waitFor(() => !link.isReady);
    publisher.take([top(NOW_MS + 9_000)]);
    expect(publisher.counts.dropped).toBe(31);
    await redis.run();
    await waitFor(() => link.isReady);
    publisher.take([top(NOW_MS + 10_000)]);
    await waitFor(() => publisher.counts.published === 21);
    expect((await reader.entries(KEY)).map(({ id }) => id)).toEqual([`${NOW_MS + 10_000}-0`]);
  });

  test('one that is not newer than the last is left out and said once, and the connection stays', async () => {
    publisher.take([top(NOW_MS)]);
    publisher.take([top(NOW_MS)]);
    publisher.take([top(NOW_MS - 60_000)]);
    await waitFor(() => publisher.counts.dropped === 2);
    expect(await length()).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('entries of a later time');
    expect(link.counts).toEqual({ connections: 1, failures: 0 });
  });

  test('a stream keeps about as many as it may', async () => {
    most = 100;
    publisher = make();
    for (let n = 0; n < 1_000; n += 1) {
      publisher.take([top(NOW_MS + n * 100)]);
      if (n % 20 === 19) await waitFor(() => publisher.counts.published === n + 1);
    }
    expect(await length()).toBeLessThan(300);
    expect((await reader.entries(KEY)).at(-1)?.id).toBe(`${NOW_MS + 99_900}-0`);
  });

  async function publisherIdle(): Promise<void> {
    const before = publisher.counts;
    // A command sent after the others is answered after them.
    await link.run((commands) => commands.sendCommand(['PING']));
    expect(publisher.counts).toEqual(before);
  }
});
