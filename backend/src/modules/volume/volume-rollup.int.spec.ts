import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DecimalString, parseDecimal, parseTimeframe } from '@orderfox/domain';
import { AddLiquidationVolume1795305600000 as AddLiquidationVolume } from '../../migrations/1795305600000-add-liquidation-volume.js';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { toBatchRow } from '../liquidation/liquidation.table.js';
import { asExact, exactVolume } from './exact-volume-for-tests.js';
import { rangeStatement } from './volume-select.js';
import { VolumeRepository } from './volume.repository.js';

const NOW_MS = 1_700_000_100_000;
const TABLES = ['liquidation_volume_1m', 'liquidation_volume_1h', 'liquidation_volume_1d'];
const DAY = { fromMs: Date.parse('2023-11-14T00:00:00Z'), toMs: Date.parse('2023-11-15T00:00:00Z') };
let postgres: PostgresForTests;
let store: LiquidationRepository;
let volume: VolumeRepository;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  store = new LiquidationRepository(postgres.database);
  volume = new VolumeRepository(postgres.database);
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await postgres.database.writer.query(`TRUNCATE liquidation, ${TABLES.join(', ')}`);
});

/** Some hours of two symbols and two venues, both sides, with more digits than a double has. */
function events(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return liquidationForTests(n, {
      symbol: n % 3 === 0 ? 'ETHUSDT' : 'BTCUSDT',
      venue: n % 2 === 0 ? 'okx' : 'bybit',
      ...(n % 5 === 0 && { liquidatedSide: 'SHORT', side: 'BUY' }),
      notionalUsd: parseDecimal(`${n * 7919}.00000000000000000${n + 1}`),
      venueTimeMs: DAY.fromMs + ((n * 137_911) % 80_000_000),
    });
  });
}

/** Every row but its revision. */
async function rollups(): Promise<readonly unknown[]> {
  const all = TABLES.map(async (table) => {
    const { rows } = await postgres.database.reader.query<Record<string, unknown>>(
      `SELECT '${table}' AS place, symbol, bucket, venue, count, first_seq, last_seq, trim_scale(long_usd) AS long,
              trim_scale(short_usd) AS short, trim_scale(long_base) AS "longBase", trim_scale(short_base) AS "shortBase"
         FROM ${table} ORDER BY symbol, bucket, venue`,
    );
    return rows;
  });
  return (await Promise.all(all)).flat();
}

async function migrate(direction: 'up' | 'down'): Promise<void> {
  const runner = postgres.database.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await new AddLiquidationVolume()[direction](runner);
    await runner.commitTransaction();
  } finally {
    await runner.release();
  }
}

