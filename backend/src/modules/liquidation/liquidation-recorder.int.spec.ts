import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DecimalString, type Liquidation, type RecordedLiquidation } from '@orderfox/domain';
import { systemClock } from '@orderfox/feed';
import { waitFor } from '@orderfox/testing';
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataDirectory } from '../../core/data-directory.js';
import { Database } from '../../core/database.js';
import { MarketBus } from '../../core/market-bus.js';
import { identifyProcess } from '../../core/process-identity.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { liquidationForTests, liquidationsForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRecorder } from './liquidation-recorder.js';
import { LiquidationSpool } from './liquidation-spool.js';
import { LiquidationRepository } from './liquidation.repository.js';
import { QuarantineRepository } from './quarantine.repository.js';
import { type RecorderLimits } from './recorder-status.js';

const SLOW = { withinMs: 30_000 };
const ALL = Number.MAX_SAFE_INTEGER - 1;
const keys = (events: readonly Liquidation[]) => events.map(({ eventKey }) => eventKey);

describe('LiquidationRecorder on Postgres', () => {
  let postgres: PostgresForTests;
  let published: RecordedLiquidation[];
  let recorders: LiquidationRecorder[];
  let quarantine: QuarantineRepository;

  beforeAll(async () => {
    postgres = await PostgresForTests.start();
  }, 60_000);
  beforeEach(async () => {
    [published, recorders] = [[], []];
    quarantine = new QuarantineRepository(postgres.database, systemClock);
    await postgres.database.writer.query(
      'TRUNCATE liquidation, quarantine; UPDATE liquidation_cursor SET last_seq = 0',
    );
  });
  afterEach(async () => {
    for (const recorder of recorders) await recorder.stop();
    await quarantine.close();
  });
  afterAll(() => postgres.dispose());

  function newRecorder(limits: Partial<RecorderLimits> = {}): LiquidationRecorder {
    const bus = new MarketBus((error) => {
      throw error;
    });
    bus.subscribe('liquidation-recorded', ({ liquidation }) => void published.push(liquidation));
    const recorder = new LiquidationRecorder({
      store: new LiquidationRepository(postgres.database),
      spool: new LiquidationSpool({
        path: join(postgres.directory.path, 'liquidations.spool'),
        onDamage: () => undefined,
      }),
      bus,
      quarantine,
      clock: systemClock,
      limits,
    });
    recorders.push(recorder);
    return recorder;
  }

  /** The ledger: what is stored is what was offered, once each, seq without a hole, and the bus said the same. */
  async function expectLedger(offered: readonly Liquidation[]): Promise<void> {
    const repository = new LiquidationRepository(postgres.database);
    // The server may be on its way back.
    const stored = await waitFor(() => repository.readAfter({}, 0, ALL, 1_000_000), SLOW);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(keys(stored).sort()).toEqual(keys(offered).sort());
    expect(published).toEqual(stored);
  }

  test('survives a Postgres that is killed again and again in a burst (F36)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    const events = liquidationsForTests(6_000);
    let killedAt = 0;
    for (let at = 0; at < events.length; at += 50) {
      recorder.offer(events.slice(at, at + 50));
      // Twice, as from two sockets.
      recorder.offer(events.slice(at, at + 5));
      await waitFor(() => published.length >= at - 500, SLOW);
      if (published.length >= killedAt + 1_500) {
        killedAt = published.length;
        postgres.kill();
      }
    }
    await waitFor(() => published.length === events.length, SLOW);
    expect(killedAt).toBeGreaterThan(0);
    await expectLedger(events);
    expect(recorder.status()).toMatchObject({ state: 'RECORDING', dropped: 0, quarantined: 0 });
  }, 60_000);

  test('spools while Postgres is stopped and replays when it is back, nothing lost, nothing doubled (F37)', async () => {
    const recorder = newRecorder({ events: 2_000 });
    await recorder.start();
    recorder.offer(liquidationsForTests(100));
    await waitFor(() => published.length === 100);
    await postgres.stop();
    for (let at = 100; at < 9_100; at += 500) {
      recorder.offer(liquidationsForTests(500, at));
      await waitFor(() => recorder.status().waiting < 1_000);
    }
    expect(recorder.status()).toMatchObject({ state: 'SPOOLING', dropped: 0 });
    expect(recorder.status().spooled).toBeGreaterThan(7_000);
    await postgres.start();
    await waitFor(() => recorder.status().state === 'RECORDING', SLOW);
    await expectLedger(liquidationsForTests(9_100));
    expect(keys(published)).toEqual(keys(liquidationsForTests(9_100)));
  }, 60_000);

  test('hands over to the next process through the spool when it is stopped while Postgres is away (F43)', async () => {
    const first = newRecorder({ flushMs: 300 });
    await first.start();
    await postgres.stop();
    first.offer(liquidationsForTests(700));
    await first.stop();
    expect(first.status()).toMatchObject({ spooled: 700, waiting: 0, dropped: 0 });
    await postgres.start();
    const second = newRecorder();
    await second.start();
    second.offer(liquidationsForTests(100, 650));
    await waitFor(() => published.length === 750, SLOW);
    await expectLedger(liquidationsForTests(750));
    expect(second.status()).toMatchObject({ recorded: 750, duplicates: 50, spooled: 0 });
  }, 60_000);

  test('waits while the table is locked, and goes on after (F39)', async () => {
    const recorder = newRecorder();
    await recorder.start();
    recorder.offer(liquidationsForTests(1));
    await waitFor(() => published.length === 1);
    const holder = await postgres.database.writer.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE liquidation IN ACCESS EXCLUSIVE MODE');
      recorder.offer(liquidationsForTests(50, 1));
      await waitFor(() => recorder.status().state === 'BUFFERING', SLOW);
      await waitFor(() => recorder.status().lastError?.includes('lock timeout'), SLOW);
      await holder.query('COMMIT');
    } finally {
      holder.release();
    }
    await waitFor(() => published.length === 51, SLOW);
    await expectLedger(liquidationsForTests(51));
  }, 60_000);

  test('isolates rows that Postgres cannot hold, keeps them in quarantine and records the rest', async () => {
    const recorder = newRecorder();
    await recorder.start();
    // Hardly compressible, so that it cannot be made to fit an index page.
    const longKey = Array.from({ length: 4_000 }, (_, n) =>
      ((n * 7_919 * (n + 13)) % 9_973).toString(36),
    ).join('');
    const poison = [
      liquidationForTests(1_001, { raw: 'a zero \0 byte' }),
      liquidationForTests(1_002, { price: '1e' as DecimalString }),
      liquidationForTests(1_003, { venueTimeMs: Number.NaN }),
      liquidationForTests(1_004, { venueTimeMs: 8.64e15 }),
      liquidationForTests(1_005, { eventKey: longKey }),
      liquidationForTests(1_006, { side: 'NEITHER' as Liquidation['side'] }),
    ];
    const good = liquidationsForTests(150);
    recorder.offer([
      ...good.slice(0, 40),
      ...poison.slice(0, 3),
      ...good.slice(40, 90),
      ...poison.slice(3),
      ...good.slice(90),
    ]);
    await waitFor(() => published.length === 150 && recorder.status().waiting === 0, SLOW);
    expect(recorder.status()).toMatchObject({ recorded: 150, quarantined: 6, state: 'RECORDING' });
    await expectLedger(good);
    await quarantine.flush();
    await expect(quarantine.counts()).resolves.toEqual([{ venue: 'binance', reason: 'MALFORMED', rows: 6 }]);
    const kept = await quarantine.list('binance', 'MALFORMED', 10);
    expect(kept[0]).toMatchObject({ venueSymbol: 'BTCUSDT', raw: 'a zero \uFFFD byte' });
  }, 60_000);

  test('writes the same rows whatever the time zones of server and session are (F27)', async () => {
    await postgres.database.writer.query(`ALTER DATABASE postgres SET timezone = 'Asia/Kathmandu'`);
    const recorder = newRecorder();
    await recorder.start();
    const event = liquidationForTests(1, { venueTimeMs: Date.parse('2026-03-08T02:30:00.123-05:00') });
    recorder.offer([event]);
    await waitFor(() => published.length === 1);
    const { rows } = await postgres.database.reader.query<{ utc: string; zone: string }>(
      `SELECT to_char(venue_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS utc, current_setting('timezone') AS zone
         FROM liquidation`,
    );
    expect(rows).toEqual([{ utc: '2026-03-08 07:30:00.123000', zone: 'UTC' }]);
    await expectLedger([event]);
  }, 60_000);
});

