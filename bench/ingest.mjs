/**
 * Durable inserts per second: the recorder's way into the database (`record`: unique key, dense seq, four indexes,
 * fsync) against what the disk and Postgres can do at best (`copy`: COPY into a bare table with the same columns, fsync).
 * Both run in turns in one process on one embedded Postgres; every figure is the median of the turns. JSON on stdout.
 *
 *   npm run bench -- ingest [turns]
 */
import { systemClock } from '@orderfox/feed';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DataDirectory } from '../backend/dist/core/data-directory.js';
import { Database } from '../backend/dist/core/database.js';
import { MIGRATIONS } from '../backend/dist/migrations/index.js';
import { LiquidationRepository } from '../backend/dist/modules/liquidation/liquidation.repository.js';
import { LIQUIDATION_COLUMNS, toBatchRow } from '../backend/dist/modules/liquidation/liquidation.table.js';
import { CopyIn } from './support/copy-in.mjs';
import { quantile } from './support/statistics.mjs';

const BATCH_ROWS = [1, 50, 200, 1000];
const BATCHES = { 1: 400, 50: 100, 200: 50, 1000: 20 };
const REPEAT_EVERY = 50;
const turns = Number(process.argv[2] ?? 5);
let made = 0;

const directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-bench-')));
const database = await Database.open({
  directory,
  migrations: MIGRATIONS,
  entities: [],
  clock: systemClock,
  onNotice: () => undefined,
});
const client = new pg.Client(database.embedded.address);
try {
  await client.connect();
  await client.query('CREATE TABLE bare AS SELECT * FROM liquidation WITH NO DATA');
  const repository = new LiquidationRepository(database);
  const methods = {
    record: (events) => repository.record(events, Date.now()),
    copy: (events) => client.query(new CopyIn('COPY bare FROM STDIN', events.map(copyLine).join(''))).done,
  };
  const results = [];
  for (const rows of BATCH_ROWS) results.push(await measure(methods, rows));
  console.log(JSON.stringify({ bench: 'ingest', turns, node: process.version, results }, undefined, 2));
} finally {
  await client.end();
  await database.close();
  await directory.release();
  await rm(directory.path, { recursive: true, force: true });
}

/** Runs the methods in turns on equal batches. The first turn warms up and does not count. */
async function measure(methods, rows) {
  const runs = Object.fromEntries(Object.keys(methods).map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [name, write] of Object.entries(methods)) {
      const batches = Array.from({ length: BATCHES[rows] }, () => events(rows));
      const times = [];
      const startMs = performance.now();
      for (const batch of batches) {
        const batchMs = performance.now();
        await write(batch);
        times.push(performance.now() - batchMs);
      }
      const seconds = (performance.now() - startMs) / 1000;
      if (turn > 0) runs[name].push({ rowsPerSecond: (rows * batches.length) / seconds, times });
    }
  }
  const [record, copy] = [figures(runs.record), figures(runs.copy)];
  return { batchRows: rows, record, copy, ratio: round(record.rowsPerSecond / copy.rowsPerSecond, 3) };
}

function figures(runs) {
  const times = runs.flatMap((run) => run.times);
  const rates = runs.map(({ rowsPerSecond }) => rowsPerSecond);
  return {
    rowsPerSecond: Math.round(quantile(rates, 0.5)),
    p50Ms: round(quantile(times, 0.5), 2),
    p99Ms: round(quantile(times, 0.99), 2),
  };
}

function round(value, places) {
  return Number(value.toFixed(places));
}

/** Liquidations of some hundred symbols, one in fifty the same as the one before it, as where two sockets overlap. */
function events(count) {
  return Array.from({ length: count }, (_, at) => {
    if (at % REPEAT_EVERY !== REPEAT_EVERY - 1) made += 1;
    const n = made;
    const venueTimeMs = Date.UTC(2026, 10, 1) + n * 3;
    const symbol = `C${(n * 7919) % 400}USDT`;
    const row = {
      s: symbol,
      S: 'SELL',
      o: 'LIMIT',
      f: 'IOC',
      q: `${n % 997}.5`,
      p: '63000.1',
      ap: '63001.22',
      T: venueTimeMs,
    };
    return {
      type: 'liquidation',
      eventKey: `binance:${symbol}:${venueTimeMs}:SELL:${n % 997}.5:63000.1`,
      venue: 'binance',
      symbol,
      venueSymbol: symbol,
      baseAsset: symbol.slice(0, -4),
      quoteAsset: 'USDT',
      liquidatedSide: 'LONG',
      side: 'SELL',
      quantity: `${n % 997}.5`,
      price: '63000.1',
      averagePrice: '63001.22',
      priceUsed: 'FILL',
      notionalUsd: '882.01708',
      venueTimeMs,
      receivedTimeMs: venueTimeMs + 40,
      raw: JSON.stringify({ e: 'forceOrder', E: venueTimeMs, o: row }),
    };
  });
}

/** A row in COPY's text format. */
function copyLine(event, at) {
  const row = { ...toBatchRow(event), seq: String(at), committed_at: '2026-11-01T00:00:00Z' };
  const values = Object.values(LIQUIDATION_COLUMNS).map(({ name }) => row[name]);
  return `${values.map((value) => value?.replace(/[\\\n\r\t]/g, (sign) => `\\${sign}`) ?? '\\N').join('\t')}\n`;
}
