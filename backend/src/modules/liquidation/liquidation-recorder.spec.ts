import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Liquidation, type RecordedLiquidation, type Refusal } from '@orderfox/domain';
import { FakeClock, waitFor } from '@orderfox/testing';
import fc from 'fast-check';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketBus } from '../../core/market-bus.js';
import { liquidationForTests, liquidationsForTests } from '../../testing/liquidations-for-tests.js';
import { StoreForTests } from '../../testing/store-for-tests.js';
import { LiquidationRecorder } from './liquidation-recorder.js';
import { LiquidationSpool } from './liquidation-spool.js';
import { type RecorderLimits, type RecorderStatus } from './recorder-status.js';

let directory: string;
let clock: FakeClock;
let store: StoreForTests;
let published: RecordedLiquidation[];
let refusals: Refusal[];
let dropped: Liquidation[];
let states: RecorderStatus['state'][];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderfox-recorder-'));
  clock = new FakeClock();
  store = new StoreForTests();
  [published, refusals, dropped, states] = [[], [], [], []];
});
afterEach(() => rm(directory, { recursive: true }));

interface Setup extends Partial<RecorderLimits> {
  readonly spoolBytes?: number;
  readonly spoolPath?: string;
  readonly spool?: LiquidationSpool;
}

function newRecorder({ spoolBytes, spoolPath, spool, ...limits }: Setup = {}): LiquidationRecorder {
  const bus = new MarketBus((error) => {
    throw error;
  });
  bus.subscribe('liquidation-recorded', ({ liquidation }) => void published.push(liquidation));
  return new LiquidationRecorder({
    store,
    bus,
    clock,
    limits,
    spool:
      spool ??
      new LiquidationSpool({
        path: spoolPath ?? join(directory, 'spool'),
        onDamage: () => undefined,
        ...(spoolBytes !== undefined && { limitBytes: spoolBytes }),
      }),
    quarantine: { keep: (rows) => void refusals.push(...rows) },
    onStatus: ({ state }) => void states.push(state),
    onDrop: (events) => void dropped.push(...events),
  });
}

const keys = (events: readonly Liquidation[]) => events.map(({ eventKey }) => eventKey);

/** Moves the clock on until the condition holds; work on disk takes its own time in between. */
function until(condition: () => boolean, stepMs = 50): Promise<unknown> {
  return waitFor(() => {
    clock.advance(stepMs);
    return condition();
  });
}

