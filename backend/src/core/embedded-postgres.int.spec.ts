import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { layEmptyDatabase, waitFor } from '@orderfox/testing';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataDirectory } from './data-directory.js';
import { type DatabaseAddress } from './database-address.js';
import { findPostgresBinaries } from './embedded-postgres-binaries.js';
import { PostgresCommand } from './embedded-postgres-command.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

const FAST = { fsync: 'off' };
let path: string;
let ends: (() => Promise<unknown>)[];
let notices: string[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  ends = [];
  notices = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  await rm(path, { recursive: true, force: true });
});

async function claimed(at = path): Promise<DataDirectory> {
  const directory = await DataDirectory.claim(at);
  ends.push(() => directory.release());
  return directory;
}

/** One in which a database was made before: for what is not about the first start. */
async function claimedWithDatabase(at = path): Promise<DataDirectory> {
  const directory = await claimed(at);
  layEmptyDatabase(directory.path);
  return directory;
}

async function started(directory: DataDirectory): Promise<EmbeddedPostgres> {
  const onNotice = (notice: string) => void notices.push(notice);
  const postgres = await EmbeddedPostgres.start({ directory, clock: systemClock, onNotice, settings: FAST });
  ends.push(() => postgres.stop());
  return postgres;
}

async function ask<T extends object>(address: DatabaseAddress, sql: string): Promise<T[]> {
  const client = new Client(address);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('EmbeddedPostgres', () => {
  test('makes a database at the first start and finds it again at the next (S013)', async () => {
    const directory = await claimed();
    const first = await started(directory);
    await ask(first.address, `CREATE TABLE kept AS SELECT 'ÄÖ' AS word`);
    await first.stop();
    expect(first.pid).toBeUndefined();
    const second = await started(directory);
    await expect(ask(second.address, 'SELECT lower(word) AS word FROM kept')).resolves.toEqual([
      { word: 'äö' },
    ]);
    expect(notices).toEqual([]);
  });

  test('listens on no network, and lets no other user in', async () => {
    const { address } = await started(await claimedWithDatabase());
    await expect(ask(address, `SELECT current_setting('listen_addresses') AS addresses`)).resolves.toEqual([
      { addresses: '' },
    ]);
    const socket = 'host' in address ? address.host : '';
    expect((await stat(socket)).mode & 0o777).toBe(0o700);
    expect(socket).toBe(join(path, 'postgres', 'socket'));
  });

  test('puts its socket elsewhere when the path is too long for one, and removes it after', async () => {
    const directory = await claimedWithDatabase(join(path, 'd'.repeat(100)));
    const postgres = await started(directory);
    const socket = 'host' in postgres.address ? postgres.address.host : '';
    expect(socket.startsWith(tmpdir())).toBe(true);
    expect((await stat(socket)).mode & 0o777).toBe(0o700);
    await expect(ask(postgres.address, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await postgres.stop();
    await expect(stat(socket)).rejects.toThrow('ENOENT');
  });

  test('works below a directory that only this user may enter', async () => {
    const closed = join(path, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const { address } = await started(await claimed(join(closed, 'data')));
    await expect(ask(address, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  test('comes back by itself after a kill -9, with every committed row (F36)', async () => {
    const postgres = await started(await claimedWithDatabase());
    await ask(postgres.address, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    const before = postgres.pid ?? 0;
    process.kill(before, 'SIGKILL');
    const rows = await waitFor(() => ask(postgres.address, 'SELECT count(*)::int AS n FROM kept'), {
      withinMs: 30_000,
    });
    expect(rows).toEqual([{ n: 1000 }]);
    expect(postgres.pid).not.toBe(before);
    await waitFor(() => notices.includes('Postgres is back'));
    expect(notices[0]).toMatch(/^Postgres ended with SIGKILL; starting it again/);
  });

  test('removes the pid file of a dead server, even if its number lives on as another process', async () => {
    const directory = await claimedWithDatabase();
    const first = await started(directory);
    await first.stop();
    const pidFile = join(path, 'postgres', 'postmaster.pid');
    await writeFile(
      pidFile,
      `${process.pid}\n${path}/postgres\n1700000000\n5432\n${path}/postgres/socket\n\n\nready\n`,
    );
    const second = await started(directory);
    expect(second.pid).not.toBe(process.pid);
    await expect(ask(second.address, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    expect(notices).toEqual([]);
  });

  test('stops a server that an earlier backend left behind, and keeps its rows', async () => {
    const directory = await claimedWithDatabase();
    const first = await started(directory);
    await ask(first.address, 'CREATE TABLE kept AS SELECT generate_series(1, 10) AS n');
    await first.stop();
    const binaries = await findPostgresBinaries();
    const files = join(path, 'postgres');
    const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${files}/socket`];
    const orphan = (await PostgresCommand.find(binaries)).spawn(
      binaries.postgres,
      ['-D', files, ...settings],
      false,
    );
    ends.push(() => Promise.resolve(orphan.kill('SIGKILL')));
    await waitFor(async () => (await readFile(join(files, 'postmaster.pid'), 'utf8')).includes('ready'));
    const second = await started(directory);
    expect(notices).toEqual(['Stopped a Postgres that an earlier run had left behind']);
    await expect(ask(second.address, 'SELECT count(*)::int AS n FROM kept')).resolves.toEqual([{ n: 10 }]);
    await waitFor(() => orphan.exitCode === 0);
  });

  test('starts over when the very first start was killed half way', async () => {
    await mkdir(join(path, 'postgres.new', 'base'), { recursive: true });
    await writeFile(join(path, 'postgres.new', 'PG_VERSION'), '18\n');
    const { address } = await started(await claimed());
    await expect(ask(address, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await expect(readdir(path)).resolves.not.toContain('postgres.new');
  });

  test('says what to do about files of another version, and about files that are no database', async () => {
    const directory = await claimed();
    await mkdir(join(path, 'postgres'));
    await writeFile(join(path, 'postgres', 'notes.txt'), 'mine');
    await expect(started(directory)).rejects.toMatchObject({
      failure: 'INITDB',
      message: expect.stringContaining('DATA_DIR'),
    });
    await expect(readFile(join(path, 'postgres', 'notes.txt'), 'utf8')).resolves.toBe('mine');
    await writeFile(join(path, 'postgres', 'PG_VERSION'), '16\n');
    await expect(started(directory)).rejects.toMatchObject({
      failure: 'OTHER_VERSION',
      message: expect.stringContaining('written by Postgres 16'),
    });
  });

  test('hands over the last words of a server that does not start', async () => {
    const directory = await claimedWithDatabase();
    await (await started(directory)).stop();
    await writeFile(join(path, 'postgres', 'postgresql.conf'), 'shared_buffers = nonsense');
    await expect(started(directory)).rejects.toMatchObject({
      failure: 'START',
      message: expect.stringMatching(/shared_buffers[\s\S]*DATABASE_URL/),
    });
  });

  test('keeps its log in the data directory', async () => {
    const postgres = await started(await claimedWithDatabase());
    await ask(postgres.address, 'SELECT 1/0').catch(() => undefined);
    const log = await waitFor(async () => {
      const text = await readFile(join(path, 'postgres.log'), 'utf8');
      return text.includes('division by zero') && text;
    });
    expect(log).not.toContain('SELECT 1/0');
  });
});
