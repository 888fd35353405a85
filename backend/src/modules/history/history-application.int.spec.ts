import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { startSimulation, type KeptOrder, type Simulation } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { Application } from '../../application.js';
import { readConfig } from '../../core/config.js';
import { RawClient } from '../../core/graphql-socket/raw-client-for-tests.js';
import { type Log } from '../../core/log.js';

const WAIT = { withinMs: 30_000 };
const problems: string[] = [];
const note: Log['warn'] = (_fields, message) => void problems.push(message);
const log: Log = { debug: () => undefined, info: () => undefined, warn: note, error: note };

let folder: string;
let simulation: Simulation;
let application: Application;

/** Orders of one minute, three hours ago, a second apart. */
const MINUTE_MS = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 3_600_000;
const order = (n: number): KeptOrder => ({
  venueSymbol: 'DOGEUSDT',
  side: n % 3 === 0 ? 'BUY' : 'SELL',
  quantity: String(100 + n),
  price: '0.25',
  timeMs: MINUTE_MS + n * 1_000,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  simulation = await startSimulation({ market: false, history: {} });
  simulation.history?.keep(...Array.from({ length: 10 }, (_, n) => order(n)));
  application = await Application.start({
    config: readConfig({
      ...simulation.environment,
      SIMULATED: 'true',
      BACKEND_PORT: '0',
      DATA_DIR: folder,
      SYMBOLS: 'BTCUSDT',
    }),
    version: '1.2.3',
    clock: systemClock,
    random: () => 0.5,
    log,
  });
}, 60_000);
afterEach(async () => {
  await application.stop();
  await simulation.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(query: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${application.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: Record<string, unknown> }).data;
}

test('what a service knows of a market reaches ten clients and the volume of its time, by one request (S059, S063, S064)', async () => {
  const requests = () => simulation.history?.requests.filter((url) => url.includes('DOGEUSDT')) ?? [];
  const volume = `{ liquidationVolume(symbol: "DOGEUSDT", timeframe: "1m", from: ${MINUTE_MS}, to: ${MINUTE_MS + 60_000}) { timestamp count sellVolume buyVolume } }`;
  const clients = await Promise.all(
    Array.from({ length: 10 }, () => RawClient.connect(`${application.url.replace('http', 'ws')}/graphql`)),
  );
  for (const client of clients) {
    client.subscribe(
      'rows',
      'subscription { liquidationAdded(filter: { symbols: ["DOGEUSDT"] }) { timestamp } }',
    );
  }
  const times = ({ messages }: RawClient) =>
    messages
      .filter(({ type }) => type === 'next')
      .map(({ payload }) => (payload as { data: { liquidationAdded: { timestamp: number } } }).data)
      .map(({ liquidationAdded }) => liquidationAdded.timestamp);
  // The first of the clients asks; who comes after the rows does so too late for the stream, and not for the record.
  await waitFor(() => times(clients[0]!).length === 10, WAIT);
  expect(times(clients[0]!)).toEqual(Array.from({ length: 10 }, (_, n) => order(n).timeMs));
  await waitFor(async () => {
    const { liquidationVolume } = await ask(volume);
    return (liquidationVolume as object[]).length > 0;
  });
  expect(await ask(volume)).toEqual({
    liquidationVolume: [{ timestamp: MINUTE_MS, count: 10, sellVolume: '156.75', buyVolume: '104.5' }],
  });
  expect(requests().filter((url) => url.includes('limit=50'))).toHaveLength(1);
  // The time that volume was asked for, once too; a feed that began late asks for what it missed besides.
  await waitFor(() => requests().length >= 2, WAIT);

  const health = await (await fetch(`${application.url}/health`)).json();
  expect(health).toMatchObject({ components: { history: { state: 'OK' } } });
  const metrics = async () => (await fetch(`${application.url}/metrics`)).text();
  const made = () => simulation.history?.requests ?? [];
  await waitFor(
    async () => (await metrics()).includes(`\norderfox_history_requests_total ${made().length}\n`),
    WAIT,
  );
  expect(new Set(made()).size).toBe(made().length);
  expect(await metrics()).toMatch(/^orderfox_history_markets_loaded 2$/m);
  expect(problems).toEqual([]);
}, 60_000);
