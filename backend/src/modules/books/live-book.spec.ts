import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { RESYNC_EVERY_MS } from '@orderfox/venues';
import { bookMarket, settled, wholeBook } from './book-double-for-tests.js';
import { type BookMarket } from './book-market.js';
import { best, BookStreamsForTests, change } from './book-streams-for-tests.js';
import { TELL_EVERY_MS } from './live-book.js';

const START = Date.UTC(2026, 10, 21, 12);

let made: BookStreamsForTests;
beforeEach(() => {
  made = new BookStreamsForTests(START);
});

describe('a book whose whole is fetched', () => {
  let btc: BookMarket;
  beforeEach(() => void (btc = bookMarket('binance', made.snapshots)));

  test('is asked for once changes flow, and served from the first that follows it', async () => {
    const { now } = made.look(btc);
    expect(best(now())).toEqual(['CONNECTING', undefined, undefined]);
    made.socket.become('SYNCING');
    made.socket.become('LIVE');
    expect(made.snapshots.asked).toEqual([]);
    made.socket.say('BTCUSDT', change(90, 100));
    await settled();
    expect(made.snapshots.asked).toEqual(['BTCUSDT']);
    await made.snapshots.answer(wholeBook(100));
    made.socket.say('BTCUSDT', change(100, 110, [['11', '3']]));
    made.clock.advance(TELL_EVERY_MS);
    expect(best(now())).toEqual(['LIVE', '11', '20']);
    expect(now()?.bids).toHaveLength(2);
  });

  test('is told at most ten times a second, the newest state, and a loss at once', async () => {
    const { seen } = made.look(btc);
    await made.becomeWhole(btc);
    made.clock.advance(TELL_EVERY_MS);
    const before = seen.length;
    for (let id = 111; id <= 140; id += 1) {
      made.socket.say('BTCUSDT', change(id - 1, id, [['12', String(id)]]));
      made.clock.advance(10);
    }
    expect(seen.length - before).toBeLessThanOrEqual(4);
    made.clock.advance(TELL_EVERY_MS);
    expect(seen.at(-1)?.bids?.[0]?.quantity).toBe('140');
    const told = seen.length;
    made.socket.say('BTCUSDT', change(150, 160));
    expect(seen).toHaveLength(told + 1);
    expect(seen.at(-1)).toMatchObject({ state: 'RESYNCING', sinceMs: made.clock.nowMs() });
    expect(seen.at(-1)).not.toHaveProperty('bids');
  });

  test('is asked for at most once in five seconds, whatever is missed', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    for (let at = 0; at < 100; at += 1) {
      made.socket.say('BTCUSDT', change(1_000 * at + 500, 1_000 * at + 510));
      made.clock.advance(200);
      await made.snapshots.answer(wholeBook(1_000 * at + 490));
      expect(now()?.bids).toBeUndefined();
    }
    expect(made.snapshots.asked.length).toBeGreaterThan(2);
    expect(made.snapshots.asked.length).toBeLessThanOrEqual(2 + 20_000 / RESYNC_EVERY_MS);
  });

  test('is not served while nobody knows whether the connection lives, and goes on where nothing was missed', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    made.clock.advance(1_000);
    made.socket.become('STALE', 'no data for 10 s');
    expect(now()).toMatchObject({ state: 'STALE', reason: 'no data for 10 s', sinceMs: made.clock.nowMs() });
    expect(now()?.asks).toBeUndefined();
    made.socket.become('LIVE');
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    expect(made.snapshots.asked).toHaveLength(1);
  });

  test('begins anew after a lost connection, and says meanwhile what the connection says', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    made.clock.advance(10_000);
    made.socket.become('BANNED', 'the venue banned this address', START + 60_000);
    expect(now()).toMatchObject({ state: 'BANNED', untilMs: START + 60_000, sinceMs: START + 10_000 });
    made.socket.become('SYNCING');
    expect(now()).toMatchObject({ state: 'SYNCING', reason: expect.stringMatching(/connected again/) });
    made.socket.say('BTCUSDT', change(190, 200));
    made.socket.become('LIVE');
    await settled();
    expect(now()?.bids).toBeUndefined();
    await made.snapshots.answer(wholeBook(200, '15', '16'));
    made.socket.say('BTCUSDT', change(200, 210));
    expect(best(now())).toEqual(['LIVE', '15', '16']);
  });

  test('has one request under way, however long that takes and whatever is missed meanwhile', async () => {
    const { now } = made.look(btc);
    made.socket.become('LIVE');
    made.socket.say('BTCUSDT', change(90, 100));
    for (let at = 1; at <= 10; at += 1) {
      made.clock.advance(RESYNC_EVERY_MS);
      await settled();
      made.socket.become('RESYNCING');
      made.socket.become('LIVE');
      made.socket.say('BTCUSDT', change(100 * at + 90, 100 * at + 100));
    }
    expect(made.snapshots.asked).toHaveLength(1);
    await made.snapshots.answer(wholeBook(1_100));
    made.socket.say('BTCUSDT', change(1_100, 1_110));
    expect(now()?.state).toBe('LIVE');
  });

  test('is asked for at once again where what came late does not join', async () => {
    made.look(btc);
    made.socket.become('LIVE');
    made.socket.say('BTCUSDT', change(90, 100));
    await settled();
    made.socket.say('BTCUSDT', change(200, 210));
    made.clock.advance(RESYNC_EVERY_MS);
    await made.snapshots.answer(wholeBook(50));
    expect(made.snapshots.asked).toHaveLength(2);
  });

  test('is not there since the moment it was lost, whatever is said of it afterwards', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    made.clock.advance(1_000);
    made.socket.say('BTCUSDT', change(150, 160));
    const lostMs = made.clock.nowMs();
    made.clock.advance(1_000);
    made.socket.become('RESYNCING', 'the connection was lost');
    made.clock.advance(1_000);
    made.socket.become('GEO_BLOCKED', 'the venue does not serve this jurisdiction');
    expect(now()).toMatchObject({ state: 'GEO_BLOCKED', sinceMs: lostMs });
  });

  test('says that the venue wants no requests, makes none meanwhile, and asks again when that is over', async () => {
    const { now } = made.look(btc);
    made.socket.become('LIVE');
    made.socket.say('BTCUSDT', change(90, 100));
    await settled();
    await made.snapshots.fail('BANNED', START + 120_000);
    expect(now()).toMatchObject({ state: 'BANNED', untilMs: START + 120_000 });
    for (let second = 0; second < 119; second += 1) {
      made.clock.advance(1_000);
      await settled();
    }
    expect(made.snapshots.asked).toHaveLength(1);
    for (let second = 0; second < 3; second += 1) {
      made.clock.advance(1_000);
      await settled();
    }
    expect(made.snapshots.asked).toHaveLength(2);
  });

  test('is asked for again, ever more seldom, while the venue does not answer', async () => {
    made.look(btc);
    made.socket.become('LIVE');
    made.socket.say('BTCUSDT', change(90, 100));
    for (let second = 0; second < 300; second += 1) {
      await settled();
      await made.snapshots.fail('NETWORK');
      made.clock.advance(1_000);
    }
    expect(made.snapshots.asked.length).toBeGreaterThan(6);
    expect(made.snapshots.asked.length).toBeLessThan(12);
  });

  test('says so where the venue refuses it', () => {
    const { now } = made.look(btc);
    made.socket.refusedTopics.set('BTCUSDT', 'no such stream');
    made.socket.become('LIVE');
    expect(now()).toMatchObject({ state: 'ERROR', reason: expect.stringMatching(/no such stream/) });
  });

  test('takes the new steps of a contract from the catalogue', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    const finer = { ...btc.instrument, tickSize: parseDecimal('0.5') };
    const units = btc.venue.books.unitsOf(finer);
    if (units !== undefined) made.marketNow = () => ({ ...btc, instrument: finer, units });
    made.clock.advance(RESYNC_EVERY_MS);
    made.socket.say('BTCUSDT', change(110, 120, [['10.5', '1']]));
    expect(now()?.bids).toBeUndefined();
    await settled();
    made.socket.say('BTCUSDT', change(120, 130));
    await made.snapshots.answer(wholeBook(120, '10.5', '11'));
    expect(best(now())).toEqual(['LIVE', '10.5', '11']);
    expect(now()?.tickSize).toBe('0.5');
  });

  test('shows nothing while one side is empty', async () => {
    const { now } = made.look(btc);
    await made.becomeWhole(btc);
    made.socket.say('BTCUSDT', change(110, 120, [['10', '0']]));
    expect(now()).toMatchObject({ state: 'SYNCING', reason: 'nobody bids, or nobody offers' });
    expect(now()).not.toHaveProperty('asks');
  });
});

