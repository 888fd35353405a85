import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { ArchiveForTests, NOON, TODAY } from './archive-for-tests.js';
import { DuckDbForTests } from './duckdb-for-tests.js';

let postgres: PostgresForTests;
let archive: ArchiveForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  archive = await ArchiveForTests.make(postgres);
}, 60_000);
afterAll(async () => {
  await archive.dispose();
  await postgres.dispose();
});

describe('an archive whose database goes away', () => {
  test('says so, asks nothing more until later, and goes on when it is back', async () => {
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: TODAY })], NOON);
    await postgres.stop();
    await archive.archiver.look();
    expect(archive.archiver.status).toMatchObject({
      state: 'FAILING',
      detail: 'The database does not answer.',
    });
    expect(archive.archiver.counts).toMatchObject({ files: 0 });
    await postgres.start();
    await archive.archiver.look();
    expect(archive.archiver.status.state).toBe('OK');
    const duckdb = await DuckDbForTests.open();
    const files = archive.path('liquidations/*/*.parquet');
    expect(await duckdb.value(`SELECT count(*)::INTEGER FROM read_parquet('${files}')`)).toBe(1);
    duckdb.close();
    expect(archive.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });
});
