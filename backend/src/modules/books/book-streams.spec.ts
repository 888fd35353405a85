import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { RESYNC_EVERY_MS } from '@orderfox/venues';
import { bookMarket, BookSocketDouble, settled, SnapshotDouble, wholeBook } from './book-double-for-tests.js';
import { type BookMarket } from './book-market.js';
import { BookStreams } from './book-streams.js';
import { LINGER_MS, TELL_EVERY_MS } from './live-book.js';
import { type BookChoice, type OrderBookView } from './order-book-view.js';

const START = Date.UTC(2026, 10, 21, 12);
const CHOICE: BookChoice = { limit: 20 };

let clock: FakeClock;
let sockets: BookSocketDouble[];
let snapshots: SnapshotDouble;
let streams: BookStreams;
let marketNow: (market: BookMarket) => BookMarket;

function make(maxBooks = 100): void {
  const quiet = () => undefined;
  streams = new BookStreams({
    http: () => Promise.reject(new Error('nobody asks')),
    openSocket: (options) => {
      const socket = new BookSocketDouble(options);
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    maxBooks,
    marketNow: (market) => marketNow(market),
  });
}

beforeEach(() => {
  clock = new FakeClock(START);
  sockets = [];
  snapshots = new SnapshotDouble();
  marketNow = (market) => market;
  make();
});

/** Somebody who looks: what they saw, newest last, and how to leave. */
function look(market: BookMarket, choice = CHOICE) {
  const { source } = streams.open(market, choice);
  const seen: OrderBookView[] = [];
  const see = () => {
    const view = source.read('book');
    if (view !== undefined) seen.push(view);
  };
  const leave = source.subscribe(see);
  see();
  return { seen, leave, now: () => source.read('book') };
}

const socket = () => {
  const [newest] = sockets.slice(-1);
  if (newest === undefined) throw new Error('no connection was opened');
  return newest;
};
const best = (view: OrderBookView | undefined) => [view?.state, view?.bestBid, view?.bestAsk];
/** Changes numbered from `firstId` to `lastId` that follow `previousId`. */
const change = (previousId: number, lastId: number, bids: readonly (readonly [string, string])[] = []) => ({
  previousId,
  firstId: previousId + 1,
  lastId,
  bids,
});

/** A whole book of Binance, up to id 110. */
async function becomeWhole(market: BookMarket): Promise<void> {
  const { venueSymbol } = market.instrument;
  socket().become('LIVE');
  socket().say(venueSymbol, change(90, 100));
  await settled();
  await snapshots.answer(wholeBook(100));
  socket().say(venueSymbol, change(100, 110));
}

describe('a book whose whole is fetched', () => {
  let btc: BookMarket;
  beforeEach(() => void (btc = bookMarket('binance', snapshots)));

  test('is asked for once changes flow, and served from the first that follows it', async () => {
    const { now } = look(btc);
    expect(best(now())).toEqual(['CONNECTING', undefined, undefined]);
    socket().become('SYNCING');
    socket().become('LIVE');
    expect(snapshots.asked).toEqual([]);
    socket().say('BTCUSDT', change(90, 100));
    await settled();
    expect(snapshots.asked).toEqual(['BTCUSDT']);
    await snapshots.answer(wholeBook(100));
    socket().say('BTCUSDT', change(100, 110, [['11', '3']]));
    clock.advance(TELL_EVERY_MS);
    expect(best(now())).toEqual(['LIVE', '11', '20']);
    expect(now()?.bids).toHaveLength(2);
  });

  test('is told at most ten times a second, the newest state, and a loss at once', async () => {
    const { seen } = look(btc);
    await becomeWhole(btc);
    clock.advance(TELL_EVERY_MS);
    const before = seen.length;
    for (let id = 111; id <= 140; id += 1) {
      socket().say('BTCUSDT', change(id - 1, id, [['12', String(id)]]));
      clock.advance(10);
    }
    expect(seen.length - before).toBeLessThanOrEqual(4);
    clock.advance(TELL_EVERY_MS);
    expect(seen.at(-1)?.bids?.[0]?.quantity).toBe('140');
    const told = seen.length;
    socket().say('BTCUSDT', change(150, 160));
    expect(seen).toHaveLength(told + 1);
    expect(seen.at(-1)).toMatchObject({ state: 'RESYNCING', sinceMs: clock.nowMs() });
    expect(seen.at(-1)).not.toHaveProperty('bids');
  });

  test('is asked for at most once in five seconds, whatever is missed', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    for (let at = 0; at < 100; at += 1) {
      socket().say('BTCUSDT', change(1_000 * at + 500, 1_000 * at + 510));
      clock.advance(200);
      await snapshots.answer(wholeBook(1_000 * at + 490));
      expect(now()?.bids).toBeUndefined();
    }
    expect(snapshots.asked.length).toBeGreaterThan(2);
    expect(snapshots.asked.length).toBeLessThanOrEqual(2 + 20_000 / RESYNC_EVERY_MS);
  });

  test('is not served while nobody knows whether the connection lives, and goes on where nothing was missed', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    clock.advance(1_000);
    socket().become('STALE', 'no data for 10 s');
    expect(now()).toMatchObject({ state: 'STALE', reason: 'no data for 10 s', sinceMs: clock.nowMs() });
    expect(now()?.asks).toBeUndefined();
    socket().become('LIVE');
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    expect(snapshots.asked).toHaveLength(1);
  });

  test('begins anew after a lost connection, and says meanwhile what the connection says', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    clock.advance(10_000);
    socket().become('BANNED', 'the venue banned this address', START + 60_000);
    expect(now()).toMatchObject({ state: 'BANNED', untilMs: START + 60_000, sinceMs: START + 10_000 });
    socket().become('SYNCING');
    expect(now()).toMatchObject({ state: 'SYNCING', reason: expect.stringMatching(/connected again/) });
    socket().say('BTCUSDT', change(190, 200));
    socket().become('LIVE');
    await settled();
    expect(now()?.bids).toBeUndefined();
    await snapshots.answer(wholeBook(200, '15', '16'));
    socket().say('BTCUSDT', change(200, 210));
    expect(best(now())).toEqual(['LIVE', '15', '16']);
  });

  test('has one request under way, however long that takes and whatever is missed meanwhile', async () => {
    const { now } = look(btc);
    socket().become('LIVE');
    socket().say('BTCUSDT', change(90, 100));
    for (let at = 1; at <= 10; at += 1) {
      clock.advance(RESYNC_EVERY_MS);
      await settled();
      socket().become('RESYNCING');
      socket().become('LIVE');
      socket().say('BTCUSDT', change(100 * at + 90, 100 * at + 100));
    }
    expect(snapshots.asked).toHaveLength(1);
    await snapshots.answer(wholeBook(1_100));
    socket().say('BTCUSDT', change(1_100, 1_110));
    expect(now()?.state).toBe('LIVE');
  });

  test('is not there since the moment it was lost, whatever is said of it afterwards', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    clock.advance(1_000);
    socket().say('BTCUSDT', change(150, 160));
    const lostMs = clock.nowMs();
    clock.advance(1_000);
    socket().become('RESYNCING', 'the connection was lost');
    clock.advance(1_000);
    socket().become('GEO_BLOCKED', 'the venue does not serve this jurisdiction');
    expect(now()).toMatchObject({ state: 'GEO_BLOCKED', sinceMs: lostMs });
  });

  test('says that the venue wants no requests, makes none meanwhile, and asks again when that is over', async () => {
    const { now } = look(btc);
    socket().become('LIVE');
    socket().say('BTCUSDT', change(90, 100));
    await settled();
    await snapshots.fail('BANNED', START + 120_000);
    expect(now()).toMatchObject({ state: 'BANNED', untilMs: START + 120_000 });
    for (let second = 0; second < 119; second += 1) {
      clock.advance(1_000);
      await settled();
    }
    expect(snapshots.asked).toHaveLength(1);
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await settled();
    }
    expect(snapshots.asked).toHaveLength(2);
  });

  test('is asked for again, ever more seldom, while the venue does not answer', async () => {
    look(btc);
    socket().become('LIVE');
    socket().say('BTCUSDT', change(90, 100));
    for (let second = 0; second < 300; second += 1) {
      await settled();
      await snapshots.fail('NETWORK');
      clock.advance(1_000);
    }
    expect(snapshots.asked.length).toBeGreaterThan(6);
    expect(snapshots.asked.length).toBeLessThan(12);
  });

  test('says so where the venue refuses it', () => {
    const { now } = look(btc);
    socket().refusedTopics.set('BTCUSDT', 'no such stream');
    socket().become('LIVE');
    expect(now()).toMatchObject({ state: 'ERROR', reason: expect.stringMatching(/no such stream/) });
  });

  test('takes the new steps of a contract from the catalogue', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    const finer = { ...btc.instrument, tickSize: parseDecimal('0.5') };
    const units = btc.venue.books.unitsOf(finer);
    if (units !== undefined) marketNow = () => ({ ...btc, instrument: finer, units });
    clock.advance(RESYNC_EVERY_MS);
    socket().say('BTCUSDT', change(110, 120, [['10.5', '1']]));
    expect(now()?.bids).toBeUndefined();
    await settled();
    socket().say('BTCUSDT', change(120, 130));
    await snapshots.answer(wholeBook(120, '10.5', '11'));
    expect(best(now())).toEqual(['LIVE', '10.5', '11']);
    expect(now()?.tickSize).toBe('0.5');
  });

  test('shows nothing while one side is empty', async () => {
    const { now } = look(btc);
    await becomeWhole(btc);
    socket().say('BTCUSDT', change(110, 120, [['10', '0']]));
    expect(now()).toMatchObject({ state: 'SYNCING', reason: 'nobody bids, or nobody offers' });
    expect(now()).not.toHaveProperty('asks');
  });
});

