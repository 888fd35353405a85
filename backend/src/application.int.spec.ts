import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { startSimulation, type Simulation } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { Application } from './application.js';
import { readConfig } from './core/config.js';
import { DataDirectory } from './core/data-directory.js';
import { RawClient, type ProtocolMessage } from './core/graphql-socket/raw-client-for-tests.js';
import { type Log } from './core/log.js';

const LIVE =
  'subscription ($after: Cursor) { liquidationAdded(after: $after) { id cursor timestamp receivedAt committedAt } }';
const NOWHERE = Object.fromEntries(
  ['BINANCE', 'OKX', 'BYBIT'].flatMap((venue) => [
    [`${venue}_WS_BASE_URL`, 'ws://127.0.0.1:9'],
    [`${venue}_REST_BASE_URL`, 'http://127.0.0.1:9'],
  ]),
);

interface Row {
  readonly id: string;
  readonly cursor: string;
}

let folder: string;
/** Also those that are still starting when a test fails. */
let applications: Promise<Application>[];
let simulation: Simulation | undefined;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-application-'));
  applications = [];
  problems = [];
});
afterEach(async () => {
  for (const started of await Promise.allSettled(applications)) {
    if (started.status === 'fulfilled') await started.value.stop();
  }
  await simulation?.stop();
  simulation = undefined;
  await rm(folder, { recursive: true, force: true });
});

function start(settings: Readonly<Record<string, string>>): Promise<Application> {
  const note: Log['error'] = (_fields, message) => void problems.push(message);
  const application = Application.start({
    config: readConfig({ BACKEND_PORT: '0', DATA_DIR: join(folder, 'data'), ...settings }),
    version: '1.2.3',
    clock: systemClock,
    random: () => Math.random(),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: note },
  });
  applications.push(application);
  return application;
}

const socketOf = ({ url }: Application) => `${url.replace('http', 'ws')}/graphql`;
const rowsOf = ({ messages }: RawClient) =>
  messages
    .filter(({ type }: ProtocolMessage) => type === 'next')
    .map(({ payload }) => (payload as { data: { liquidationAdded: Row } }).data.liquidationAdded);

async function ask(application: Application, query: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${application.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: Record<string, unknown> }).data;
}

describe('Application', () => {
  test('brings liquidations of three venues to a subscriber, stops in order, and goes on where it was (S003, S009)', async () => {
    simulation = await startSimulation({ intensity: 30 });
    const first = await start({ ...simulation.environment, SIMULATED: 'true' });
    const client = await RawClient.connect(socketOf(first));
    client.subscribe('live', LIVE);
    await waitFor(() => rowsOf(client).length >= 20, { withinMs: 30_000 });
    expect(await ask(first, '{ system { simulated recorder version } venues { id } }')).toEqual({
      system: { simulated: true, recorder: 'RECORDING', version: '1.2.3' },
      venues: [{ id: 'binance' }, { id: 'okx' }, { id: 'bybit' }],
    });

    const beganMs = performance.now();
    await Promise.all([first.stop(), first.stop()]);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart; retryAfterMs=0' });
    await expect(fetch(first.url)).rejects.toThrow();
    const before = rowsOf(client);

    // What was simulated stays so: these rows can never be taken for real ones.
    await expect(start({ ...simulation.environment })).rejects.toMatchObject({ failure: 'OTHER_KIND' });
    const second = await start({ ...simulation.environment, SIMULATED: 'true' });
    const resumed = await RawClient.connect(socketOf(second));
    resumed.subscribe('live', LIVE, { after: before.at(-1)?.cursor });
    await waitFor(() => rowsOf(resumed).length >= 5, { withinMs: 30_000 });
    const all = [...before, ...rowsOf(resumed)].map(({ id }) => id);
    const { liquidations } = (await ask(
      second,
      '{ liquidations(first: 500) { edges { node { id } } } }',
    )) as {
      liquidations: { edges: { node: { id: string } }[] };
    };
    const stored = liquidations.edges.map(({ node }) => node.id).reverse();
    expect(stored.slice(0, all.length)).toEqual(all);
    expect(problems).toEqual([]);
  }, 120_000);

  test('comes up when no venue can be reached, and says so', async () => {
    const application = await start(NOWHERE);
    await waitFor(async () => {
      const { venues } = (await ask(application, '{ venues { status statusReason } }')) as {
        venues: { status: string; statusReason: string }[];
      };
      return (
        venues.length === 3 && venues.every(({ statusReason }) => statusReason.includes('cannot be loaded'))
      );
    });
    const health = await fetch(`${application.url}/health`);
    expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([200, 'degraded']);
    const { symbols } = (await ask(application, '{ symbols { id source } }')) as { symbols: object[] };
    expect(symbols).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((id) => ({ id, source: 'FALLBACK' })));
  });

  test('leaves nothing behind when the start fails, so that the next one can begin', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ ...NOWHERE, BACKEND_PORT: String(port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    other.close();
    const directory = await DataDirectory.claim(join(folder, 'data'));
    await directory.release();
    await start(NOWHERE);
    expect(problems).toEqual([]);
  });
});
