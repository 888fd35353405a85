import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../testing/postgres-for-tests.js';
import { type Log } from './log.js';
import { PartitionKeeper } from './partition-keeper.js';
import { type PartitionedTable } from './partitioned-table.js';

const NOW_MS = Date.parse('2026-11-30T23:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAILY: PartitionedTable = { name: 'kept_daily', column: 'at', span: 'DAY' };
const MONTHLY: PartitionedTable = { name: 'kept_monthly', column: 'at', span: 'MONTH' };

let postgres: PostgresForTests;
let clock: FakeClock;
let warnings: unknown[];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  [clock, warnings] = [new FakeClock(NOW_MS), []];
  for (const { name } of [DAILY, MONTHLY]) {
    await query(`DROP TABLE IF EXISTS ${name}`);
    await query(`CREATE TABLE ${name} (at timestamptz NOT NULL) PARTITION BY RANGE (at)`);
    await query(`CREATE TABLE ${name}_default PARTITION OF ${name} DEFAULT`);
  }
});

const query = (text: string, values: unknown[] = []) => postgres.database.writer.query(text, values);

function keeper(tables: readonly PartitionedTable[], retentionDays = 30): PartitionKeeper {
  const quiet = () => undefined;
  const log: Log = { debug: quiet, info: quiet, warn: (fields) => void warnings.push(fields), error: quiet };
  return new PartitionKeeper({ pool: postgres.database.writer, clock, log, tables, retentionDays });
}

async function partitionsOf({ name }: PartitionedTable): Promise<readonly string[]> {
  const { rows } = await postgres.database.writer.query<{ name: string }>(
    'SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1',
    [name],
  );
  return rows.map((row) => row.name.slice(name.length + 1));
}

async function timesOf({ name }: PartitionedTable): Promise<readonly string[]> {
  const { rows } = await postgres.database.writer.query<{ at: Date }>(`SELECT at FROM ${name} ORDER BY at`);
  return rows.map(({ at }) => at.toISOString());
}

/** A partition for a day that is long gone, as an earlier process left it. */
async function oldDay(day: string): Promise<void> {
  const name = `kept_daily_${day.replaceAll('-', '_')}`;
  await query(`CREATE TABLE ${name} PARTITION OF kept_daily FOR VALUES FROM ('${day}T00:00:00Z')
    TO ('${new Date(Date.parse(day) + DAY_MS).toISOString()}')`);
}

const insert = ({ name }: PartitionedTable, at: string) => query(`INSERT INTO ${name} VALUES ($1)`, [at]);

describe('partitions of market data', () => {
  test('are there before their first row, by day and by month, across the end of a year too', async () => {
    const kept = keeper([DAILY, MONTHLY]);
    await kept.start();
    expect(await partitionsOf(DAILY)).toEqual([
      '2026_11_29',
      '2026_11_30',
      '2026_12_01',
      '2026_12_02',
      'default',
    ]);
    expect(await partitionsOf(MONTHLY)).toEqual(['2026_11', '2026_12', 'default']);
    clock.advance(HOUR_MS - 1);
    expect(await partitionsOf(DAILY)).toHaveLength(5);
    clock.advance(30 * DAY_MS);
    await waitFor(async () => (await partitionsOf(MONTHLY)).includes('2027_01'));
    await kept.stop();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('are dropped when their last row is older than the retention, and not a day sooner', async () => {
    for (const day of ['2026-10-29', '2026-10-30', '2026-10-31', '2026-11-01']) {
      await oldDay(day);
      await insert(DAILY, `${day}T23:59:59Z`);
    }
    await insert(DAILY, '2026-11-30T22:59:59Z');
    const kept = keeper([DAILY]);
    await kept.start();
    await kept.stop();
    expect(await timesOf(DAILY)).toEqual([
      '2026-10-31T23:59:59.000Z',
      '2026-11-01T23:59:59.000Z',
      '2026-11-30T22:59:59.000Z',
    ]);
    expect(kept.counts).toMatchObject({ dropped: 2, failed: 0 });
    expect((await partitionsOf(DAILY)).includes('2026_10_30')).toBe(false);
  });

  test('stay where only the clock says that they are old: it may be wrong, and nothing newer has come', async () => {
    await oldDay('2026-10-01');
    await insert(DAILY, '2026-10-01T12:00:00Z');
    const kept = keeper([DAILY]);
    await kept.start();
    await kept.stop();
    expect(await timesOf(DAILY)).toEqual(['2026-10-01T12:00:00.000Z']);
  });

  test('a row of the far future ages nothing', async () => {
    await oldDay('2026-11-20');
    await insert(DAILY, '2026-11-20T12:00:00Z');
    await insert(DAILY, '2036-01-01T00:00:00Z');
    const kept = keeper([DAILY]);
    await kept.start();
    await kept.stop();
    expect(await timesOf(DAILY)).toEqual(['2026-11-20T12:00:00.000Z', '2036-01-01T00:00:00.000Z']);
  });

  test('what lies in no partition of its own is deleted in time, and keeps its partition from being made only', async () => {
    await insert(DAILY, '2026-10-01T12:00:00Z');
    await insert(DAILY, '2026-11-30T12:00:00Z');
    const kept = keeper([DAILY]);
    await kept.start();
    await kept.stop();
    expect(await timesOf(DAILY)).toEqual(['2026-11-30T12:00:00.000Z']);
    expect(kept.counts).toMatchObject({ deleted: 1, failed: 0 });
    expect(await partitionsOf(DAILY)).toEqual(['2026_11_29', '2026_12_01', '2026_12_02', 'default']);
    expect(warnings).toEqual([]);
  });

  test('a table that somebody holds is looked at again a minute later', async () => {
    const before = keeper([DAILY]);
    await before.start();
    await before.stop();
    await oldDay('2026-09-01');
    await insert(DAILY, '2026-09-01T12:00:00Z');
    await insert(DAILY, '2026-11-30T22:00:00Z');
    const client = await postgres.database.writer.connect();
    await client.query('BEGIN; LOCK TABLE ONLY kept_daily IN ACCESS SHARE MODE');
    const kept = keeper([DAILY]);
    await kept.start();
    expect(kept.counts).toMatchObject({ dropped: 0, failed: 0 });
    await client.query('COMMIT');
    client.release();
    clock.advance(60_000);
    await waitFor(() => kept.counts.dropped === 1);
    await kept.stop();
  });

  test('a table that is not there is said and does not keep the others from theirs', async () => {
    const kept = keeper([{ name: 'kept_nowhere', column: 'at', span: 'DAY' }, DAILY]);
    await kept.start();
    await kept.stop();
    expect(warnings).toEqual([expect.objectContaining({ table: 'kept_nowhere' })]);
    expect(await partitionsOf(DAILY)).toHaveLength(5);
  });
});
