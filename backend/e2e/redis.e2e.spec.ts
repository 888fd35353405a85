import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulation, type Simulation } from '@orderfox/simulator';
import { layEmptyDatabase, RedisServer, redisForTests, waitFor } from '@orderfox/testing';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { StreamReader } from '../src/modules/market-streams/streams-for-tests.js';
import { allLiquidations, query } from './support/graphql.js';

const { note, isMissing } = await redisForTests();
/** What is simulated has keys of its own. */
const BTC = 'simulated:market:btcusdt:liquidations';

(isMissing ? describe.skip : describe)(`the whole program with a Redis${note}`, () => {
  let folder: string;
  let redis: RedisServer;
  let reader: StreamReader;
  let simulation: Simulation;
  let backends: RunningBackend[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderfox-redis-e2e-'));
    layEmptyDatabase(join(folder, 'data'));
    redis = await RedisServer.start({ isDurable: true });
    reader = await new StreamReader(redis.url).connect();
    simulation = await startSimulation({ intensity: 500 });
    backends = [];
  });
  afterEach(async () => {
    for (const backend of backends) await backend.kill();
    await simulation.stop();
    reader.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<RunningBackend> {
    const backend = await RunningBackend.start({
      ...simulation.environment,
      BACKEND_PORT: '0',
      DATA_DIR: join(folder, 'data'),
      SIMULATED: 'true',
      SYMBOLS: 'BTCUSDT',
      REDIS_URL: redis.url,
    });
    backends.push(backend);
    return backend;
  }
  const healthOf = async ({ url }: RunningBackend) =>
    (await (await fetch(`${url}/health`)).json()) as {
      readonly ready: boolean;
      readonly components: Record<string, { readonly state: string } | undefined>;
    };
  const count = async (key: string) => Number(await reader.send('XLEN', key));

  test('starts without it, publishes when it comes, and loses and doubles nothing when both are killed (F41, S204)', async () => {
    await redis.kill();
    const first = await start();
    await waitFor(async () => (await healthOf(first)).components.redis?.state === 'UNREACHABLE');
    expect((await healthOf(first)).ready).toBe(true);
    await redis.run();
    await waitFor(async () => (await count(BTC)) >= 10);
    for (const kind of ['book', 'book:okx', 'book:bybit', 'funding', 'funding:okx', 'funding:binance'])
      await waitFor(async () => (await count(`simulated:market:btcusdt:${kind}`)) > 0, { describe: kind });
    const { system } = await query<{ system: { redis: { state: string } } }>(
      first.url,
      '{ system { redis { state } } }',
    );
    expect(system.redis.state).toBe('LIVE');
    const metrics = await (await fetch(`${first.url}/metrics`)).text();
    expect(metrics).toMatch(/orderfox_redis_state\{state="LIVE"\} 1/);
    expect(metrics).toMatch(/orderfox_redis_entries_published_total\{kind="book"\} [1-9]/);

    const before = await count(BTC);
    await redis.kill();
    await waitFor(async () => (await healthOf(first)).components.redis?.state === 'UNREACHABLE');
    await first.kill();
    await redis.run();
    const second = await start();
    await waitFor(async () => (await count(BTC)) >= before + 10);
    await second.kill();
    await reader.send('FLUSHALL');
    const third = await start();
    await waitFor(async () => (await count(BTC)) >= before + 20);
    // Nothing more comes, so that both can be compared.
    await simulation.stop();
    const stored = (await allLiquidations(third.url)).filter(({ symbol }) => symbol === 'BTCUSDT');
    const wanted = stored.map(({ cursor }) => cursor).reverse();
    await waitFor(async () => (await count(BTC)) >= wanted.length);
    const published = (await reader.entries(BTC)).map(({ fields }) => fields.cursor);
    expect(published).toEqual(wanted);
    expect(await third.stop()).toBe(0);
  }, 120_000);
});
