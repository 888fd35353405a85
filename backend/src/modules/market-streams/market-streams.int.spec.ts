import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import { RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { type MarketStreams } from './market-streams.js';
import { StreamReader, streamsForTests } from './streams-for-tests.js';
import { type TailSource } from './tail-source.js';

const KEY = 'market:btcusdt:liquidations';
const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`MarketStreams${note}`, () => {
  let redis: RedisServer;
  let reader: StreamReader;
  let streams: MarketStreams | undefined;

  beforeEach(async () => {
    redis = await RedisServer.start();
    reader = await new StreamReader(redis.url).connect();
  });
  afterEach(async () => {
    await streams?.stop();
    reader.close();
    await redis.stop();
  });

  test('is BEHIND while the database cannot be read, asks it once a second, and publishes when it is back', async () => {
    const clock = new FakeClock();
    let isAway = true;
    let asked = 0;
    const source: TailSource = {
      key: KEY,
      kind: 'liquidations',
      name: 'BTCUSDT',
      begin: () => Promise.resolve(0),
      after: (place) => {
        asked += 1;
        if (isAway) return Promise.reject(new Error('the database is away'));
        const entries = place < 1 ? [{ place: 1, fields: { symbol: 'BTCUSDT' } }] : [];
        return Promise.resolve({ entries, reached: 1, hasMore: false });
      },
    };
    const made = streamsForTests({ url: redis.url, clock, sources: () => [source] });
    streams = made.streams;
    streams.start();
    await waitFor(() => asked === 1);
    const beganMs = clock.monotonicMs();
    await waitFor(() => {
      clock.advance(250);
      return asked >= 12;
    });
    const seconds = (clock.monotonicMs() - beganMs) / 1_000;
    expect(asked).toBeLessThanOrEqual(seconds + 2);
    expect(streams.status()).toMatchObject({
      state: 'BEHIND',
      reason: expect.stringMatching(/^something has been waiting for \d+ s$/),
    });
    const counts = streams.counts().get('liquidations');
    expect(counts?.published).toBe(0);
    expect(counts?.lagMs).toBeGreaterThan(10_000);
    // However often it was asked in vain, once a minute is enough to be told.
    expect(made.said.filter((line) => line.includes('could not be read')).length).toBeLessThanOrEqual(
      1 + seconds / 60,
    );
    isAway = false;
    await waitFor(() => {
      clock.advance(100);
      return streams?.status().state === 'LIVE';
    });
    expect(await reader.entries(KEY)).toEqual([{ id: '1-0', fields: { symbol: 'BTCUSDT' } }]);
    expect(streams.counts().get('liquidations')).toMatchObject({ lagMs: 0, published: 1, streams: 1 });
    await waitFor(() => {
      clock.advance(1_000);
      return streams?.figures?.lengths.get('liquidations') === 1;
    });
    expect(streams.figures?.memoryBytes).toBeGreaterThan(100_000);
  });
});