describe('the rollups of volume', () => {
  test('are made of what was recorded before they were there, as if they had always been', async () => {
    const all = events(300);
    for (let at = 0; at < all.length; at += 11) await store.record(all.slice(at, at + 11), NOW_MS);
    const written = await rollups();
    expect(written.length).toBeGreaterThan(100);
    await migrate('down');
    const { rows } = await postgres.database.reader.query(
      `SELECT relname FROM pg_class WHERE relname LIKE 'liquidation_volume%'`,
    );
    expect(rows).toEqual([]);
    await migrate('up');
    await expect(rollups()).resolves.toEqual(written);
  });

  test('go on from there, and recording goes on without them', async () => {
    await store.record(events(20), NOW_MS);
    await migrate('down');
    // As the release before does it.
    const { rowCount } = await postgres.database.writer.query(
      'SELECT * FROM record_liquidations($1, now())',
      [JSON.stringify(events(30).map(toBatchRow))],
    );
    expect(rowCount).toBe(10);
    await migrate('up');
    await store.record(events(50), NOW_MS);
    for (const symbol of ['BTCUSDT', 'ETHUSDT', '*']) {
      const timeframe = parseTimeframe('1h');
      const buckets = await volume.buckets({ symbol, timeframe, ...DAY });
      expect(asExact(buckets)).toEqual(exactVolume(events(50), symbol, timeframe));
    }
  });

  test('are untouched by a batch that fails, and by one in which nothing is new', async () => {
    await store.record(events(20), NOW_MS);
    const before = await rollups();
    const poison = { ...events(1, 30)[0], quantity: 'NOT A NUMBER' as DecimalString };
    await expect(store.record([...events(10, 20), poison as never], NOW_MS)).rejects.toThrow('invalid input');
    await expect(rollups()).resolves.toEqual(before);
    const timeframe = parseTimeframe('1d');
    const [bucket] = await volume.buckets({ symbol: '*', timeframe, ...DAY });
    await store.record(events(20), NOW_MS);
    await expect(volume.buckets({ symbol: '*', timeframe, ...DAY })).resolves.toEqual([bucket]);
  });

  test('have coins per symbol, and none for all symbols together', async () => {
    await store.record(events(20), NOW_MS);
    const { rows } = await postgres.database.reader.query(
      `SELECT DISTINCT symbol = '*' AS "isAll", long_base IS NULL AND short_base IS NULL AS "hasNone"
         FROM liquidation_volume_1d ORDER BY 1`,
    );
    expect(rows).toEqual([
      { isAll: false, hasNone: false },
      { isAll: true, hasNone: true },
    ]);
  });

  test('name another version for every change in a range, and the same for one elsewhere', async () => {
    const timeframe = parseTimeframe('5m');
    const version = (symbol: string) => volume.version({ symbol, timeframe, ...DAY });
    await store.record(events(20), NOW_MS);
    const before = [await version('BTCUSDT'), await version('*'), await version('DOGEUSDT')];
    await store.record([liquidationForTests(99, { symbol: 'XRPUSDT', venueTimeMs: DAY.fromMs })], NOW_MS);
    const after = [await version('BTCUSDT'), await version('*'), await version('DOGEUSDT')];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[2]).toBe(before[2]);
    await store.record([liquidationForTests(98, { venueTimeMs: DAY.toMs })], NOW_MS);
    await expect(version('BTCUSDT')).resolves.toBe(before[0]);
    await store.record([liquidationForTests(97, { venueTimeMs: DAY.toMs - 1 })], NOW_MS);
    await expect(version('BTCUSDT')).resolves.not.toBe(before[0]);
  });

  test('give no bucket at all for no venue, no time and no start', async () => {
    await store.record(events(20), NOW_MS);
    const timeframe = parseTimeframe('1m');
    await expect(volume.buckets({ symbol: '*', timeframe, ...DAY, venues: [] })).resolves.toEqual([]);
    await expect(
      volume.buckets({ symbol: '*', timeframe, fromMs: DAY.toMs, toMs: DAY.toMs }),
    ).resolves.toEqual([]);
    await expect(volume.touched('*', timeframe, [])).resolves.toEqual([]);
  });

  test('give single buckets by any time in them, once each', async () => {
    await store.record(events(200), NOW_MS);
    const timeframe = parseTimeframe('4h');
    const all = await volume.buckets({ symbol: '*', timeframe, ...DAY });
    const wanted = all.slice(1, 4);
    const times = wanted.flatMap(({ startMs }) => [startMs + 7_777, startMs]).reverse();
    await expect(volume.touched('*', timeframe, times)).resolves.toEqual(wanted);
  });
});

test('a day of minutes is read in the order of the index, without a sort', async () => {
  await postgres.database.writer.query(`
    INSERT INTO liquidation_volume_1m (symbol, bucket, venue, long_usd, short_usd, count, first_seq, last_seq, revision)
    SELECT 'BTCUSDT', '2023-11-01Z'::timestamptz + minute * interval '1 minute', venue, minute, 1, 1, 1, 1, 1
      FROM generate_series(0, 30 * 1440) AS minute, unnest(ARRAY['binance', 'bybit', 'okx']) AS venue`);
  await postgres.database.writer.query('ANALYZE liquidation_volume_1m');
  const { text, values } = rangeStatement({ symbol: 'BTCUSDT', timeframe: parseTimeframe('1m'), ...DAY });
  const { rows } = await postgres.database.reader.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Index Scan using liquidation_volume_1m_pkey');
  expect(plan).not.toContain('Sort');
});
