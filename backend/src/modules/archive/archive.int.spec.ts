import { mkdir, readdir, readFile, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type BookTop } from '../book-tops/book-top.js';
import { type FundingRate } from '../funding/funding-rate.js';
import { ArchiveForTests, DAY, exact, NOON, pieceForTests, TODAY } from './archive-for-tests.js';
import { ArchiveStore } from './archive-store.js';
import { DuckDbForTests } from './duckdb-for-tests.js';
import { readFacts, type FileFacts } from './file-facts.js';

const MINUTE = 60_000;
const SOL = { venue: 'binance', venueSymbol: 'SOLUSDT', symbol: 'SOLUSDT' };

let postgres: PostgresForTests;
let duckdb: DuckDbForTests;
let archive: ArchiveForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  duckdb = await DuckDbForTests.open();
}, 60_000);
afterAll(async () => {
  duckdb.close();
  await postgres.dispose();
});
beforeEach(async () => {
  archive = await ArchiveForTests.make(postgres);
});
afterEach(() => archive.dispose());

const count = (files: string) =>
  duckdb.value(`SELECT count(*)::INTEGER FROM read_parquet('${archive.path(files)}')`);

async function factsOf(...names: readonly string[]): Promise<FileFacts> {
  const facts = await readFacts(archive.path(...names));
  if (facts === undefined || facts === 'UNKNOWN') throw new Error(`no facts: ${String(facts)}`);
  return facts;
}

/** All files below the root. */
async function files(): Promise<readonly string[]> {
  const entries = await readdir(archive.root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(archive.root.length + 1))
    .filter((name) => !name.startsWith('liquidations/.'))
    .sort();
}

async function identity(path: string): Promise<number> {
  return (await stat(archive.path(path))).ino;
}