describe('a book that the socket sends whole', () => {
  let btc: BookMarket;
  beforeEach(() => void (btc = bookMarket('okx')));

  test('is served from its beginning, and subscribed anew after a gap', () => {
    const { now } = made.look(btc);
    made.socket.become('LIVE');
    expect(now()?.state).toBe('SYNCING');
    made.socket.say('BTCUSDT', wholeBook(7));
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    const { wishes } = made.socket;
    made.clock.advance(RESYNC_EVERY_MS);
    expect(wishes).toEqual([['BTCUSDT']]);
    made.socket.say('BTCUSDT', { lastId: 20, previousId: 15 });
    expect(now()?.state).toBe('RESYNCING');
    expect(made.socket.topics).toEqual([]);
    made.clock.advance(1_500);
    expect(wishes).toEqual([['BTCUSDT'], [], ['BTCUSDT']]);
    made.socket.say('BTCUSDT', wholeBook(30, '11', '12'));
    expect(best(now())).toEqual(['LIVE', '11', '12']);
    made.clock.advance(60_000);
    expect(wishes).toHaveLength(3);
    expect(made.snapshots.asked).toEqual([]);
  });

  test('is subscribed anew where the whole does not come, or nothing comes any more', () => {
    const { now } = made.look(btc);
    made.socket.become('LIVE');
    made.clock.advance(9_000);
    expect(made.socket.wishes).toHaveLength(1);
    made.clock.advance(3_000);
    expect(made.socket.wishes).toEqual([['BTCUSDT'], [], ['BTCUSDT']]);
    made.socket.say('BTCUSDT', wholeBook(7));
    made.clock.advance(70_000);
    expect(best(now())).toEqual(['LIVE', '10', '20']);
    made.clock.advance(7_000);
    expect(now()?.bids).toBeUndefined();
    expect(made.socket.wishes).toHaveLength(5);
  });

  test('is whole again with a new connection, without being subscribed twice', () => {
    const { now } = made.look(btc);
    made.socket.become('LIVE');
    made.socket.say('BTCUSDT', wholeBook(7));
    made.socket.become('RESYNCING', 'the connection was lost');
    expect(now()).toMatchObject({ state: 'RESYNCING', reason: 'the connection was lost' });
    made.socket.become('SYNCING');
    made.socket.say('BTCUSDT', wholeBook(9, '11', '12'));
    made.socket.become('LIVE');
    expect(best(now())).toEqual(['LIVE', '11', '12']);
    made.clock.advance(30_000);
    expect(made.socket.wishes).toHaveLength(1);
  });
});
