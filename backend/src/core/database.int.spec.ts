import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { waitFor } from '@orderfox/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiquidationTable } from '../modules/liquidation/liquidation.table.js';
import { MIGRATIONS } from '../migrations/index.js';
import { DataDirectory } from './data-directory.js';
import { Database, type DatabaseOptions } from './database.js';
import { type DatabaseAddress } from './database-address.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

let directory: DataDirectory;
let server: EmbeddedPostgres;
let notices: string[];
let open: Database[];

const startServer = () =>
  EmbeddedPostgres.start({
    directory,
    clock: systemClock,
    onNotice: () => undefined,
    settings: { fsync: 'off' },
  });

beforeAll(async () => {
  directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-spec-')));
  server = await startServer();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await directory.release();
  await rm(directory.path, { recursive: true, force: true });
});
beforeEach(() => {
  [notices, open] = [[], []];
});
afterEach(async () => {
  for (const database of open) await database.close();
});

async function opened(fields: Partial<DatabaseOptions> = {}): Promise<Database> {
  const database = await Database.open({
    address: server.address,
    directory,
    migrations: MIGRATIONS,
    entities: [LiquidationTable],
    clock: systemClock,
    onNotice: (notice) => void notices.push(notice),
    ...fields,
  });
  open.push(database);
  return database;
}

/** The address with other parts, as a URL, the way DATABASE_URL gives it. */
function url(parts: {
  readonly user?: string;
  readonly database?: string;
  readonly host?: string;
}): DatabaseAddress {
  const host = parts.host ?? ('host' in server.address ? server.address.host : '');
  const { user = 'orderfox', database = 'postgres' } = parts;
  return {
    connectionString: `postgres://${user}:geheim@localhost:5432/${database}?host=${encodeURIComponent(host)}`,
  };
}

describe('Database', () => {
  test('brings an empty database up to date once, though three backends start together (S013)', async () => {
    const databases = await Promise.all([opened(), opened(), opened()]);
    const { rows } = await databases[0].reader.query<{ name: string }>('SELECT name FROM schema_migration');
    expect(rows).toHaveLength(MIGRATIONS.length);
    expect(notices.filter((notice) => notice.startsWith('Migrated the database'))).toHaveLength(
      MIGRATIONS.length,
    );
    const names = await databases[0].reader.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(names.rows.map(({ name }) => name)).toEqual([
      'book_top',
      'book_top_default',
      'feed_gap',
      'feed_progress',
      'funding',
      'funding_default',
      'liquidation',
      'liquidation_cursor',
      'liquidation_default',
      'liquidation_volume_1d',
      'liquidation_volume_1h',
      'liquidation_volume_1m',
      'open_interest',
      'open_interest_default',
      'quarantine',
      'schema_migration',
      'trade_bar_1h',
      'trade_bar_1h_default',
      'trade_bar_1m',
      'trade_bar_1m_default',
      'trade_gap',
      'trade_gap_default',
      'trade_progress',
      'venue_ban',
      'venue_catalogue',
    ]);
  });

  test('changes nothing at the next start', async () => {
    const before = await (await opened()).reader.query('SELECT store_id FROM liquidation_cursor');
    notices.length = 0;
    const after = await (await opened()).reader.query('SELECT store_id FROM liquidation_cursor');
    expect([after.rows, notices]).toEqual([before.rows, []]);
  });

  test('holds API and writer to their limits, in UTC, with commits that reach the disk (F39)', async () => {
    const { reader, writer, dataSource } = await opened();
    const ask = `SELECT name, setting FROM pg_settings WHERE name IN
      ('TimeZone', 'statement_timeout', 'lock_timeout', 'synchronous_commit') ORDER BY lower(name)`;
    const settings = (rows: { setting: string }[]) => rows.map(({ setting }) => setting);
    expect(settings((await reader.query<{ setting: string }>(ask)).rows)).toEqual([
      '3000',
      '5000',
      'on',
      'UTC',
    ]);
    expect(settings((await writer.query<{ setting: string }>(ask)).rows)).toEqual([
      '3000',
      '15000',
      'on',
      'UTC',
    ]);
    expect(settings(await dataSource.query(ask))).toEqual(['3000', '5000', 'on', 'UTC']);
  });

  test('a writer gets its connection however many queries of the API there are (F40)', async () => {
    const { reader, writer } = await opened();
    const busy = Array.from({ length: 40 }, () => reader.query('SELECT pg_sleep(0.3)'));
    const order: string[] = [];
    const all = Promise.all(busy).then(() => order.push('reads'));
    await writer.query('SELECT 1').then(() => order.push('write'));
    await all;
    expect(order).toEqual(['write', 'reads']);
  });

  test('pools mend themselves after the server was away', async () => {
    const { reader, writer } = await opened();
    await Promise.all([reader.query('SELECT 1'), writer.query('SELECT 1')]);
    await server.stop();
    await expect(reader.query('SELECT 1')).rejects.toThrow();
    server = await startServer();
    await expect(reader.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
    await expect(writer.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test('waits for a server that is not there yet', async () => {
    await server.stop();
    const opening = opened({ waitMs: 30_000 });
    await waitFor(() => notices.length > 0);
    expect(notices[0]).toMatch(/^Waiting for Postgres at the embedded/);
    server = await startServer();
    await expect(opening).resolves.toBeInstanceOf(Database);
  });

  test('says what to do when the server stays away, without the password', async () => {
    const away = opened({ address: { connectionString: 'postgres://me:geheim@127.0.0.1:9/db' }, waitMs: 0 });
    await expect(away).rejects.toMatchObject({ code: 'DATABASE', failure: 'UNREACHABLE' });
    await expect(away).rejects.toThrow(/127\.0\.0\.1:9\/db did not answer within 0 s: .*DATABASE_URL/);
    await expect(away).rejects.not.toThrow('geheim');
  });

  test('does not wait when the server refuses user or database', async () => {
    await expect(opened({ address: url({ user: 'nobody' }) })).rejects.toMatchObject({ failure: 'REFUSED' });
    await expect(opened({ address: url({ database: 'nowhere' }) })).rejects.toThrow(
      /"nowhere" does not exist/,
    );
  });

  test('accepts the address as a URL', async () => {
    const { reader } = await opened({ address: url({}) });
    await expect(reader.query('SELECT current_user AS name')).resolves.toMatchObject({
      rows: [{ name: 'orderfox' }],
    });
  });

  test('leaves a database alone whose migration fails, and says which', async () => {
    class Broken1895219200000 {
      readonly name = 'Broken1895219200000';
      async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
        await runner.query('CREATE TABLE half_made (n int)');
        await runner.query('SELECT nonsense');
      }
      down(): Promise<void> {
        return Promise.resolve();
      }
    }
    const opening = opened({ migrations: [...MIGRATIONS, Broken1895219200000] });
    await expect(opening).rejects.toMatchObject({
      failure: 'MIGRATION',
      message: expect.stringContaining('nonsense'),
    });
    const { rows } = await (await opened()).reader.query(`SELECT to_regclass('half_made') AS made`);
    expect(rows).toEqual([{ made: null }]);
  });
});
