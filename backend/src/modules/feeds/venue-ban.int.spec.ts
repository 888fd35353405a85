import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock, VenueError, type VenuePause } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CountingProxy } from './counting-proxy-for-tests.js';
import { createVenueRequests, type AskedVenues } from './create-venue-requests.js';
import { VenueBanRepository } from './venue-ban.repository.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const NEVER = new Promise<never>(() => undefined);

let postgres: PostgresForTests;
let clock: FakeClock;
let venues: SimulatedVenues;
let proxy: CountingProxy;
let rest: string;
/** Processes of the spec, so that all are ended. */
let processes: AskedVenues[];
let warnings: string[];
/** The database, as long as the spec does not take it away. */
let query: (text: string, values: readonly unknown[]) => Promise<unknown>;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  await postgres.database.writer.query('TRUNCATE venue_ban');
  clock = new FakeClock(NOW);
  venues = new SimulatedVenues({ scheduler: clock });
  proxy = await CountingProxy.start((await venues.start()).binance.rest);
  rest = proxy.root;
  processes = [];
  warnings = [];
  query = (text, values) => postgres.database.writer.query(text, [...values]);
});
afterEach(async () => {
  for (const { requests, keeper } of processes) {
    requests.close();
    const closing = keeper.close();
    clock.advance(2_000);
    await closing;
  }
  await proxy.stop();
  await venues.stop();
});

/** A process that asks the venues, on the database as it is now. Its end is a kill: nothing of it is told or written. */
function startProcess(): AskedVenues {
  const quiet = () => undefined;
  const log = {
    debug: quiet,
    info: quiet,
    warn: (_fields: unknown, message: string) => void warnings.push(message),
    error: quiet,
  };
  const pool = { query: (text: string, values: readonly unknown[]) => query(text, values) } as never;
  const config = {
    venues: VENUE_ADAPTERS,
    venueRoots: new Map([['binance', { ws: 'ws://localhost', rest }]]),
  };
  const made = createVenueRequests({ config, pool, clock, random: () => 0.5, log });
  processes.push(made);
  return made;
}