describe('bars of trades', () => {
  const FILE = 'binance/SOLUSDT/trades/20261122.parquet';

  test('are in a file of their day, as many as there are and to the last digit (S139, S205)', async () => {
    const pieces = [0, 1, 3].map((nr) => pieceForTests(TODAY + nr * MINUTE, nr * 10));
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces });
    await archive.archiver.look();
    const rows = await duckdb.texts(archive.path(FILE), 'file.time');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      time: String(TODAY),
      venue: 'binance',
      symbol: 'SOLUSDT',
      venue_symbol: 'SOLUSDT',
      open: '230.123456789012345678',
      high: '230.5',
      low: '0.000000000000000001',
      close: '230.4',
      vwap: '0.100000000000000186',
      buy_quantity: '12345678901234567890.12345678',
      sell_quantity: '10.00000001',
      buy_usd: '1234567890123456789.123456789012345678',
      sell_usd: '2300.000000000000000001',
      cvd_usd: '1234567890123454489.123456789012345677',
      is_cvd_partial: 'false',
      trades: '3000000000',
      quality: 'EXACT',
      is_closed: 'true',
      first_key: '0',
      last_key: '9',
      revision: '1',
      unfit: null,
    });
    // Sums beyond a double, added up by the reader.
    expect(
      await duckdb.value(
        `SELECT sum(buy_usd - sell_usd)::VARCHAR FROM read_parquet('${archive.path(FILE)}')`,
      ),
    ).toBe('3703703670370363467.370370367037037031');
    expect(rows[2]?.cvd_usd).toBe('3703703670370363467.370370367037037031');
    expect(await factsOf(FILE)).toMatchObject({
      kind: 'trades',
      rows: 3,
      unfit: 0,
      venue: 'binance',
      symbol: 'SOLUSDT',
      from: '2026-11-22T00:00:00.000Z',
      to: '2026-11-23T00:00:00.000Z',
      writtenAt: '2026-11-22T12:30:00.000Z',
      version: '1.2.3',
      isFinal: false,
    });
  });

  test('say what they lack: gaps, minutes that are not over, venues that do not count', async () => {
    const gap = {
      number: 1,
      fromMs: TODAY + 90_000,
      toMs: TODAY + 100_000,
      missed: 7,
      reason: 'lost',
      notedMs: NOON,
    };
    const pieces = [0, 1, 2, 3].map((nr) => pieceForTests(TODAY + nr * MINUTE, nr * 10));
    const okx = { venue: 'okx', venueSymbol: 'SOL-USDT-SWAP', symbol: 'SOLUSDT' };
    for (const series of [SOL, okx]) {
      await archive.bars(series, 1, { coveredMs: TODAY + 3 * MINUTE + 30_000, pieces, gaps: [gap] });
    }
    await archive.archiver.look();
    const marks = async (venue: string) =>
      (await duckdb.texts(archive.path(`${venue}/SOLUSDT/trades/20261122.parquet`), 'file.time')).map(
        ({ quality, is_closed: closed, is_cvd_partial: partial }) => [quality, closed, partial].join(' '),
      );
    expect(await marks('binance')).toEqual([
      'EXACT true false',
      'PARTIAL true true',
      'EXACT true true',
      'PARTIAL false true',
    ]);
    expect((await marks('okx'))[0]).toBe('FLOOR true false');
    expect(
      await duckdb.texts(archive.path('binance/SOLUSDT/trade_gaps/20261122.parquet'), 'file.from_time'),
    ).toEqual([
      {
        from_time: String(gap.fromMs),
        to_time: String(gap.toMs),
        venue: 'binance',
        symbol: 'SOLUSDT',
        venue_symbol: 'SOLUSDT',
        missed: '7',
        reason: 'lost',
        noted_at: String(NOON),
        unfit: null,
      },
    ]);
    // A gap that was filled is none any more; the file without a row says so.
    await archive.bars(SOL, 2, { coveredMs: NOON, filled: [gap] });
    await archive.archiver.look();
    expect(await count('binance/SOLUSDT/trade_gaps/20261122.parquet')).toBe(0);
    expect(await marks('binance')).toContain('EXACT true false');
    expect((await files()).filter((name) => name.includes('aside'))).toEqual([]);
  });

  test('are written anew when one of them changes, even of a day long over, and not otherwise', async () => {
    const old = TODAY - 20 * DAY;
    await archive.bars(SOL, 1, { coveredMs: old + DAY, pieces: [pieceForTests(old, 0)] });
    await archive.archiver.look();
    const path = 'binance/SOLUSDT/trades/20261102.parquet';
    expect(await factsOf(path)).toMatchObject({ isFinal: true, rows: 1 });
    const before = await identity(path);
    archive.clock.advance(DAY);
    await archive.archiver.look();
    expect(await identity(path)).toBe(before);
    // As many bars as before, one of them with trades that came late.
    await archive.bars(SOL, 2, { coveredMs: old + DAY, pieces: [pieceForTests(old, 10)] });
    archive.clock.advance(DAY);
    await archive.archiver.look();
    expect(await identity(path)).not.toBe(before);
    const rows = await duckdb.texts(archive.path(path), 'file.time');
    expect(rows.map(({ trades, revision }) => [trades, revision])).toEqual([['6000000000', '2']]);
  });

  test('become final a day after their day, with what came until then', async () => {
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces: [pieceForTests(TODAY, 0)] });
    await archive.archiver.look();
    const at = async (ms: number) => {
      archive.clock.advance(ms - archive.clock.nowMs());
      await archive.archiver.look();
      return (await factsOf(FILE)).isFinal;
    };
    expect(await at(TODAY + DAY + 3_600_000)).toBe(false);
    expect(await at(TODAY + 2 * DAY)).toBe(false);
    expect(await at(TODAY + 2 * DAY + 3_600_000)).toBe(true);
  });

  test('of symbols that clients chose are not archived', async () => {
    const other = { venue: 'binance', venueSymbol: 'XUSDT', symbol: 'XUSDT' };
    await archive.bars(other, 1, { coveredMs: NOON, pieces: [pieceForTests(TODAY, 0)] });
    await archive.archiver.look();
    expect((await files()).filter((name) => name.includes('XUSDT'))).toEqual([]);
  });

  test('are archived whatever SYMBOLS calls their market, once that is known', async () => {
    archive.restart({ SYMBOLS: ['sol-usdt'] });
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces: [pieceForTests(TODAY, 0)] });
    await archive.archiver.look();
    expect(await files()).not.toContain(FILE);
    archive.names.set('sol-usdt', 'SOLUSDT');
    await archive.archiver.look();
    expect(await count(FILE)).toBe(1);
  });

  test('that do not fit their columns stand beside them, exactly, and are counted', async () => {
    const wide = '123456789012345678901234567890.1';
    const pieces = [pieceForTests(TODAY, 0, { buyUsd: exact(wide) }), pieceForTests(TODAY + MINUTE, 10)];
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces });
    await archive.archiver.look();
    const [row] = await duckdb.texts(archive.path(FILE), 'file.time');
    expect(row?.buy_usd).toBeNull();
    expect(JSON.parse(row?.unfit ?? '')).toMatchObject({ buy_usd: wide });
    expect(archive.archiver.counts.unfit).toBeGreaterThan(0);
    expect((await factsOf(FILE)).unfit).toBe(archive.archiver.counts.unfit);
  });
});

