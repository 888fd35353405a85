import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { archiveDays } from './archive-days.js';
import { ARCHIVE_FOLDER } from './modules/archive/create-archive.js';
import { OpenInterestRepository } from './modules/open-interest/open-interest.repository.js';
import { CatalogueRepository } from './modules/symbols/catalogue.repository.js';
import { instrument } from './modules/symbols/symbols-for-tests.js';
import { PostgresForTests } from './testing/postgres-for-tests.js';

const NOW_MS = Date.now();
const PEPE = { venue: 'bybit', venueSymbol: '1000PEPEUSDT', symbol: 'PEPEUSDT' };

let postgres: PostgresForTests;
let folder: string;
let environment: Readonly<Record<string, string>>;
const warnings: string[] = [];
const quiet = () => undefined;
const log = {
  debug: quiet,
  info: quiet,
  warn: (_: object, message: string) => void warnings.push(message),
  error: quiet,
};

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  folder = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  const { rows } = await postgres.database.reader.query<{ host: string; user: string; name: string }>(
    `SELECT current_setting('unix_socket_directories') AS host, current_user AS user, current_database() AS name`,
  );
  const { host = '', user = '', name = '' } = rows[0] ?? {};
  environment = {
    DATA_DIR: folder,
    DATABASE_URL: `postgres://${user}@localhost:5432/${name}?host=${encodeURIComponent(host)}`,
    ARCHIVE_KEEP_FREE_MB: '0',
    SYMBOLS: '1000PEPEUSDT,NEVERUSDT',
    SIMULATED: 'true',
  };
}, 60_000);
afterAll(async () => {
  await postgres.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('days are archived by the names that markets had last, and names of no market are told', async () => {
  await new CatalogueRepository(postgres.database.writer).write('bybit', {
    fetchedMs: NOW_MS,
    instruments: [instrument({ ...PEPE, baseAsset: 'PEPE' })],
  });
  const point = { timestampMs: NOW_MS, receivedTimeMs: NOW_MS, isHalved: false };
  await new OpenInterestRepository(postgres.database).save([
    { ...PEPE, ...point, openInterest: parseDecimal('1') },
  ]);
  const { trouble } = await archiveDays(environment, '1.2.3', { fromMs: NOW_MS, toMs: NOW_MS, log });
  expect(trouble).toBeUndefined();
  expect(await readdir(join(folder, ARCHIVE_FOLDER, 'bybit'))).toEqual(['PEPEUSDT']);
  expect(warnings).toEqual([expect.stringMatching(/no market .*: NEVERUSDT$/)]);
});

test('what was simulated is not archived as real', async () => {
  const given = { ...environment, SIMULATED: 'false' };
  const days = { fromMs: NOW_MS, toMs: NOW_MS, log };
  await expect(archiveDays(given, '1.2.3', days)).rejects.toMatchObject({ failure: 'OTHER_KIND' });
});
