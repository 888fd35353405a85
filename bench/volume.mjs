/**
 * Liquidation volume over long ranges: `VolumeRepository.buckets` over a year of generated liquidations of 300 symbols,
 * against the same rows ready made in a table (the limit) and against plain `GROUP BY date_bin` over the events. All in one
 * run on one embedded Postgres, in turns; figures are over a warm cache and include building the rows in Node. JSON on
 * stdout.
 *
 *   npm run bench -- volume [--rows 1000000,10000000] [--reps 40] [--raw-reps 3]
 *
 * The events are made by the database itself and the rollups by the migration that ships. Times are uniform, the worst
 * case for a rollup by minute: real liquidations clump.
 *
 * The verdict on growth is the one on `timeGrowth`: how many times as long the same reading takes with the last number of
 * rows as with the first. With more rows more minutes are filled, so that a day of minutes has more buckets to show
 * (`bucketGrowth`); `toReadyGrowth`, for comparison, is that of the ratio to the same rows ready made, which leaves that out.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { parseTimeframe } from '@orderfox/domain';
import { systemClock } from '@orderfox/feed';
import { DataDirectory } from '../backend/dist/core/data-directory.js';
import { Database } from '../backend/dist/core/database.js';
import { MIGRATIONS } from '../backend/dist/migrations/index.js';
import { VolumeRepository } from '../backend/dist/modules/volume/volume.repository.js';
import { quantile } from './support/statistics.mjs';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000,10000000' },
    reps: { type: 'string', default: '40' },
    'raw-reps': { type: 'string', default: '3' },
  },
});
const sizes = options.rows.split(',').map(Number);
const [reps, rawReps] = [options.reps, options['raw-reps']].map(Number);

const GOALS = { toReady: 4, p50Ms: 10, timeGrowth: 1.3 };
const END = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const CASES = [
  { name: '1 day of 1m', timeframe: '1m', days: 1, bin: '1 minute' },
  { name: '30 days of 1h', timeframe: '1h', days: 30, bin: '1 hour' },
  { name: '1 year of 1d', timeframe: '1d', days: 365, bin: '1 day' },
].flatMap((one) => ['S1USDT', '*'].map((symbol) => ({ ...one, symbol })));

/** Speed of loading alone: what is measured are readings. */
const LOADING = { fsync: 'off', full_page_writes: 'off', max_wal_size: '8GB', maintenance_work_mem: '256MB' };
const READING = { shared_buffers: '1GB', work_mem: '64MB' };

const directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-bench-')));
const database = await Database.open({
  directory,
  migrations: MIGRATIONS,
  entities: [],
  clock: systemClock,
  onNotice: () => undefined,
  settings: { ...LOADING, ...READING },
});
/** Without the limits of the pools: some of it takes minutes. */
const client = new pg.Client(database.embedded.address);
try {
  await client.connect();
  const volume = new VolumeRepository(database);
  await prepare();
  const results = [];
  let loaded = 0;
  for (const rows of sizes) {
    await load(loaded, rows);
    loaded = rows;
    const rollUpSeconds = await rollUp();
    console.error(`${rows} rows, rolled up in ${rollUpSeconds.toFixed(0)} s`);
    const cases = [];
    for (const one of CASES) cases.push(await measure(volume, one));
    results.push({ rows, rollUpSeconds: round(rollUpSeconds, 1), cases });
  }
  console.log(JSON.stringify(report(results), undefined, 2));
} finally {
  await client.end();
  await database.close();
  await directory.release();
  await rm(directory.path, { recursive: true, force: true });
}

/** The indexes that keep events unique are no part of this; the peer gets the best index there is for it instead. */
async function prepare() {
  await client.query(`ALTER TABLE liquidation DROP CONSTRAINT liquidation_pkey;
    ALTER TABLE liquidation DROP CONSTRAINT liquidation_event_key_venue_time_key;
    DROP INDEX liquidation_symbol_seq;
    CREATE INDEX liquidation_symbol_venue_time ON liquidation (symbol, venue_time);`);
}

/** A year of liquidations of 300 symbols with a popularity of 1/rank, of three venues, in the order of their times. */
async function load(from, to) {
  await client.query(`INSERT INTO liquidation (
      seq, event_key, venue, symbol, venue_symbol, base_asset, quote_asset, liquidated_side, side,
      quantity, price, price_used, notional_usd, venue_time, received_at, committed_at, raw
    )
    SELECT
      n, 'k' || n, (ARRAY['binance', 'okx', 'bybit'])[1 + n % 3], symbol, symbol, 'S', 'USDT',
      CASE WHEN n % 2 = 0 THEN 'LONG' ELSE 'SHORT' END, CASE WHEN n % 2 = 0 THEN 'SELL' ELSE 'BUY' END,
      quantity, price, 'FILL', quantity * price, at, at, at, '{}'
    FROM generate_series(${from + 1}, ${to}) AS n
    CROSS JOIN LATERAL (
      SELECT
        'S' || greatest(1, least(300, floor(exp(random() * ln(301) + n * 0))))::int || 'USDT' AS symbol,
        round((random() * 10 + n * 0)::numeric, 3) + 0.001 AS quantity,
        round((60000 + random() * 1000 + n * 0)::numeric, 1) AS price,
        to_timestamp(${END / 1000} - 31536000 + (n - ${from})::float8 * 31536000 / ${to - from + 1}) AS at
    ) AS made`);
}