describe('many books', () => {
  test('are fetched one a second, and those that nobody wants any more are not', async () => {
    const names = ['AUSDT', 'BUSDT', 'CUSDT', 'DUSDT'];
    const all = names.map((name) => look(bookMarket('binance', snapshots, name)));
    socket().become('LIVE');
    for (const name of names) socket().say(name, change(90, 100));
    await settled();
    expect(snapshots.asked).toEqual(['AUSDT']);
    expect(streams.counts()).toMatchObject({ books: 4, topics: 4, connections: 1, waiting: 3 });
    clock.advance(1_000);
    await settled();
    expect(snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
    all[2]?.leave();
    await streams.close();
    clock.advance(10_000);
    await settled();
    expect(snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
  });

  test('are not fetched while no changes of them come', async () => {
    const names = ['AUSDT', 'BUSDT'];
    for (const name of names) look(bookMarket('binance', snapshots, name));
    socket().become('LIVE');
    for (const name of names) socket().say(name, change(90, 100));
    socket().become('RESYNCING', 'the connection was lost');
    clock.advance(20_000);
    await settled();
    expect(snapshots.asked).toEqual(['AUSDT']);
    socket().become('LIVE');
    socket().say('BUSDT', change(190, 200));
    clock.advance(RESYNC_EVERY_MS);
    await settled();
    expect(snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
  });

  test('stay within a part of the limit of the venue', async () => {
    for (let n = 0; n < 100; n += 1) look(bookMarket('binance', snapshots, `C${n}USDT`));
    socket().become('LIVE');
    for (let n = 0; n < 100; n += 1) socket().say(`C${n}USDT`, change(90, 100));
    for (let second = 0; second < 60; second += 1) {
      await settled();
      await snapshots.answer(wholeBook(100));
      clock.advance(1_000);
    }
    // 700 points of 20 each.
    expect(snapshots.asked.length).toBeGreaterThanOrEqual(30);
    expect(snapshots.asked.length).toBeLessThanOrEqual(35);
  });

  test('are let go of a minute after the last has left, and with the last of them the connection', async () => {
    const btc = bookMarket('binance', snapshots);
    const first = look(btc);
    const second = look(btc, { limit: 5 });
    await becomeWhole(btc);
    expect(socket().topics).toEqual(['BTCUSDT']);
    first.leave();
    clock.advance(LINGER_MS * 2);
    second.leave();
    clock.advance(LINGER_MS - 1);
    expect(streams.counts().books).toBe(1);
    const third = look(btc);
    clock.advance(LINGER_MS);
    expect(best(third.now())).toEqual(['LIVE', '10', '20']);
    third.leave();
    clock.advance(LINGER_MS);
    expect(streams.counts()).toMatchObject({ books: 0, topics: 0, connections: 0 });
    expect(socket().isStopped).toBe(true);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('are so many at most: what nobody looks at makes room, where all are looked at one more is refused', () => {
    make(2);
    const [a, b, c] = ['AUSDT', 'BUSDT', 'CUSDT'].map((name) => bookMarket('binance', snapshots, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three markets');
    const first = look(a);
    look(b);
    expect(() => look(c)).toThrow(/2 markets are followed already/);
    expect(streams.counts().refused).toBe(1);
    first.leave();
    look(c);
    expect(socket().topics).toEqual(['BUSDT', 'CUSDT']);
  });

  test('are read off once for all who want the same', async () => {
    const btc = bookMarket('binance', snapshots);
    const all = [look(btc), look(btc), look(btc)];
    await becomeWhole(btc);
    clock.advance(2 * TELL_EVERY_MS);
    const before = streams.counts();
    socket().say('BTCUSDT', change(110, 120, [['12', '1']]));
    const views = all.map(({ now }) => now());
    expect(new Set(views).size).toBe(1);
    expect(streams.counts().viewsMade).toBe(before.viewsMade + 1);
  });
});

describe('a book that the socket sends whole', () => {
  let btc: BookMarket;
  beforeEach(() => void (btc = bookMarket('okx')));

  test('is served from its beginning, and subscribed anew after a gap', () => {
    const { now } = look(btc);
    socket().become('LIVE');
    expect(now()?.state).toBe('SYNCING');
    socket().say('BTCUSDT', wholeBook(7));
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    const { wishes } = socket();
    clock.advance(RESYNC_EVERY_MS);
    expect(wishes).toEqual([['BTCUSDT']]);
    socket().say('BTCUSDT', { lastId: 20, previousId: 15 });
    expect(now()?.state).toBe('RESYNCING');
    expect(socket().topics).toEqual([]);
    clock.advance(1_500);
    expect(wishes).toEqual([['BTCUSDT'], [], ['BTCUSDT']]);
    socket().say('BTCUSDT', wholeBook(30, '11', '12'));
    expect(best(now())).toEqual(['LIVE', '11', '12']);
    clock.advance(60_000);
    expect(wishes).toHaveLength(3);
    expect(snapshots.asked).toEqual([]);
  });

  test('is subscribed anew where the whole does not come, or nothing comes any more', () => {
    const { now } = look(btc);
    socket().become('LIVE');
    clock.advance(9_000);
    expect(socket().wishes).toHaveLength(1);
    clock.advance(3_000);
    expect(socket().wishes).toEqual([['BTCUSDT'], [], ['BTCUSDT']]);
    socket().say('BTCUSDT', wholeBook(7));
    clock.advance(70_000);
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    clock.advance(7_000);
    expect(now()?.bids).toBeUndefined();
    expect(socket().wishes).toHaveLength(5);
  });

  test('is whole again with a new connection, without being subscribed twice', () => {
    const { now } = look(btc);
    socket().become('LIVE');
    socket().say('BTCUSDT', wholeBook(7));
    socket().become('RESYNCING', 'the connection was lost');
    expect(now()).toMatchObject({ state: 'RESYNCING', reason: 'the connection was lost' });
    socket().become('SYNCING');
    socket().say('BTCUSDT', wholeBook(9, '11', '12'));
    socket().become('LIVE');
    expect(best(now())).toEqual(['LIVE', '11', '12']);
    clock.advance(30_000);
    expect(socket().wishes).toHaveLength(1);
  });
});