describe('rows that the database has no more', () => {
  const FILE = 'binance/SOLUSDT/trades/20261122.parquet';

  test('stay in the archive: a dropped day is never written again', async () => {
    await archive.bars(SOL, 1, {
      coveredMs: NOON,
      pieces: [0, 1].map((nr) => pieceForTests(TODAY + nr * MINUTE, nr)),
    });
    await archive.archiver.look();
    const before = await readFile(archive.path(FILE));
    await archive.pools.writer.query('TRUNCATE trade_bar_1m');
    archive.clock.advance(30 * DAY);
    archive.restart();
    await archive.archiver.look();
    expect(await readFile(archive.path(FILE))).toEqual(before);
    expect(await files()).toEqual(expect.arrayContaining([FILE]));
  });

  test('and of which a part is left are set aside, whole and beside what is left', async () => {
    const pieces = [0, 1, 2].map((nr) => pieceForTests(TODAY + nr * MINUTE, nr));
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces });
    await archive.archiver.look();
    const before = await readFile(archive.path(FILE));
    await archive.pools.writer.query('DELETE FROM trade_bar_1m WHERE bucket = $1', [new Date(TODAY)]);
    await archive.archiver.look();
    expect(await readFile(archive.path(`${FILE}.aside-1`))).toEqual(before);
    expect(await count(FILE)).toBe(2);
    expect(await count('binance/SOLUSDT/trades/*.parquet')).toBe(2);
    expect(archive.archiver.counts.setAside).toBe(1);
    expect(archive.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await archive.archiver.look();
    expect(archive.archiver.counts.setAside).toBe(1);
  });

  test('because it is another database, or of a file that cannot be read, are kept as well', async () => {
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces: [pieceForTests(TODAY, 0)] });
    await archive.archiver.look();
    const { writer } = archive.pools;
    await writer.query(`UPDATE liquidation_cursor SET store_id = 'other'`);
    archive.restart();
    await archive.archiver.look();
    expect(await factsOf(FILE)).toMatchObject({ store: 'other' });
    await writeFile(archive.path(FILE), 'torn');
    await archive.archiver.look();
    expect(await readFile(archive.path(`${FILE}.aside-2`), 'utf8')).toBe('torn');
    expect(await count(FILE)).toBe(1);
  });
});