/** Runs a real process until it has asked once and what it learned is stored, then kills it. */
async function runProcess(): Promise<{ failure: string; untilMs: number; asked: number }> {
  const { host, port, user, password, database } = postgres.database.writer.options;
  const source = join(import.meta.dirname, '../../testing');
  const given = JSON.stringify({ database: { host, port, user, password, database }, rest });
  const child = fork(join(source, 'asking-process.mjs'), [given], {
    execArgv: [
      '--experimental-transform-types',
      '--no-warnings',
      '--conditions=orderfox-src',
      `--import=${pathToFileURL(join(source, 'source-loader.mjs')).href}`,
    ],
  });
  const ended = once(child, 'exit');
  try {
    const [told] = (await once(child, 'message')) as [{ failure: string; untilMs: number }];
    if (told.failure !== 'none') await waitFor(async () => (await stored()).length === 1);
    return { ...told, asked: asked() };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const ask = async ({ requests }: AskedVenues): Promise<VenueError | undefined> => {
  try {
    await requests.fetch(`${rest}/fapi/v1/time`, { kind: 'CATALOGUE' });
  } catch (error) {
    if (error instanceof VenueError) return error;
    throw error;
  }
  return undefined;
};
const stored = async () => {
  const { rows } = await postgres.database.writer.query<Record<string, unknown>>(
    'SELECT venue, root, failure, status, strikes, from_time, until_time FROM venue_ban',
  );
  return rows;
};
const asked = () => proxy.asked.length;

describe('F29: a ban', () => {
  test('is stored when it begins, and holds for the next process until its end, and no longer', async () => {
    venues.faults('binance').set({ rest: { status: 418, retryAfterSeconds: 300 } });
    const first = startProcess();
    expect(await ask(first)).toMatchObject({ failure: 'BANNED', untilMs: NOW + 300_000 });
    await waitFor(async () => (await stored()).length === 1);
    expect(await stored()).toEqual([
      {
        venue: 'binance',
        root: rest,
        failure: 'BANNED',
        status: 418,
        strikes: 1,
        from_time: new Date(NOW),
        until_time: new Date(NOW + 300_000),
      },
    ]);
    expect(warnings).toEqual([
      'a venue is not asked for a time: it banned this address for asking too often (HTTP 418)',
    ]);

    // Killed, and started again and again: nobody asks.
    venues.faults('binance').set({ rest: undefined });
    const before = asked();
    for (let restart = 0; restart < 3; restart += 1) {
      clock.advance(60_000);
      const again = startProcess();
      expect(await ask(again)).toMatchObject({ failure: 'BANNED', untilMs: NOW + 300_000 });
      expect(again.requests.state('binance')).toMatchObject({
        state: 'BANNED',
        sinceMs: NOW,
        untilMs: NOW + 300_000,
      });
    }
    expect(asked()).toBe(before);
    clock.advance(119_999);
    expect(await ask(startProcess())).toMatchObject({ failure: 'BANNED' });
    clock.advance(1);
    const after = startProcess();
    expect(await ask(after)).toBeUndefined();
    expect(asked()).toBe(before + 1);
    // The others were never concerned.
    expect(after.requests.state('okx')?.state).toBe('CONNECTING');
  });

  test('is kept by a process that is killed in it, and by the one that is started then', async () => {
    venues.faults('binance').set({ rest: { status: 418, retryAfterSeconds: 300 } });
    const first = await runProcess();
    expect(first).toMatchObject({ failure: 'BANNED', asked: 1 });
    venues.faults('binance').set({ rest: undefined });
    const second = await runProcess();
    expect(second.failure).toBe('BANNED');
    // By another clock it may be a millisecond.
    expect(Math.abs(second.untilMs - first.untilMs)).toBeLessThanOrEqual(5);
    expect(second.asked).toBe(1);
    await postgres.database.writer.query('DELETE FROM venue_ban');
    expect(await runProcess()).toMatchObject({ failure: 'none', asked: 2 });
  });

  test('of another address does not hold at this one', async () => {
    const repository = new VenueBanRepository(
      postgres.database.writer,
      new Map([['binance', 'https://elsewhere.example']]),
    );
    const pause: VenuePause = {
      venue: 'binance',
      failure: 'BANNED',
      words: 'banned this address',
      status: 418,
      sinceMs: NOW,
      untilMs: NOW + 60_000,
      strikes: 1,
    };
    await repository.save(pause);
    expect(await repository.list()).toEqual([pause]);
    expect(await ask(startProcess())).toBeUndefined();
  });

  test('is written as soon as the database is back', async () => {
    query = () => Promise.reject(new Error('the database is away'));
    venues.faults('binance').set({ rest: { status: 418, retryAfterSeconds: 300 } });
    const made = startProcess();
    const refused = ask(made);
    expect((await refused)?.failure).toBe('BANNED');
    await waitFor(() => warnings.includes('a ban of a venue cannot be kept for the next start yet'));
    expect(made.keeper.unwritten).toBe(1);
    query = (text, values) => postgres.database.writer.query(text, [...values]);
    clock.advance(1_000);
    await waitFor(async () => (await stored()).length === 1);
    await waitFor(() => made.keeper.unwritten === 0);
  });

  test('that cannot be read does not keep from asking, and holds from when it can be', async () => {
    venues.faults('binance').set({ rest: { status: 418, retryAfterSeconds: 300 } });
    const first = startProcess();
    await ask(first);
    await waitFor(async () => (await stored()).length === 1);
    venues.faults('binance').set({ rest: undefined });

    query = () => Promise.reject(new Error('the database is away'));
    const second = startProcess();
    expect(await ask(second)).toBeUndefined();
    expect(warnings.at(-1)).toContain('they are asked as if none had to');
    query = (text, values) => postgres.database.writer.query(text, [...values]);
    clock.advance(1_000);
    await waitFor(() => second.requests.state('binance')?.state === 'BANNED');
    expect(await ask(second)).toMatchObject({ failure: 'BANNED', untilMs: NOW + 300_000 });
  });

  test('is waited for five seconds where the database hangs', async () => {
    query = () => NEVER;
    const made = startProcess();
    const answer = ask(made);
    const before = asked();
    clock.advance(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked()).toBe(before);
    clock.advance(1);
    expect(await answer).toBeUndefined();
  });
});
