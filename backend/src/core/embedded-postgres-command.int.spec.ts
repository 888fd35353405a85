import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { waitFor } from '@orderfox/testing';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgresBinaries } from './embedded-postgres-binaries.js';
import { POSTGRES_USER, prepareCluster, prepareSocketDirectory } from './embedded-postgres-cluster.js';
import { PostgresCommand } from './embedded-postgres-command.js';
import { PostgresServer } from './embedded-postgres-server.js';

const NO_TOOLS: readonly string[] = [];
/** Only root may become somebody else: run as another user these tests cannot show anything. */
const asRoot = userInfo().uid === 0 ? test : test.skip;

let directory: string;
let files: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  files = join(directory, 'postgres');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function runs(command: PostgresCommand): Promise<void> {
  const binaries = await findPostgresBinaries();
  await prepareCluster(files, binaries, command);
  const host = await prepareSocketDirectory(files, command);
  const server = await PostgresServer.start({
    command,
    program: binaries.postgres,
    arguments: ['-D', files, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${host}`],
    clock: systemClock,
    onLine: () => undefined,
  });
  const client = new Client({ host, user: POSTGRES_USER, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await expect(client.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  } finally {
    await client.end();
    await server.stop(5_000);
  }
  expect(server.pid).toBeUndefined();
}

describe('PostgresCommand', () => {
  asRoot('under root without user namespaces, Postgres and its files belong to nobody', async () => {
    await chmod(directory, 0o711);
    await runs(await PostgresCommand.find(await findPostgresBinaries(), NO_TOOLS));
    expect((await stat(join(files, 'base'))).uid).toBe(65_534);
  });

  asRoot('files change hands when the way to run Postgres has changed', async () => {
    await chmod(directory, 0o711);
    await runs(await PostgresCommand.find(await findPostgresBinaries()));
    const before = (await stat(join(files, 'base'))).uid;
    await runs(await PostgresCommand.find(await findPostgresBinaries(), NO_TOOLS));
    await runs(await PostgresCommand.find(await findPostgresBinaries()));
    expect((await stat(join(files, 'base'))).uid).toBe(before);
  });

  asRoot('says what to do when root can become nobody else', async () => {
    const closed = { initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres') };
    await expect(PostgresCommand.find(closed, NO_TOOLS)).rejects.toMatchObject({
      failure: 'NO_USER',
      message: expect.stringMatching(/ordinary user.*DATABASE_URL/),
    });
  });

  test('a server that is stopped in the middle of a transaction stops all the same', async () => {
    const command = await PostgresCommand.find(await findPostgresBinaries());
    const binaries = await findPostgresBinaries();
    await prepareCluster(files, binaries, command);
    const host = await prepareSocketDirectory(files, command);
    const lines: string[] = [];
    const server = await PostgresServer.start({
      command,
      program: binaries.postgres,
      arguments: ['-D', files, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${host}`],
      clock: systemClock,
      onLine: (line) => void lines.push(line),
    });
    const client = new Client({ host, user: POSTGRES_USER, database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN; CREATE TABLE half (n int)');
    await server.stop(10_000);
    await waitFor(() => lines.some((line) => line.includes('database system is shut down')));
    await client.end().catch(() => undefined);
  });
});
