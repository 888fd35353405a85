import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { ArchiveForTests } from './archive-for-tests.js';
import { dayName, dayStart } from './archive-path.js';
import { DuckDbForTests } from './duckdb-for-tests.js';
import { isTemporary } from './durable-file.js';
import { readFacts } from './file-facts.js';

const SCRIPT = join(import.meta.dirname, 'archive-process-for-tests.ts');
/** Lets Node run the sources: `./x.js` there is `x.ts`. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(name, context, next) {
      const isOurs = name.startsWith('.') && name.endsWith('.js') && !context.parentURL?.includes('/node_modules/');
      return next(isOurs ? name.slice(0, -3) + '.ts' : name, context);
    },
  });`)}`;
const KILLS = 10;

let postgres: PostgresForTests;
let duckdb: DuckDbForTests;
let archive: ArchiveForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  duckdb = await DuckDbForTests.open();
  archive = await ArchiveForTests.make(postgres, {}, systemClock.nowMs());
}, 60_000);
afterAll(async () => {
  await archive.dispose();
  duckdb.close();
  await postgres.dispose();
});

function start() {
  const { options } = postgres.database.reader;
  const { host, port, user, database } = options as unknown as Record<string, unknown>;
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--experimental-transform-types',
      '--conditions=orderfox-src',
      `--import=${HOOK}`,
      SCRIPT,
      archive.folder,
      JSON.stringify({ host, port, user, database }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return child;
}

describe('a process that archives', () => {
  test('may be killed at any moment: every file is whole, and no row is missing afterwards (S245)', async () => {
    const todayMs = dayStart(systemClock.nowMs());
    let nr = 0;
    let leftovers = 0;
    const record = async () => {
      const events = Array.from({ length: 800 }, () => {
        nr += 1;
        return liquidationForTests(nr, {
          symbol: `S${nr % 4}USDT`,
          venueTimeMs: todayMs - (nr % 3) * 86_400_000 + nr,
          raw: `${nr} `.repeat(40),
        });
      });
      await archive.liquidations.record(events, todayMs);
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      await record();
      const child = start();
      await once(child.stdout, 'data');
      const recording = record();
      // Another moment of its work each time: the whole of it takes some hundred milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 15 * kill));
      child.kill('SIGKILL');
      await once(child, 'exit');
      await recording;
      for (const entry of await readdir(archive.root, { recursive: true, withFileTypes: true }).catch(
        () => [],
      )) {
        if (isTemporary(entry.name)) leftovers += 1;
        if (!entry.name.endsWith('.parquet')) continue;
        const path = join(entry.parentPath, entry.name);
        const facts = await readFacts(path);
        if (facts === undefined || facts === 'UNKNOWN') throw new Error(`${path} is torn`);
        expect(await duckdb.value(`SELECT count(*)::INTEGER FROM read_parquet('${path}')`)).toBe(facts.rows);
      }
    }
    await archive.archiver.look();
    expect(archive.archiver.status.state).toBe('OK');
    const files = archive.path('liquidations/*/*.parquet');
    const read = await duckdb.rows(
      `SELECT seq::INTEGER AS seq, raw FROM read_parquet('${files}') ORDER BY 1`,
    );
    expect(read).toEqual(Array.from({ length: nr }, (_, n) => ({ seq: n + 1, raw: `${n + 1} `.repeat(40) })));
    expect(
      await readFacts(archive.path('liquidations', 'S1USDT', `${dayName(todayMs)}.parquet`)),
    ).toMatchObject({
      kind: 'liquidations',
    });
    const left = await readdir(archive.root, { recursive: true });
    expect(left.filter((name) => isTemporary(name.split('/').at(-1) ?? ''))).toEqual([]);
    expect(left.filter((name) => name.includes('aside'))).toEqual([]);
    // The kills must have met files half way, or this shows nothing.
    expect(leftovers).toBeGreaterThan(0);
  }, 90_000);
});
