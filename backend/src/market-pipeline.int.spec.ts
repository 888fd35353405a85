import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { startSimulation, type Simulation } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { readConfig } from './core/config.js';
import { type Log } from './core/log.js';
import { MarketBus } from './core/market-bus.js';
import { signalProcess } from './core/process-identity.js';
import { MarketPipeline } from './market-pipeline.js';
import { PostgresForTests } from './testing/postgres-for-tests.js';

const SLOW = { withinMs: 30_000 };
const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let postgres: PostgresForTests;
let simulation: Simulation;
let halted: number[];

beforeEach(async () => {
  halted = [];
  [postgres, simulation] = await Promise.all([PostgresForTests.start(), startSimulation({ intensity: 30 })]);
}, 60_000);
afterEach(async () => {
  goOn();
  await Promise.all([simulation.stop(), postgres.dispose()]);
});

/** The server neither answers nor breaks a connection, as with a disk that hangs. */
async function halt(): Promise<void> {
  const { rows } = await postgres.database.writer.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL',
  );
  halted = [...rows.map(({ pid }) => pid), ...(postgres.pid === undefined ? [] : [postgres.pid])];
  for (const pid of halted) signalProcess(pid, 'SIGSTOP');
}

function goOn(): void {
  for (const pid of halted.splice(0)) signalProcess(pid, 'SIGCONT');
}

function newPipeline(): { readonly pipeline: MarketPipeline; readonly offered: () => string[] } {
  const pipeline = new MarketPipeline({
    config: readConfig({ DATA_DIR: postgres.directory.path, ...simulation.environment }),
    clock: systemClock,
    random: () => 0.5,
    log: quiet,
    database: postgres.database,
    directory: postgres.directory,
    bus: new MarketBus((error) => {
      throw error;
    }),
  });
  const offer = jest.spyOn(pipeline.recorder, 'offer');
  const offered = () => offer.mock.calls.flatMap(([events]) => events.map(({ eventKey }) => eventKey));
  return { pipeline, offered };
}

test('brings everything to disk in time when it is stopped while the database hangs, and records it once after (F43)', async () => {
  const { pipeline, offered } = newPipeline();
  await pipeline.recorder.start();
  await pipeline.catalog.start();
  await pipeline.supervisor.start();
  await waitFor(() => pipeline.recorder.status().recorded > 20, SLOW);
  await halt();
  // The feeds' own writes hang as well by now.
  await waitFor(() => pipeline.recorder.status().waiting > 50, SLOW);
  const beganMs = performance.now();
  await pipeline.stop();
  // After that long the process ends, whatever it is doing.
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  const { spooled, waiting, dropped } = pipeline.recorder.status();
  expect({ waiting, dropped }).toEqual({ waiting: 0, dropped: 0 });
  expect(spooled).toBeGreaterThan(50);

  goOn();
  const next = newPipeline().pipeline;
  await next.recorder.start();
  await waitFor(
    () => next.recorder.status().state === 'RECORDING' && next.recorder.status().spooled === 0,
    SLOW,
  );
  const rows = await next.repository.readAfter({}, 0, Number.MAX_SAFE_INTEGER - 1, 1_000_000);
  expect(rows.map(({ eventKey }) => eventKey).sort()).toEqual([...new Set(offered())].sort());
  await next.stop();
}, 90_000);