/** As the migration does it for what was recorded before it; resolves with the seconds. */
async function rollUp() {
  const Latest = MIGRATIONS.find(({ name }) => name.startsWith('AddLiquidationVolume'));
  const inTransaction = async (run) => {
    await client.query('BEGIN');
    await run(client);
    await client.query('COMMIT');
  };
  await inTransaction((runner) => new Latest().down(runner));
  const startMs = performance.now();
  await inTransaction((runner) => new Latest().up(runner));
  const seconds = (performance.now() - startMs) / 1000;
  await client.query('VACUUM ANALYZE');
  return seconds;
}

async function measure(volume, { name, timeframe, days, bin, symbol }) {
  const query = { symbol, timeframe: parseTimeframe(timeframe), fromMs: END - days * DAY_MS, toMs: END };
  const expected = await volume.buckets(query);
  await makeReady(expected);
  const raw = rawStatement(query, bin);
  const runs = {
    product: () => volume.buckets(query),
    ready: async () => (await database.reader.query({ name: 'ready', text: 'SELECT * FROM ready' })).rows,
    raw: async () => (await client.query(raw)).rows,
  };
  const times = { product: [], ready: [], raw: [] };
  for (let rep = -3; rep < reps; rep += 1) {
    for (const [kind, run] of Object.entries(runs)) {
      if (kind === 'raw' && (rep < 0 || rep >= rawReps)) continue;
      const startMs = performance.now();
      const rows = await run();
      const tookMs = performance.now() - startMs;
      if (rows.length !== expected.length)
        throw new Error(`${kind} gave ${rows.length} of ${expected.length} rows`);
      if (rep >= 0) times[kind].push(tookMs);
    }
  }
  await client.query('DROP TABLE ready');
  const figures = Object.fromEntries(
    Object.entries(times).map(([kind, all]) => [
      kind,
      { p50Ms: round(quantile(all, 0.5), 2), p95Ms: round(quantile(all, 0.95), 2) },
    ]),
  );
  const result = {
    case: name,
    symbol,
    buckets: expected.length,
    ...figures,
    toReady: round(figures.product.p50Ms / figures.ready.p50Ms, 2),
    rawToProduct: round(figures.raw.p50Ms / figures.product.p50Ms, 0),
  };
  console.error(JSON.stringify(result));
  return result;
}

/** The answer as a table: nothing left to do but to read it. */
async function makeReady(buckets) {
  await client.query(`CREATE TABLE ready (
    "startMs" float8, "longUsd" numeric, "shortUsd" numeric, "count" float8, "lastSeq" float8, "revision" float8, "venues" text[]
  )`);
  await client.query(
    `INSERT INTO ready SELECT "startMs", "longUsd", "shortUsd", "count", "lastSeq", "revision", "venues"
       FROM json_to_recordset($1) AS row (
         "startMs" float8, "longUsd" numeric, "shortUsd" numeric, "count" float8, "lastSeq" float8, "revision" float8, "venues" text[]
       )`,
    [JSON.stringify(buckets)],
  );
}

function rawStatement({ symbol, fromMs, toMs }, bin) {
  return {
    text: `SELECT date_bin('${bin}', venue_time, 'epoch') AS start,
        sum(notional_usd) FILTER (WHERE liquidated_side = 'LONG') AS long_usd,
        sum(notional_usd) FILTER (WHERE liquidated_side = 'SHORT') AS short_usd, count(*)
      FROM liquidation
      WHERE ${symbol === '*' ? '$1::text IS NOT NULL' : 'symbol = $1'} AND venue_time >= $2 AND venue_time < $3
      GROUP BY 1 ORDER BY 1`,
    values: [symbol, new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
  };
}

function report(results) {
  const [first, last] = [results[0], results.at(-1)];
  const verdicts = last.cases.map((one, at) => {
    const before = first.cases[at];
    const timeGrowth = round(one.product.p50Ms / before.product.p50Ms, 2);
    const meets = {
      toReady: one.toReady <= GOALS.toReady,
      p50Ms: one.product.p50Ms <= GOALS.p50Ms,
      timeGrowth: timeGrowth <= GOALS.timeGrowth,
    };
    return {
      case: one.case,
      symbol: one.symbol,
      toReady: one.toReady,
      p50Ms: one.product.p50Ms,
      timeGrowth,
      toReadyGrowth: round(one.toReady / before.toReady, 2),
      bucketGrowth: round(one.buckets / before.buckets, 2),
      meets,
      ok: Object.values(meets).every(Boolean),
    };
  });
  return {
    benchmark: 'volume',
    what: 'ms to read buckets of liquidation volume; ratios to the same rows ready made are the result',
    node: process.version,
    reps,
    goals: GOALS,
    results,
    verdicts,
  };
}

function round(value, places) {
  return Number(value.toFixed(places));
}
