import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RedisServer, redisForTests } from '@orderfox/testing';
import { type RedisCommands } from './redis-link.js';
import { endOf, lastIdsOf, setAside } from './redis-streams.js';
import { StreamReader } from './streams-for-tests.js';

const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`streams as Redis has them${note}`, () => {
  let redis: RedisServer;
  let reader: StreamReader;
  let commands: RedisCommands;

  beforeAll(async () => {
    redis = await RedisServer.start();
    reader = await new StreamReader(redis.url).connect();
    commands = { sendCommand: (words) => reader.send(...words) };
  });
  afterAll(async () => {
    reader.close();
    await redis.stop();
  });

  test('only the stream that was looked at is set aside, and not what has taken its place', async () => {
    await reader.send('XADD', 'a', '7-0', 'x', 'y');
    const { id } = await endOf(commands, 'a');
    await reader.send('XADD', 'a', '8-0', 'x', 'y');
    expect(await setAside(commands, 'a', id, 1)).toBeUndefined();
    expect(await reader.entries('a')).toHaveLength(2);
    expect(await setAside(commands, 'a', '8-0', 1)).toBe('a:before:1');
    expect(await reader.entries('a:before:1')).toHaveLength(2);
    expect(Number(await reader.send('TTL', 'a:before:1'))).toBeGreaterThan(6 * 86_400);
    // Another one has set it aside.
    expect(await setAside(commands, 'a', '8-0', 2)).toBeUndefined();
  });

  test('the newest ID is told of streams, of what is none, and of what is not there', async () => {
    await reader.send('XADD', 's', '7-0', 'x', 'y');
    await reader.send('XDEL', 's', '7-0');
    await reader.send('SET', 't', 'text');
    await reader.send('XGROUP', 'CREATE', 'made', 'group', '$', 'MKSTREAM');
    expect(await lastIdsOf(commands, ['s', 't', 'made', 'none'])).toEqual(['7-0', '', '0-0', '0-0']);
  });
});
