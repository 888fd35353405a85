import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, freePort, RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { systemClock, type Clock } from '@orderfox/feed';
import { RedisLink, RedisLostError } from './redis-link.js';
import { StreamReader } from './streams-for-tests.js';

const { note, isMissing } = await redisForTests();

(isMissing ? describe.skip : describe)(`RedisLink${note}`, () => {
  const servers: RedisServer[] = [];
  const links: RedisLink[] = [];
  const readers: StreamReader[] = [];

  afterEach(async () => {
    for (const link of links.splice(0)) link.stop();
    for (const reader of readers.splice(0)) reader.close();
    for (const server of servers.splice(0)) await server.stop();
  });

  async function server(...settings: readonly string[]): Promise<RedisServer> {
    const made = await RedisServer.start({ settings });
    servers.push(made);
    return made;
  }
  async function reader(url: string): Promise<StreamReader> {
    const made = await new StreamReader(url).connect();
    readers.push(made);
    return made;
  }
  function linkTo(url: string, clock: Clock = systemClock) {
    const states: string[] = [];
    let ready = 0;
    const link: RedisLink = new RedisLink({
      url,
      probeKey: 'market:writer',
      clock,
      random: () => 0.01,
      onReady: () => (ready += 1),
      onChange: () => {
        states.push(link.state);
      },
    });
    links.push(link);
    link.start();
    return { link, states, ready: () => ready };
  }
  const ping = (link: RedisLink) => link.run((redis) => redis.sendCommand(['PING']));

  test('goes on trying a server that is not there, and is ready when it comes, is lost, and comes back', async () => {
    const redis = await server();
    await redis.kill();
    const { link, states, ready } = linkTo(redis.url);
    await waitFor(() => link.counts.failures >= 2);
    expect(link.state).toBe('UNREACHABLE');
    expect(link.reason).toMatch(/cannot be reached: .*ECONNREFUSED/);
    await expect(ping(link)).rejects.toBeInstanceOf(RedisLostError);
    await redis.run();
    await waitFor(() => link.isReady);
    expect(await ping(link)).toBe('PONG');
    await redis.kill();
    await waitFor(() => !link.isReady);
    await redis.run();
    await waitFor(() => link.isReady);
    expect(ready()).toBe(2);
    // However often it was tried, a state is told once.
    expect(states).toEqual(['UNREACHABLE', 'LIVE', 'UNREACHABLE', 'LIVE']);
    link.stop();
    await expect(ping(link)).rejects.toBeInstanceOf(RedisLostError);
    expect(states.at(-1)).toBe('STOPPED');
  });

  test.each([
    ['redis://:Sw0rdf1sh@', [], 'Redis has no password, but REDIS_URL does'],
    [
      'redis://:Sw0rdf1sh@',
      ['--requirepass', 'other'],
      'Redis does not accept user and password of REDIS_URL',
    ],
    ['redis://', ['--requirepass', 'other'], 'Redis wants a password, and REDIS_URL has none'],
  ])('says why it is not let in, and never the password (%s %j)', async (start, settings, reason) => {
    const redis = await server(...settings);
    const { link } = linkTo(redis.url.replace('redis://', start));
    await waitFor(() => link.state === 'REFUSED');
    expect(link.reason).toBe(reason);
    expect(JSON.stringify([link.reason, link.state])).not.toContain('Sw0rdf1sh');
  });

  test('a database that there is not is refused', async () => {
    const redis = await server('--databases', '2');
    const { link } = linkTo(`${redis.url}/7`);
    await waitFor(() => link.state === 'REFUSED');
    expect(link.reason).toBe('Redis has no database of the number in REDIS_URL');
  });

  test('is FULL while Redis is over its maxmemory, and READ_ONLY at a replica, and LIVE again when that is over', async () => {
    const redis = await server();
    const operator = await reader(redis.url);
    await operator.send('CONFIG', 'SET', 'maxmemory', '1');
    const { link, states } = linkTo(redis.url);
    await waitFor(() => link.state === 'FULL');
    await operator.send('CONFIG', 'SET', 'maxmemory', '0');
    await waitFor(() => link.isReady);
    await operator.send('REPLICAOF', '127.0.0.1', String(await freePort()));
    const refusal = await link
      .run((commands) => commands.sendCommand(['SET', 'a', 'b']))
      .catch((error: unknown) => error);
    expect(String(refusal)).toContain('READONLY');
    link.fail(refusal);
    await waitFor(() => link.state === 'READ_ONLY');
    await waitFor(() => link.counts.failures >= 4);
    await operator.send('REPLICAOF', 'NO', 'ONE');
    await waitFor(() => link.isReady);
    expect(states).toEqual(['FULL', 'LIVE', 'READ_ONLY', 'LIVE']);
  });

  test('gives up a server that does not answer for five seconds, also while it connects', async () => {
    const redis = await server();
    const clock = new FakeClock();
    const { link } = linkTo(redis.url, clock);
    await waitFor(() => link.isReady);
    redis.freeze();
    const answer = ping(link).catch((error: unknown) => error);
    await waitFor(() => clock.pendingDelaysMs().length > 0);
    clock.advance(5_000);
    expect(await answer).toBeInstanceOf(RedisLostError);
    expect(link.reason).toBe('Redis cannot be reached: it has not answered for 5 s');
    // It tries again, and is taken in by the system, but not by Redis.
    clock.advance(1_000);
    await waitFor(() => {
      clock.advance(100);
      return link.counts.failures >= 2;
    });
    redis.thaw();
    await waitFor(() => {
      clock.advance(100);
      return link.isReady;
    });
  });

  test('leaves no connection behind that it let go while it was being made', async () => {
    const redis = await server();
    const operator = await reader(redis.url);
    const figure = async (name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(String(await operator.send('INFO')))?.[1]);
    for (let round = 0; round < 5; round += 1) linkTo(redis.url).link.stop();
    await waitFor(async () => (await figure('total_connections_received')) >= 5);
    await waitFor(async () => (await figure('connected_clients')) === 1);
  });
});