describe('liquidations', () => {
  const at = (n: number, fields = {}) =>
    liquidationForTests(n, {
      venueTimeMs: TODAY + n * 1_000,
      receivedTimeMs: TODAY + n * 1_000 + 40,
      ...fields,
    });

  test('of all symbols and venues are in files by symbol and day, with every field (S151)', async () => {
    const events = [
      at(1),
      at(2, {
        venue: 'okx',
        averagePrice: undefined,
        markPrice: exact('0.0000000000001'),
        raw: '{"x":"币\'\\u0000"}',
      }),
      at(3, { symbol: 'PEPEUSDT', quantity: exact('12345678901234567890.5') }),
      at(4, { symbol: 'BTCUSD', quantity: exact('0.001202949632498887') }),
    ];
    const recorded = await archive.liquidations.record(events, NOON);
    await archive.pools.writer.query(`INSERT INTO feed_progress VALUES ('okx', 'liquidations', $1)`, [
      new Date(TODAY - 1),
    ]);
    await archive.archiver.look();
    expect(await count('liquidations/*/*.parquet')).toBe(4);
    const rows = await duckdb.texts(archive.path('liquidations/*/*.parquet'), 'file.seq');
    expect(rows).toEqual(
      recorded.map((event) => ({
        time: String(event.venueTimeMs),
        seq: String(event.seq),
        venue: event.venue,
        symbol: event.symbol,
        venue_symbol: event.venueSymbol,
        base_asset: event.baseAsset,
        quote_asset: event.quoteAsset,
        liquidated_side: event.liquidatedSide,
        side: event.side,
        quantity: event.quantity,
        price: event.price,
        average_price: event.averagePrice ?? null,
        mark_price: event.markPrice ?? null,
        price_used: event.priceUsed,
        notional_usd: event.notionalUsd,
        received_at: String(event.receivedTimeMs),
        committed_at: String(NOON),
        event_key: event.eventKey,
        raw: event.raw,
        unfit: null,
      })),
    );
    const names = await files();
    expect(names.filter((name) => name.startsWith('feed_gaps')).slice(-2)).toEqual([
      'feed_gaps/20261120.parquet',
      'feed_gaps/20261121.parquet',
    ]);
    expect(names.filter((name) => name.startsWith('liquidations'))).toEqual([
      'liquidations/BTCUSD/20261122.parquet',
      'liquidations/BTCUSDT/20261122.parquet',
      'liquidations/PEPEUSDT/20261122.parquet',
    ]);
  });

  test('that come late, of days long past too, find their file, after a new start as well', async () => {
    await archive.liquidations.record([at(1)], NOON);
    await archive.archiver.look();
    archive.restart();
    const past = Date.UTC(2025, 2, 3, 23, 59, 59, 999);
    await archive.liquidations.record([at(2), liquidationForTests(3, { venueTimeMs: past })], NOON);
    await archive.archiver.look();
    expect(await count('liquidations/BTCUSDT/20261122.parquet')).toBe(2);
    expect(await count('liquidations/BTCUSDT/20250303.parquet')).toBe(1);
    expect(await factsOf('liquidations/BTCUSDT/20250303.parquet')).toMatchObject({ isFinal: true });
  });

  test('of days that are over come back when their files are removed, within a day', async () => {
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: TODAY - 20 * DAY })], NOON);
    await archive.archiver.look();
    const path = archive.path('liquidations/BTCUSDT/20261102.parquet');
    await rm(path);
    await archive.archiver.look();
    expect(await files()).not.toContain('liquidations/BTCUSDT/20261102.parquet');
    archive.clock.advance(DAY);
    // The first of them began when it was due, an hour after the last.
    await archive.archiver.look();
    await archive.archiver.look();
    expect(await files()).toContain('liquidations/BTCUSDT/20261102.parquet');
  });

  test('of the last hour of a day are archived where files are kept for a day alone', async () => {
    const midnight = TODAY + DAY;
    archive.restart({ ARCHIVE_DAYS: 1 });
    await archive.liquidations.record([at(1)], NOON);
    await archive.archiver.look();
    archive.clock.advance(midnight + 3 * MINUTE - NOON);
    const late = liquidationForTests(2, { venueTimeMs: midnight - 1_000 });
    await archive.archiver.look();
    await archive.liquidations.record([late], midnight);
    await archive.archiver.look();
    expect(await count('liquidations/BTCUSDT/20261122.parquet')).toBe(2);
  });

  test('whose numbers are given again by a database that was taken back are seen', async () => {
    const past = TODAY - 200 * DAY;
    await archive.liquidations.record([at(1), at(2), at(3)], NOON);
    await archive.archiver.look();
    const { writer } = archive.pools;
    const { rows } = await writer.query<{ last: string }>('SELECT last_seq AS last FROM liquidation_cursor');
    await writer.query('DELETE FROM liquidation');
    await writer.query('UPDATE liquidation_cursor SET last_seq = last_seq - 3');
    await archive.liquidations.record([liquidationForTests(4, { venueTimeMs: past })], NOON);
    await archive.archiver.look();
    expect(await count('liquidations/BTCUSDT/20260506.parquet')).toBe(1);
    await writer.query('UPDATE liquidation_cursor SET last_seq = $1', [rows[0]?.last]);
  });

  test('of no possible time make no files', async () => {
    const times = [0, Date.UTC(2016, 0, 1), NOON + 10 * DAY, Date.UTC(9999, 0, 1)];
    await archive.liquidations.record(
      times.map((venueTimeMs, n) => liquidationForTests(n, { venueTimeMs })),
      NOON,
    );
    await archive.archiver.look();
    expect((await files()).filter((name) => name.startsWith('liquidations'))).toEqual([]);
  });

  test('of symbols with any name stay in their folder, each in one of its own', async () => {
    const symbols = [
      '../../../etc/passwd',
      '..',
      '.',
      '/',
      'a/b',
      'A/B',
      'abc',
      'ABC',
      'CON',
      'lpt1',
      '币安人生USDT',
      "O'X",
      '?*',
      '%',
      '~',
      'é',
      'e\u0301',
      'x'.repeat(5_000),
      'x'.repeat(5_001),
    ];
    await archive.liquidations.record(
      symbols.map((symbol, n) => at(n, { symbol, eventKey: `k${n}` })),
      NOON,
    );
    await archive.archiver.look();
    const names = (await files()).filter((name) => name.startsWith('liquidations/'));
    expect(names).toHaveLength(symbols.length);
    expect(names.every((name) => /^liquidations\/[A-Z0-9%~_-]+\/20261122\.parquet$/.test(name))).toBe(true);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(symbols.length);
    expect(await readdir(dirname(archive.folder))).not.toContain('passwd');
    const read = await duckdb.rows(
      `SELECT DISTINCT symbol FROM read_parquet('${archive.path('liquidations/*/*.parquet')}')`,
    );
    expect(read.map(({ symbol }) => symbol).sort()).toEqual([...symbols].sort());
  });

  test('more than a page are in several groups, all of them', async () => {
    const events = Array.from({ length: 4_500 }, (_, n) => at(n, { eventKey: `many ${n}` }));
    await archive.liquidations.record(events, NOON);
    await archive.archiver.look();
    const path = archive.path('liquidations/BTCUSDT/20261122.parquet');
    expect(await duckdb.value(`SELECT count(DISTINCT event_key)::INTEGER FROM read_parquet('${path}')`)).toBe(
      4_500,
    );
    expect(await duckdb.value(`SELECT num_row_groups::INTEGER FROM parquet_file_metadata('${path}')`)).toBe(
      5,
    );
  });
});

