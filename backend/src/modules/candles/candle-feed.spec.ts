import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Candle } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { CandleFeed } from './candle-feed.js';
import { minuteSeries } from './candle-for-tests.js';
import { SocketDouble } from './socket-double-for-tests.js';

const START = Date.UTC(2026, 10, 20, 12);
const BTC = minuteSeries();
const ETH = minuteSeries('binance', 'ETHUSDT');

let sockets: SocketDouble[];
let feed: CandleFeed;

beforeEach(() => {
  sockets = [];
  const quiet = () => undefined;
  feed = new CandleFeed({
    venue: BTC.venue,
    openSocket: (options) => {
      const socket = new SocketDouble(options);
      sockets.push(socket);
      return socket;
    },
    clock: new FakeClock(START),
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
});

function watcher() {
  const volumes: string[] = [];
  const counts = { gaps: 0 };
  const onCandle = ({ volume }: Candle) => void volumes.push(volume);
  return { volumes, counts, onCandle, onGap: () => void (counts.gaps += 1) };
}

const topics = () => sockets.at(-1)?.topics;

describe('CandleFeed', () => {
  test('tells everybody who watches the same series, whoever came first and whoever has left', () => {
    const first = watcher();
    const second = watcher();
    const leaveFirst = feed.watch(BTC, first);
    const leaveSecond = feed.watch(BTC, second);
    expect(feed.topics).toBe(1);
    sockets[0]?.say('BTCUSDT', START, '1');
    leaveSecond();
    leaveSecond();
    sockets[0]?.say('BTCUSDT', START, '2');
    const third = watcher();
    const leaveThird = feed.watch(BTC, third);
    leaveFirst();
    sockets[0]?.say('BTCUSDT', START, '3');
    expect([first.volumes, second.volumes, third.volumes]).toEqual([['1', '2'], ['1'], ['3']]);
    expect(topics()).toEqual(['btcusdt@kline_1m']);
    expect(sockets[0]?.isStopped).toBe(false);
    leaveThird();
    expect(sockets[0]?.isStopped).toBe(true);
    expect([feed.topics, feed.connections]).toEqual([0, 0]);
  });

  test('unsubscribes a topic with its last watcher, and keeps the others', () => {
    feed.watch(ETH, watcher());
    const leaves = [feed.watch(BTC, watcher()), feed.watch(BTC, watcher())];
    leaves[0]?.();
    expect(topics()).toEqual(['ethusdt@kline_1m', 'btcusdt@kline_1m']);
    leaves[1]?.();
    expect(topics()).toEqual(['ethusdt@kline_1m']);
    expect(sockets).toHaveLength(1);
  });

  test('tells all of them when the connection was lost and is back', () => {
    const all = [watcher(), watcher()];
    for (const each of all) feed.watch(BTC, each);
    sockets[0]?.become('LIVE');
    expect(all.map(({ counts }) => counts.gaps)).toEqual([0, 0]);
    sockets[0]?.become('RESYNCING');
    sockets[0]?.become('LIVE');
    expect(all.map(({ counts }) => counts.gaps)).toEqual([1, 1]);
  });

  test('carries a series while the connection lives and the venue has not refused it', () => {
    expect(feed.carries(BTC)).toBe(false);
    feed.watch(BTC, watcher());
    expect(feed.carries(BTC)).toBe(false);
    sockets[0]?.become('LIVE');
    expect(feed.carries(BTC)).toBe(true);
    sockets[0]?.refusedTopics.set('btcusdt@kline_1m', 'no such stream');
    expect(feed.carries(BTC)).toBe(false);
  });

  test('keeps nothing of a watcher whose venue refuses the address', () => {
    const roots = { ...BTC.venue.roots, ws: 'wss://stream.binancefuture.com' };
    const refused = new CandleFeed({
      venue: { ...BTC.venue, roots },
      openSocket: (options) => new SocketDouble(options),
      clock: new FakeClock(START),
      random: () => 0.5,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    expect(() => refused.watch(BTC, watcher())).toThrow(VenueError);
    expect(refused.topics).toBe(0);
  });
});