describe('LiquidationRecorder', () => {
  test('records what is offered and publishes it after the commit, in seq order', async () => {
    const recorder = newRecorder();
    await recorder.start();
    store.answer = () => expect(published).toEqual([]);
    recorder.offer(liquidationsForTests(3));
    await waitFor(() => published.length === 3);
    expect(published).toEqual(store.rows);
    expect(published.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(recorder.status()).toMatchObject({ state: 'RECORDING', recorded: 3, duplicates: 0, waiting: 0 });
    await recorder.stop();
  });

  test('publishes nothing twice and counts duplicates (F18)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    for (let n = 0; n < 100; n += 1) recorder.offer([liquidationForTests(1)]);
    recorder.offer([liquidationForTests(2)]);
    await until(() => recorder.status().waiting === 0);
    expect(keys(published)).toEqual(keys([liquidationForTests(1), liquidationForTests(2)]));
    expect(recorder.status()).toMatchObject({ recorded: 2, duplicates: 99 });
    await recorder.stop();
  });

  test('writes a single event at once, and gathers a burst into batches of at most 200', async () => {
    const recorder = newRecorder({ gatherMs: 20 });
    await recorder.start();
    await waitFor(() => clock.pendingDelaysMs().length > 0);
    recorder.offer([liquidationForTests(0)]);
    await waitFor(() => published.length === 1);
    recorder.offer(liquidationsForTests(3, 1));
    await waitFor(() => clock.pendingDelaysMs().includes(20));
    recorder.offer(liquidationsForTests(7, 4));
    clock.advance(19);
    expect(store.batches).toEqual([1]);
    clock.advance(1);
    await waitFor(() => published.length === 11);
    recorder.offer(liquidationsForTests(450, 100));
    await waitFor(() => published.length === 411);
    clock.advance(20);
    await waitFor(() => published.length === 461);
    expect(store.batches).toEqual([1, 10, 200, 200, 50]);
    await recorder.stop();
  });

  test('keeps events in memory while the database is away, with growing pauses, and goes on in order (F35)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    await waitFor(() => store.batches.length === 0);
    store.away = true;
    const receivedTimeMs = clock.nowMs() - 5;
    recorder.offer([liquidationForTests(0, { receivedTimeMs })]);
    await waitFor(() => recorder.status().state === 'BUFFERING');
    expect(recorder.status()).toMatchObject({
      lastError: 'connect ECONNREFUSED',
      unsafeSinceMs: receivedTimeMs,
      waiting: 1,
    });
    const tries = store.batches.length;
    for (let second = 0; second < 30; second += 1) {
      recorder.offer(liquidationsForTests(10, 1 + second * 10));
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(store.batches.length - tries).toBeLessThan(15);
    store.away = false;
    await until(() => published.length === 301);
    expect(keys(published)).toEqual(keys([liquidationForTests(0), ...liquidationsForTests(300, 1)]));
    expect(recorder.status()).toMatchObject({ state: 'RECORDING', waiting: 0, dropped: 0 });
    expect(recorder.status()).not.toHaveProperty('unsafeSinceMs');
    expect(states).toEqual(['BUFFERING', 'RECORDING']);
    await recorder.stop();
  });

  test('moves memory to disk before it is full, and after a minute, and replays it in order (F37)', async () => {
    const recorder = newRecorder({ events: 1_000 });
    await recorder.start();
    store.away = true;
    for (let n = 0; n < 60; n += 1) {
      recorder.offer(liquidationsForTests(100, n * 100));
      await until(() => recorder.status().waiting < 500, 1);
    }
    expect(recorder.status().state).toBe('SPOOLING');
    clock.advance(61_000);
    await until(() => recorder.status().waiting === 0, 1_000);
    expect(recorder.status()).toMatchObject({ spooled: 6_000, dropped: 0 });
    expect(recorder.status()).not.toHaveProperty('unsafeSinceMs');
    store.away = false;
    recorder.offer(liquidationsForTests(10, 9_000));
    await until(() => published.length === 6_010, 500);
    expect(keys(published)).toEqual(
      keys([...liquidationsForTests(6_000), ...liquidationsForTests(10, 9_000)]),
    );
    await until(() => recorder.status().state === 'RECORDING');
    expect(recorder.status()).toMatchObject({ recorded: 6_010, duplicates: 0, spooled: 0 });
    expect(await readFile(join(directory, 'spool'), 'utf8')).toBe('');
    await recorder.stop();
  });

  test('writes nothing newer while older events are on their way to a slow disk', async () => {
    const disk = Promise.withResolvers<undefined>();
    class SlowSpool extends LiquidationSpool {
      override async append(events: readonly Liquidation[]) {
        await disk.promise;
        return super.append(events);
      }
    }
    const spool = new SlowSpool({ path: join(directory, 'spool'), onDamage: () => undefined });
    const recorder = newRecorder({ events: 1_200, spool });
    await recorder.start();
    const database = Promise.withResolvers<undefined>();
    store.answer = () => database.promise;
    recorder.offer(liquidationsForTests(10));
    await waitFor(() => store.batches.length === 1);
    recorder.offer(liquidationsForTests(1_150, 10));
    recorder.offer(liquidationsForTests(10, 1_160));
    store.answer = () => undefined;
    database.resolve(undefined);
    await until(() => published.length === 10);
    expect(recorder.status()).toMatchObject({ waiting: 1_160, recorded: 10 });
    disk.resolve(undefined);
    await until(() => published.length === 1_170);
    expect(keys(published)).toEqual(keys(liquidationsForTests(1_170)));
    await recorder.stop();
  });

  test('takes up the spool of an earlier process before anything new', async () => {
    store.away = true;
    const earlier = newRecorder();
    await earlier.start();
    earlier.offer(liquidationsForTests(300));
    await earlier.stop();
    expect(published).toEqual([]);
    store.away = false;
    const next = newRecorder();
    next.offer(liquidationsForTests(5, 300));
    await next.start();
    await until(() => published.length === 305);
    expect(keys(published)).toEqual(keys(liquidationsForTests(305)));
    await next.stop();
    expect(dropped).toEqual([]);
  });

  test('says FULL, counts and hands over what is lost, and recovers, when disk and memory are full', async () => {
    const recorder = newRecorder({ events: 20, spoolBytes: 20_000 });
    await recorder.start();
    store.away = true;
    let offered = 0;
    await until(() => {
      recorder.offer(liquidationsForTests(5, offered));
      offered += 5;
      return recorder.status().state === 'FULL';
    });
    const status = recorder.status();
    expect(status.dropped).toBeGreaterThan(0);
    expect(status.lostSinceMs).toBe(dropped[0]?.receivedTimeMs);
    store.away = false;
    await until(() => recorder.status().state === 'RECORDING');
    expect(recorder.status()).not.toHaveProperty('lostSinceMs');
    expect(published.length + dropped.length).toBe(offered);
    expect([...keys(published), ...keys(dropped)].sort()).toEqual(
      [...keys(liquidationsForTests(offered))].sort(),
    );
    await recorder.stop();
  });

  test('goes on recording when the disk for the spool cannot be used', async () => {
    const recorder = newRecorder({ events: 100, spoolPath: join(directory, 'missing', 'spool') });
    await recorder.start();
    recorder.offer(liquidationsForTests(3));
    await until(() => published.length === 3);
    store.away = true;
    recorder.offer(liquidationsForTests(130, 3));
    await until(() => recorder.status().state === 'FULL');
    expect(dropped).toHaveLength(30);
    store.away = false;
    await until(() => published.length === 103);
    await until(() => recorder.status().state === 'RECORDING');
    await recorder.stop();
  });

  test('finds a row that the database refuses, sets it apart and records the rest', async () => {
    const recorder = newRecorder();
    const poison = new Set(keys([liquidationForTests(13), liquidationForTests(150)]));
    store.refuse = (events) => {
      if (keys(events).some((key) => poison.has(key)))
        throw Object.assign(new Error('numeric field overflow'), { code: '22003' });
    };
    await recorder.start();
    recorder.offer(liquidationsForTests(200));
    await until(() => recorder.status().waiting === 0 && published.length === 198);
    expect(refusals.map(({ detail }) => detail)).toEqual(
      Array(2).fill('the database refuses it: numeric field overflow'),
    );
    expect(refusals.map(({ raw }) => raw)).toEqual([
      liquidationForTests(13).raw,
      liquidationForTests(150).raw,
    ]);
    expect(recorder.status()).toMatchObject({ recorded: 198, quarantined: 2, state: 'RECORDING' });
    await recorder.stop();
  });

  test.each(['53100', '25006', '57P03', '40001', '55P03', '42P01', '08006', undefined])(
    'keeps trying after an error that passes (%s), and quarantines nothing (F38)',
    async (code) => {
      const recorder = newRecorder();
      let failures = 3;
      store.refuse = () => {
        if ((failures -= 1) >= 0)
          throw Object.assign(new Error('not now'), code === undefined ? {} : { code });
      };
      await recorder.start();
      recorder.offer(liquidationsForTests(3));
      await until(() => published.length === 3);
      expect(refusals).toEqual([]);
      await recorder.stop();
    },
  );

  test('publishes once what was committed although the answer was lost (F42)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    recorder.offer(liquidationsForTests(2));
    await until(() => published.length === 2);
    let lost = true;
    store.answer = () => {
      if (!lost) return;
      lost = false;
      throw Object.assign(new Error('Connection terminated unexpectedly'), {});
    };
    recorder.offer(liquidationsForTests(3, 2));
    await until(() => recorder.status().state === 'RECORDING' && published.length === 5);
    recorder.offer(liquidationsForTests(1, 9));
    await until(() => published.length === 6);
    expect(published.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    await recorder.stop();
  });

  test('publishes what another writer recorded in between, in order', async () => {
    const recorder = newRecorder();
    await store.record(liquidationsForTests(4), 0);
    await recorder.start();
    recorder.offer([liquidationForTests(10)]);
    await until(() => published.length === 1);
    await store.record(liquidationsForTests(3, 20), 0);
    recorder.offer([liquidationForTests(11)]);
    await until(() => published.length === 5);
    expect(published.map(({ seq }) => seq)).toEqual([5, 6, 7, 8, 9]);
    await recorder.stop();
  });

  test('does not forget that the spool cannot be read while nothing else waits', async () => {
    class UnreadableSpool extends LiquidationSpool {
      override read(): Promise<never> {
        return Promise.reject(new Error('EIO: i/o error, read'));
      }
    }
    const spool = new UnreadableSpool({ path: join(directory, 'spool'), onDamage: () => undefined });
    await spool.append(liquidationsForTests(1));
    const recorder = newRecorder({ spool });
    await recorder.start();
    await waitFor(() => clock.pendingDelaysMs().length > 0);
    await waitFor(() => recorder.status().lastError !== undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.status()).toMatchObject({ spooled: 1, lastError: 'EIO: i/o error, read' });
    await recorder.stop();
  });

  test('stops with everything written, and takes no more', async () => {
    const recorder = newRecorder();
    await recorder.start();
    recorder.offer(liquidationsForTests(1_000));
    await Promise.all([recorder.stop(), recorder.stop()]);
    expect(store.rows).toHaveLength(1_000);
    recorder.offer([liquidationForTests(5_000)]);
    expect(keys(dropped)).toEqual(keys([liquidationForTests(5_000)]));
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('stops within its time when the database never answers, with everything on disk (F43)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    recorder.offer(liquidationsForTests(1));
    await until(() => published.length === 1);
    store.refuse = () => new Promise(() => undefined);
    recorder.offer(liquidationsForTests(450, 1));
    await until(() => store.batches.length === 2);
    const stopped = recorder.stop();
    clock.advance(5_000);
    await stopped;
    expect(dropped).toEqual([]);
    store.refuse = () => undefined;
    const next = newRecorder();
    await next.start();
    await until(() => next.status().spooled === 0);
    await next.stop();
    expect(keys(store.rows)).toEqual(keys(liquidationsForTests(451)));
  });

  test('loses and doubles nothing through any sequence of outages, lost answers, restarts and full memory', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('offer' as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constantFrom('away', 'back', 'lose an answer', 'restart', 'wait') }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        [store, published, dropped] = [new StoreForTests(), [], []];
        const setup = { events: 60, spoolPath: join(directory, `spool-${(run += 1)}`) };
        let recorder = newRecorder(setup);
        await recorder.start();
        let offered = 0;
        for (const next of steps) {
          if (next.kind === 'offer' && 'count' in next) {
            await until(() => recorder.status().waiting < 30);
            // Every event comes twice, as from two overlapping sockets.
            recorder.offer(liquidationsForTests(next.count, offered));
            recorder.offer(liquidationsForTests(Math.min(next.count, 10), offered));
            offered += next.count;
          } else if (next.kind === 'restart') {
            await recorder.stop();
            recorder = newRecorder(setup);
            await recorder.start();
          } else if (next.kind === 'lose an answer') {
            store.answer = () => {
              store.answer = () => undefined;
              throw new Error('Connection terminated unexpectedly');
            };
          } else if (next.kind === 'wait') {
            clock.advance(500);
            await new Promise((resolve) => setImmediate(resolve));
          } else store.away = next.kind === 'away';
        }
        store.away = false;
        await until(() => store.rows.length === offered && recorder.status().state === 'RECORDING', 500);
        await recorder.stop();
        expect(dropped).toEqual([]);
        expect(new Set(keys(store.rows)).size).toBe(offered);
        // The bus of one process is an unbroken stretch of the stream; a restart may skip what resume will bring.
        const seqs = published.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('publishes what another process recorded first, although it has the same events', async () => {
    const recorder = newRecorder();
    await recorder.start();
    recorder.offer([liquidationForTests(0)]);
    await until(() => published.length === 1);
    await store.record(liquidationsForTests(3, 1), 0);
    recorder.offer(liquidationsForTests(3, 1));
    await until(() => published.length === 4);
    expect(published).toEqual(store.rows);
    await recorder.stop();
  });

  test('says within seconds that it is not recording while the database hangs', async () => {
    const recorder = newRecorder();
    await recorder.start();
    let release = (): void => undefined;
    store.answer = () => new Promise<void>((resolve) => (release = resolve));
    recorder.offer([liquidationForTests(0, { receivedTimeMs: clock.nowMs() })]);
    await until(() => states.at(-1) === 'BUFFERING', 500);
    release();
    await until(() => states.at(-1) === 'RECORDING');
    expect(published).toHaveLength(1);
    await recorder.stop();
  });
});
