import { beforeEach, describe, expect, test } from '@jest/globals';
import { RESYNC_EVERY_MS } from '@orderfox/venues';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { ApiError } from '../../core/graphql-errors.js';
import { bookMarket, settled, wholeBook } from './book-double-for-tests.js';
import { bookKey } from './book-market.js';
import { best, BookStreamsForTests, change } from './book-streams-for-tests.js';
import { LINGER_MS, TELL_EVERY_MS } from './live-book.js';

const START = Date.UTC(2026, 10, 21, 12);

let made: BookStreamsForTests;
beforeEach(() => {
  made = new BookStreamsForTests(START);
});

describe('many books', () => {
  test('are fetched one a second, and those that nobody wants any more are not', async () => {
    const names = ['AUSDT', 'BUSDT', 'CUSDT', 'DUSDT'];
    const all = names.map((name) => made.look(bookMarket('binance', made.snapshots, name)));
    made.socket.become('LIVE');
    for (const name of names) made.socket.say(name, change(90, 100));
    await settled();
    expect(made.snapshots.asked).toEqual(['AUSDT']);
    expect(made.streams.counts()).toMatchObject({ books: 4, topics: 4, connections: 1, waiting: 3 });
    made.clock.advance(1_000);
    await settled();
    expect(made.snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
    all[2]?.leave();
    await made.streams.close();
    made.clock.advance(10_000);
    await settled();
    expect(made.snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
  });

  test('that always stand are fetched before those that clients want, however many', async () => {
    for (let n = 0; n < 80; n += 1) made.look(bookMarket('binance', made.snapshots, `C${n}USDT`));
    const letGo = made.streams.stand(bookMarket('binance', made.snapshots));
    made.socket.become('LIVE');
    for (let n = 0; n < 80; n += 1) made.socket.say(`C${n}USDT`, change(90, 100));
    for (let second = 0; second < 30; second += 1) {
      await settled();
      await made.snapshots.answer(wholeBook(100));
      made.clock.advance(1_000);
    }
    expect(made.snapshots.asked).not.toContain('BTCUSDT');
    made.socket.say('BTCUSDT', change(90, 100));
    await settled();
    for (let passed = 0; passed < 3_000; passed += 100) {
      made.clock.advance(100);
      await settled();
      await made.snapshots.answer(wholeBook(100));
    }
    expect(made.snapshots.asked).toContain('BTCUSDT');
    letGo();
  });

  test('are not fetched while no changes of them come', async () => {
    const names = ['AUSDT', 'BUSDT'];
    for (const name of names) made.look(bookMarket('binance', made.snapshots, name));
    made.socket.become('LIVE');
    for (const name of names) made.socket.say(name, change(90, 100));
    await settled();
    made.socket.become('RESYNCING', 'the connection was lost');
    made.clock.advance(20_000);
    await settled();
    expect(made.snapshots.asked).toEqual(['AUSDT']);
    made.socket.become('LIVE');
    made.socket.say('BUSDT', change(190, 200));
    made.clock.advance(RESYNC_EVERY_MS);
    await settled();
    expect(made.snapshots.asked).toEqual(['AUSDT', 'BUSDT']);
  });

  test('stay within a part of the limit of the venue', async () => {
    for (let n = 0; n < 100; n += 1) made.look(bookMarket('binance', made.snapshots, `C${n}USDT`));
    made.socket.become('LIVE');
    for (let n = 0; n < 100; n += 1) made.socket.say(`C${n}USDT`, change(90, 100));
    for (let second = 0; second < 60; second += 1) {
      await settled();
      await made.snapshots.answer(wholeBook(100));
      made.clock.advance(1_000);
    }
    // Half of 1,920 points, 20 each.
    expect(made.snapshots.asked.length).toBeGreaterThanOrEqual(45);
    expect(made.snapshots.asked.length).toBeLessThanOrEqual(48);
  });

  test('are let go of a minute after the last has left, and with the last of them the connection', async () => {
    const btc = bookMarket('binance', made.snapshots);
    const first = made.look(btc);
    const second = made.look(btc, { limit: 5 });
    await made.becomeWhole(btc);
    expect(made.socket.topics).toEqual(['BTCUSDT']);
    first.leave();
    made.clock.advance(LINGER_MS * 2);
    second.leave();
    made.clock.advance(LINGER_MS - 1);
    expect(made.streams.counts().books).toBe(1);
    const third = made.look(btc);
    made.clock.advance(LINGER_MS);
    expect(best(third.now())).toEqual(['LIVE', '10', '20']);
    third.leave();
    made.clock.advance(LINGER_MS);
    expect(made.streams.counts()).toMatchObject({ books: 0, topics: 0, connections: 0 });
    expect(made.socket.isStopped).toBe(true);
    expect(made.clock.pendingDelaysMs()).toEqual([]);
  });

  test('have places for those that are followed always, which nobody else can take', () => {
    made = new BookStreamsForTests(START, 2, 1);
    const [a, b, s] = ['AUSDT', 'BUSDT', 'SUSDT'].map((name) => bookMarket('binance', made.snapshots, name));
    if (a === undefined || b === undefined || s === undefined) throw new Error('three markets');
    made.look(a);
    expect(() => made.look(b)).toThrow(/1 markets are followed already/);
    const leave = made.streams.stand(s);
    // Who looks at it as well takes no place either.
    made.look(s);
    expect(made.streams.counts()).toMatchObject({ books: 2, refused: 1 });
    expect(() => made.look(b)).toThrow(/1 markets/);
    leave();
  });

  test('are so many of one client at most, those that are followed always apart', () => {
    made = new BookStreamsForTests(START, 100, 0, { ...CLIENT_LIMITS, marketsPerClient: 2 });
    const leave = made.streams.stand(bookMarket('binance', made.snapshots, 'SUSDT'));
    const admit = (name: string, client = '192.0.2.1') => {
      const life = new OperationLife(client);
      made.streams.admit(bookKey(bookMarket('binance', made.snapshots, name)), life);
      return life;
    };
    const first = admit('AUSDT');
    admit('BUSDT');
    for (const name of ['SUSDT', 'AUSDT', 'BUSDT']) admit(name);
    expect(() => admit('CUSDT')).toThrow(/may follow 2 order books of markets outside SYMBOLS at once/);
    admit('CUSDT', '192.0.2.2');
    expect(made.streams.counts().refused).toBe(1);
    first.end();
    expect(() => admit('CUSDT')).toThrow(ApiError);
    leave();
  });

  test('that stand beyond what was reckoned with take no more than there is', () => {
    made = new BookStreamsForTests(START, 3, 1);
    const [a, b, s, t] = ['A', 'B', 'S', 'T'].map((name) => bookMarket('binance', made.snapshots, name));
    if (a === undefined || b === undefined || s === undefined || t === undefined)
      throw new Error('four markets');
    const leave = [s, t].map((market) => made.streams.stand(market));
    made.look(a);
    expect(() => made.look(b)).toThrow(/1 markets are followed already/);
    for (const each of leave) each();
  });

  test('are so many at most: what nobody looks at makes room, where all are looked at one more is refused', () => {
    made = new BookStreamsForTests(START, 2);
    const [a, b, c] = ['AUSDT', 'BUSDT', 'CUSDT'].map((name) => bookMarket('binance', made.snapshots, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three markets');
    const first = made.look(a);
    made.look(b);
    expect(() => made.look(c)).toThrow(/2 markets are followed already/);
    expect(made.streams.counts().refused).toBe(1);
    first.leave();
    made.look(c);
    expect(made.socket.topics).toEqual(['BUSDT', 'CUSDT']);
  });

  test('are read off once for all who want the same', async () => {
    const btc = bookMarket('binance', made.snapshots);
    const all = [made.look(btc), made.look(btc), made.look(btc)];
    await made.becomeWhole(btc);
    made.clock.advance(2 * TELL_EVERY_MS);
    const before = made.streams.counts();
    made.socket.say('BTCUSDT', change(110, 120, [['12', '1']]));
    const views = all.map(({ now }) => now());
    expect(new Set(views).size).toBe(1);
    expect(made.streams.counts().viewsMade).toBe(before.viewsMade + 1);
  });
});