describe('a recording process that is killed with kill -9', () => {
  test('has committed whatever it published, once, and the next process goes on (F42)', async () => {
    const path = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
    const published: string[] = [];
    const record = async (from: number, count: number, killAt: number) => {
      const source = join(import.meta.dirname, '../../testing');
      const child = fork(join(source, 'recording-process.mjs'), [path, String(from), String(count)], {
        execArgv: [
          '--experimental-transform-types',
          '--no-warnings',
          '--conditions=orderfox-src',
          `--import=${pathToFileURL(join(source, 'source-loader.mjs')).href}`,
        ],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const told = { postmaster: 0, published: 0 };
      child.on('message', (message: { postmaster?: number; published?: string }) => {
        if (message.postmaster !== undefined) told.postmaster = message.postmaster;
        if (message.published === undefined) return;
        published.push(message.published);
        if ((told.published += 1) === killAt) child.kill('SIGKILL');
      });
      await ended;
      return told.postmaster;
    };
    const first = await record(0, 20_000, 3_000);
    // Where the system can tie it to its parent, the server stops by itself; otherwise the next start stops it.
    await record(10_000, 20_000, 4_000);
    await expect(identifyProcess(first)).resolves.toBeUndefined();

    const directory = await DataDirectory.claim(path);
    const database = await Database.open({
      directory,
      migrations: MIGRATIONS,
      entities: [],
      clock: systemClock,
      onNotice: () => undefined,
    });
    try {
      const stored = await new LiquidationRepository(database).readAfter({}, 0, ALL, 1_000_000);
      expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
      const storedKeys = keys(stored);
      expect(new Set(storedKeys).size).toBe(storedKeys.length);
      expect(published.length).toBeGreaterThanOrEqual(7_000);
      expect(published.filter((key) => !storedKeys.includes(key))).toEqual([]);
      expect(new Set(published).size).toBe(published.length);
    } finally {
      await database.close();
      await directory.release();
      await rm(path, { recursive: true, force: true });
    }
  }, 90_000);
});