describe('open interest, funding and books', () => {
  const whose = { venue: 'bybit', symbol: 'SOLUSDT', venueSymbol: 'SOLUSDT' };

  test('of open interest and funding every row is in one file, told apart (S156)', async () => {
    const rate = (fields: Partial<FundingRate>): FundingRate => ({
      ...whose,
      timestampMs: TODAY + 1_000,
      receivedTimeMs: TODAY + 1_234,
      kind: 'ESTIMATE',
      rate: exact('-0.0004270396398519'),
      intervalMs: 8 * 3_600_000,
      ...fields,
    });
    await archive.funding([
      rate({ nextFundingMs: TODAY + 8 * 3_600_000 }),
      rate({ kind: 'SETTLED', intervalMs: 7 * 3_600_000, timestampMs: TODAY }),
    ]);
    await archive.openInterest([
      {
        ...whose,
        timestampMs: TODAY + 2_000,
        receivedTimeMs: TODAY + 2_001,
        openInterest: exact('5000000.1'),
        openInterestUsd: exact('1150000023.000000000000000001'),
        priceUsed: 'VENUE',
        isHalved: true,
      },
      {
        ...whose,
        timestampMs: TODAY + 3_000,
        receivedTimeMs: TODAY + 3_001,
        openInterest: exact('1'),
        isHalved: false,
      },
    ]);
    await archive.archiver.look();
    const rows = await duckdb.texts(archive.path('bybit/SOLUSDT/funding/20261122.parquet'), 'file.time');
    expect(
      rows.map(({ kind, rate: said, rate_8h: of8h, apr_percent: apr }) => [kind, said, of8h, apr]),
    ).toEqual([
      ['SETTLED', '-0.0004270396398519', '-0.000488045302687886', '-53.440960644323485714'],
      ['ESTIMATE', '-0.0004270396398519', '-0.0004270396398519', '-46.76084056378305'],
      ['OPEN_INTEREST', null, null, null],
      ['OPEN_INTEREST', null, null, null],
    ]);
    expect(rows[1]).toMatchObject({
      interval_ms: '28800000',
      next_funding_at: String(TODAY + 8 * 3_600_000),
      received_at: String(TODAY + 1_234),
      open_interest: null,
      is_halved: null,
    });
    expect(rows[2]).toMatchObject({
      open_interest: '5000000.1',
      open_interest_usd: '1150000023.000000000000000001',
      price_used: 'VENUE',
      is_halved: 'true',
      venue: 'bybit',
      interval_ms: null,
    });
    expect(rows[3]).toMatchObject({ open_interest: '1', open_interest_usd: null, price_used: null });
    // A venue that corrects itself: as many rows as before, and another number in one of them.
    await archive.funding([rate({ nextFundingMs: TODAY + 8 * 3_600_000, rate: exact('0.0001') })]);
    await archive.archiver.look();
    const again = await duckdb.texts(archive.path('bybit/SOLUSDT/funding/20261122.parquet'), 'file.time');
    expect(again.map((row) => row.rate)).toEqual(['-0.0004270396398519', '0.0001', null, null]);
  });

  test('of tops of books whole days are archived, every second of them (S210)', async () => {
    const top = (timeMs: number): BookTop => ({
      ...whose,
      timeMs,
      venueTimeMs: timeMs - 12,
      bestBid: exact('230.01'),
      bestBidQuantity: exact('1.5'),
      bestAsk: exact('230.02'),
      bestAskQuantity: exact('0.00000001'),
      depth10Bps: {
        ...{ bidUsd: exact('125000.123'), askUsd: exact('130000') },
        ...{ isBidFloor: false, isAskFloor: true },
      },
    });
    const yesterday = TODAY - DAY;
    await archive.tops([...Array.from({ length: 100 }, (_, n) => top(yesterday + n * 1_000)), top(TODAY)]);
    await archive.archiver.look();
    const path = 'bybit/SOLUSDT/book/20261121.parquet';
    expect(await count(path)).toBe(100);
    expect((await duckdb.texts(archive.path(path), 'file.time'))[1]).toEqual({
      time: String(yesterday + 1_000),
      venue_time: String(yesterday + 988),
      ...{ venue: 'bybit', symbol: 'SOLUSDT', venue_symbol: 'SOLUSDT' },
      ...{ bid: '230.01', bid_quantity: '1.5', ask: '230.02', ask_quantity: '0.00000001' },
      ...{ bid_depth_usd: '125000.123', ask_depth_usd: '130000', unfit: null },
      ...{ bid_depth_is_floor: 'false', ask_depth_is_floor: 'true' },
    });
    expect((await files()).filter((name) => name.includes('20261122') && name.includes('book'))).toEqual([]);
    expect(await factsOf(path)).toMatchObject({ isFinal: true });
  });
});

