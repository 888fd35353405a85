import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { minuteCandle, minuteSeries } from './candle-for-tests.js';
import { CandleStreams } from './candle-streams.js';
import { SocketDouble } from './socket-double-for-tests.js';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const quiet = () => undefined;

let clock: FakeClock;
let sockets: SocketDouble[];
let streams: CandleStreams;

beforeEach(() => {
  clock = new FakeClock(NOW);
  sockets = [];
  streams = new CandleStreams({
    store: { read: () => Promise.resolve([]) },
    reader: { read: () => Promise.resolve([minuteCandle(NOW - 50_000, '1')]) },
    openSocket: (options) => {
      const socket = new SocketDouble(options);
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
});

const ONE = parseTimeframe('1m');

/** Follows a market; the returned function ends it. */
async function follow(number: number, timeframe = ONE): Promise<() => void> {
  const stream = await streams.open([minuteSeries('binance', `C${number}USDT`)], timeframe);
  return stream.source.subscribe(quiet);
}

const topics = () => sockets.at(-1)?.topics.map((topic) => topic.replace('usdt@kline_1m', ''));

describe('CandleStreams', () => {
  test('ends what nobody has watched for longest to make room for what is wanted', async () => {
    const stays = await follow(1);
    const leaves = [];
    for (let number = 2; number <= 150; number += 1) leaves.push(await follow(number));
    for (const leave of leaves.reverse()) {
      clock.advance(10);
      leave();
    }
    // Who comes back has not left.
    await follow(149);
    expect(streams.boardCount).toBe(150);
    await follow(151);
    await follow(152);
    expect(streams.boardCount).toBe(150);
    expect(topics()).toEqual(expect.arrayContaining(['c1', 'c2', 'c147', 'c149', 'c151', 'c152']));
    expect(topics()).not.toContain('c150');
    expect(topics()).not.toContain('c148');
    expect(streams.refused).toBe(0);
    stays();
  });

  test('one address has a share of them, however often it asks for each', () => {
    const admit = (number: number, client: string, timeframe = ONE, venue?: string) => {
      const life = new OperationLife(client);
      streams.admit(minuteSeries('binance', `C${number}USDT`), venue, timeframe, life);
      return life;
    };
    const held = Array.from({ length: 20 }, (_, at) => admit(at, '192.0.2.1'));
    held.push(admit(7, '192.0.2.1'));
    for (const refused of [
      () => admit(20, '192.0.2.1'),
      () => admit(7, '192.0.2.1', parseTimeframe('5m')),
      () => admit(7, '192.0.2.1', ONE, 'okx'),
    ])
      expect(refused).toThrow(/may follow 20 series of candles at once/);
    expect(streams.refused).toBe(3);
    admit(20, '192.0.2.2');
    for (const life of held) life.end();
    admit(20, '192.0.2.1');
  });

  test('refuses one more where all are watched', async () => {
    for (let number = 1; number <= 150; number += 1) await follow(number);
    await expect(follow(151)).rejects.toThrow(ApiError);
    await expect(follow(1, parseTimeframe('7m'))).rejects.toThrow(ApiError);
    expect(streams.refused).toBe(2);
    expect(streams.boardCount).toBe(150);
    // What is followed already has room for everybody.
    await follow(7);
    await streams.close();
    expect([streams.boardCount, streams.topicCount, streams.connectionCount]).toEqual([0, 0, 0]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