describe('the archive as a whole', () => {
  test('removes what a crash left, and days that are to be kept no longer (S208)', async () => {
    await archive.liquidations.record(
      [0, 1, 2].map((n) => liquidationForTests(n, { venueTimeMs: TODAY - n * DAY })),
      NOON,
    );
    await archive.archiver.look();
    const folder = archive.path('liquidations/BTCUSDT');
    await writeFile(join(folder, '.20261122.parquet.tmp'), 'half');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    archive.restart({ ARCHIVE_DAYS: 1 });
    await archive.archiver.look();
    expect((await readdir(folder)).sort()).toEqual(['20261121.parquet', '20261122.parquet', 'notes.txt']);
    expect(archive.archiver.counts.removed).toBeGreaterThan(0);
  });

  test('says what is wrong while it cannot be written, goes on by itself, and loses nothing', async () => {
    const times = [TODAY, TODAY - 200 * DAY];
    await archive.liquidations.record(
      times.map((venueTimeMs, n) => liquidationForTests(n, { venueTimeMs })),
      NOON,
    );
    await writeFile(archive.root, 'a file in the place of the folder');
    await archive.archiver.look();
    expect(archive.archiver.status).toMatchObject({
      state: 'FAILING',
      since: NOON,
      detail: 'Something else is in the place of a folder or file of the archive.',
    });
    expect(archive.archiver.counts.failures).toBeGreaterThan(0);
    await rename(archive.root, `${archive.root}.old`);
    archive.clock.advance(5 * MINUTE);
    await archive.archiver.look();
    expect(archive.archiver.status.state).toBe('OK');
    expect(await count('liquidations/*/*.parquet')).toBe(2);
    expect(archive.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('comes back to a file that could not be written, of a day long past too', async () => {
    const past = { venueTimeMs: TODAY - 200 * DAY };
    await archive.liquidations.record(
      [liquidationForTests(1, past), liquidationForTests(2, { ...past, symbol: 'X' })],
      NOON,
    );
    const path = archive.path('liquidations/X/20260506.parquet');
    await mkdir(path, { recursive: true });
    await archive.archiver.look();
    expect(archive.archiver.status.state).toBe('FAILING');
    expect(await count('liquidations/BTCUSDT/*.parquet')).toBe(1);
    await rmdir(path);
    archive.restart();
    await archive.archiver.look();
    expect(await count('liquidations/X/*.parquet')).toBe(1);
  });

  test('goes on behind files that cannot be written, and tells what each trouble is and of which file', async () => {
    const symbols = ['A', 'B', 'C', 'D', 'E'];
    await archive.liquidations.record(
      symbols.map((symbol, n) => liquidationForTests(n, { symbol, venueTimeMs: TODAY, eventKey: `k${n}` })),
      NOON,
    );
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces: [pieceForTests(TODAY, 0)] });
    for (const symbol of ['A', 'B', 'C', 'D']) {
      await mkdir(archive.path(`liquidations/${symbol}/20261122.parquet`), { recursive: true });
    }
    await archive.archiver.look();
    expect(await count('liquidations/E/*.parquet')).toBe(1);
    expect(await count('binance/SOLUSDT/trades/*.parquet')).toBe(1);
    expect(archive.archiver.counts.failures).toBe(4);
    expect(archive.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ kind: 'liquidations', day: '20261122', symbol: 'A' }),
      }),
    ]);
    await rm(archive.path('binance'), { recursive: true });
    await symlink('binance', archive.path('binance'));
    await archive.archiver.look();
    await archive.archiver.look();
    expect(archive.lines.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ detail: expect.stringContaining('in the place'), symbol: 'A' }),
      expect.objectContaining({ detail: expect.stringContaining('log says why'), kind: 'trades' }),
    ]);
  });

  test('waits longer after each look that failed, and never longer than until the next hour', async () => {
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: TODAY })], NOON);
    await writeFile(archive.root, 'in the way');
    const pauses: (number | undefined)[] = [];
    for (let look = 0; look < 5; look += 1) {
      await archive.archiver.look();
      pauses.push(archive.clock.pendingDelaysMs()[look]);
    }
    expect(pauses.map((ms) => (ms ?? 0) / MINUTE)).toEqual([5, 10, 20, 33, 33]);
  });

  test('leaves a disk alone that is nearly full', async () => {
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: TODAY })], NOON);
    archive.restart({ ARCHIVE_KEEP_FREE_MB: 1_000_000_000 });
    await archive.archiver.look();
    expect(archive.archiver.status).toMatchObject({
      state: 'FAILING',
      detail: expect.stringContaining('nearly full'),
    });
    expect(archive.archiver.counts).toMatchObject({ files: 0, failures: 1 });
    expect(await files()).toEqual([]);
  });

  test('stops in the middle without a trace, and begins again where it was', async () => {
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: TODAY })], NOON);
    const looking = archive.archiver.look();
    await archive.archiver.stop();
    await looking;
    expect((await files()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    archive.restart();
    await archive.archiver.look();
    expect(await count('liquidations/*/*.parquet')).toBe(1);
  });

  test('writes given days at once when it is asked to, of market data those that the database keeps whole', async () => {
    const old = TODAY - 40 * DAY;
    await archive.liquidations.record([liquidationForTests(1, { venueTimeMs: old })], NOON);
    await archive.bars(SOL, 1, { coveredMs: NOON, pieces: [old, TODAY].map((ms) => pieceForTests(ms, ms)) });
    const days = [old, TODAY, TODAY + 10 * DAY].map((fromMs) => ({ fromMs, toMs: fromMs + DAY }));
    expect(await archive.archiver.writeDays(days)).toBe(0);
    expect((await files()).filter((name) => !name.includes('gaps'))).toEqual([
      'binance/SOLUSDT/trades/20261122.parquet',
      'liquidations/BTCUSDT/20261013.parquet',
    ]);
  });

  test('makes no more files of a day than there is room for, the largest, and says how many are missing', async () => {
    const symbols = ['A', 'B', 'C', 'B', 'C'];
    await archive.liquidations.record(
      symbols.map((symbol, n) => liquidationForTests(n, { symbol, venueTimeMs: TODAY, eventKey: `k${n}` })),
      NOON,
    );
    archive.mostFiles = 2;
    await archive.archiver.look();
    expect((await files()).filter((name) => name.startsWith('liquidations/'))).toEqual([
      'liquidations/B/20261122.parquet',
      'liquidations/C/20261122.parquet',
    ]);
    expect(archive.archiver.counts.leftOut).toBe(1);
  });

  test('reads each file from one state of the database, whatever is written meanwhile, and only reads', async () => {
    const { writer, reader } = archive.pools;
    const store = new ArchiveStore(reader);
    const gaps = 'SELECT count(*)::integer AS count FROM feed_gap';
    const gap = `INSERT INTO feed_gap (venue, stream, from_time, cause, detail)
                 VALUES ('okx', 's', clock_timestamp(), 'X', '')`;
    await writer.query(gap);
    await store.reading(async (reading) => {
      expect(await reading.query(gaps, [])).toEqual([{ count: 1 }]);
      await writer.query(gap);
      for await (const page of reading.pages(gaps, [])) expect(page).toEqual([{ count: 1 }]);
    });
    await expect(store.reading((reading) => reading.query(gap, []))).rejects.toThrow('read-only');
    expect(await store.reading((reading) => reading.query(gaps, []))).toEqual([{ count: 2 }]);
    expect(reader.totalCount).toBe(reader.idleCount);
  });

  test('gives the database a minute for an answer, and does not wait for it at the end', async () => {
    const { reader } = archive.pools;
    const store = new ArchiveStore(reader);
    const limit = `SELECT current_setting('statement_timeout') AS limit`;
    expect(await store.reading((reading) => reading.query(limit, []))).toEqual([{ limit: '1min' }]);
    expect((await reader.query<{ limit: string }>(limit)).rows).toEqual([{ limit: '5s' }]);
    const asking = store.reading(async (reading) => {
      const answer = reading.query('SELECT pg_sleep(30)', []);
      setImmediate(() => store.giveUp());
      return answer;
    });
    await expect(asking).rejects.toThrow('terminated');
    expect(reader.totalCount).toBe(reader.idleCount);
  });

  test('looks some minutes after each hour', async () => {
    archive.archiver.start();
    expect(archive.clock.pendingDelaysMs()).toEqual([30_000]);
    expect(archive.lines).toEqual([
      { level: 'info', message: expect.stringContaining('kept for ever'), fields: { folder: archive.root } },
    ]);
    archive.clock.advance(30_000);
    await archive.archiver.look();
    expect(archive.archiver.status.state).toBe('OK');
    expect(archive.clock.pendingDelaysMs()).toEqual([32.5 * MINUTE]);
  });
});
