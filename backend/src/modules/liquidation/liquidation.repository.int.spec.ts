import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type DecimalString,
  type Liquidation,
  parseDecimal,
  type RecordedLiquidation,
} from '@orderfox/domain';
import fc from 'fast-check';
import { type QueryConfig } from 'pg';
import { liquidationForTests, liquidationsForTests } from '../../testing/liquidations-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { matches, type LiquidationQuery } from './liquidation-query.js';
import { selectStatement, type SeqRange } from './liquidation-select.js';
import { LiquidationRepository } from './liquidation.repository.js';
import { LIQUIDATION_COLUMNS, LiquidationTable, UnstorableLiquidationError } from './liquidation.table.js';

const NOW_MS = 1_700_000_100_000;
const ALL = Number.MAX_SAFE_INTEGER - 1;
let postgres: PostgresForTests;
let repository: LiquidationRepository;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  repository = newRepository();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await postgres.database.writer.query('TRUNCATE liquidation; UPDATE liquidation_cursor SET last_seq = 0');
});

function newRepository(): LiquidationRepository {
  return new LiquidationRepository(postgres.database);
}

async function storedSeqs(): Promise<readonly number[]> {
  return (await repository.readAfter({}, 0, ALL, 100_000)).map(({ seq }) => seq);
}

describe('LiquidationRepository', () => {
  test('gives back every field exactly as it was recorded, milliseconds included', async () => {
    const event = liquidationForTests(1, {
      venueTimeMs: 1_700_000_000_001,
      receivedTimeMs: 1_700_000_000_999,
      markPrice: parseDecimal('0.000000000000000000123456789'),
      quantity: parseDecimal('123456789012345678901234567890.123456789012345678'),
      notionalUsd: parseDecimal('99999999999999999999999999999999999.999999999999999999999'),
      symbol: '币安人生USDT',
      raw: '{"quote":"\\" \\\\ \' {} \\u0000 , NULL"}',
    });
    const recorded = await repository.record([event], NOW_MS + 3);
    expect(recorded).toEqual([{ ...event, seq: 1, committedTimeMs: NOW_MS + 3 }]);
    await expect(repository.readAfter({}, 0, 1, 10)).resolves.toEqual(recorded);
    const entity = await postgres.database.dataSource
      .getRepository(LiquidationTable)
      .findOneByOrFail({ seq: 1 });
    expect({ type: 'liquidation', ...entity }).toEqual(recorded[0]);
  });

  test('leaves out what is not known instead of inventing a value', async () => {
    const { averagePrice, ...event } = liquidationForTests(1);
    expect(averagePrice).toBeDefined();
    await repository.record([event], NOW_MS);
    const [row] = (await repository.page({}, 1)).rows;
    expect(Object.keys(row ?? {})).not.toContain('averagePrice');
    expect(Object.keys(row ?? {})).not.toContain('markPrice');
  });

  test('gives decimals in canonical text, whatever digits the column holds', async () => {
    await repository.record([liquidationForTests(1)], NOW_MS);
    await postgres.database.writer.query(`UPDATE liquidation SET quantity = '0.0140000', price = '9910.000'`);
    const [row] = (await repository.page({}, 1)).rows;
    expect([row?.quantity, row?.price]).toEqual(['0.014', '9910']);
    const entity = await postgres.database.dataSource
      .getRepository(LiquidationTable)
      .findOneByOrFail({ seq: 1 });
    expect([entity.quantity, entity.price]).toEqual(['0.014', '9910']);
  });

  test('numbers new events 1, 2, 3 in the order given and answers with those alone (S070)', async () => {
    const [a, b, c, d] = liquidationsForTests(4) as [Liquidation, Liquidation, Liquidation, Liquidation];
    const [e] = liquidationsForTests(1, 9) as [Liquidation];
    const placed = (rows: readonly RecordedLiquidation[]) => rows.map(({ seq, eventKey }) => [seq, eventKey]);
    expect(placed(await repository.record([b, c, b, a], NOW_MS))).toEqual([
      [1, b.eventKey],
      [2, c.eventKey],
      [3, a.eventKey],
    ]);
    expect(placed(await repository.record([c, d, a, e, b], NOW_MS))).toEqual([
      [4, d.eventKey],
      [5, e.eventKey],
    ]);
    await expect(repository.record([a, b, c, d], NOW_MS)).resolves.toEqual([]);
    await expect(repository.latest()).resolves.toMatchObject({ lastSeq: 5, oldestSeq: 1 });
  });

  test('a batch that fails leaves no row and no hole', async () => {
    await repository.record([liquidationForTests(1)], NOW_MS);
    const poison = liquidationForTests(3, { quantity: 'NOT A NUMBER' as DecimalString });
    await expect(repository.record([liquidationForTests(2), poison], NOW_MS)).rejects.toThrow(
      'invalid input syntax',
    );
    await repository.record([liquidationForTests(4)], NOW_MS);
    await expect(storedSeqs()).resolves.toEqual([1, 2]);
  });

  test('refuses a time that is none before it asks the server', async () => {
    const nonsense = liquidationForTests(1, { venueTimeMs: Number.NaN });
    await expect(repository.record([nonsense], NOW_MS)).rejects.toBeInstanceOf(UnstorableLiquidationError);
  });

  test('two writers that overlap by half stay dense and record each event once (F23)', async () => {
    const events = liquidationsForTests(600);
    const other = newRepository();
    const record = async (own: LiquidationRepository, from: number, to: number) => {
      const seqs: number[] = [];
      for (let at = from; at < to; at += 17) {
        const rows = await own.record(events.slice(at, Math.min(to, at + 17)), NOW_MS);
        seqs.push(...rows.map(({ seq }) => seq));
      }
      return seqs;
    };
    const [first, second] = await Promise.all([record(repository, 0, 400), record(other, 200, 600)]);
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
    await expect(storedSeqs()).resolves.toHaveLength(600);
    // Each writer alone sees its own numbers rise: order of seq is order of commit.
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(second).toEqual([...second].sort((a, b) => a - b));
  });

  test('a hundred copies at once become one row (F18)', async () => {
    const event = liquidationForTests(1);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => newRepository().record([event], NOW_MS)),
    );
    expect(answers.flat()).toEqual([{ ...event, seq: 1, committedTimeMs: NOW_MS }]);
    await expect(storedSeqs()).resolves.toEqual([1]);
  });

  test('a reader never sees a seq without all that lie before it', async () => {
    const progress = { writing: true };
    const writers = Promise.all(
      [0, 1, 2].map(async (writer) => {
        for (let n = 0; n < 40; n += 1) {
          await newRepository().record(liquidationsForTests(5, writer * 1_000 + n * 5), NOW_MS);
        }
      }),
    ).finally(() => (progress.writing = false));
    let looks = 0;
    while (progress.writing) {
      const seqs = await storedSeqs();
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      looks += 1;
    }
    await writers;
    expect(looks).toBeGreaterThan(3);
    await expect(storedSeqs()).resolves.toHaveLength(600);
  });

  test('refuses to leave a hole when somebody inserts beside the lock', async () => {
    const client = await postgres.database.writer.connect();
    try {
      await repository.record([liquidationForTests(1)], NOW_MS);
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO liquidation SELECT 7, 'binance:BTCUSDT:2', venue, symbol, venue_symbol, base_asset, quote_asset,
           liquidated_side, side, quantity, price, average_price, mark_price, price_used, notional_usd,
           '2023-11-14T22:13:20.014Z', received_at, committed_at, raw FROM liquidation`,
      );
      const recording = repository.record([liquidationForTests(2), liquidationForTests(3)], NOW_MS);
      const failure = expect(recording).rejects.toMatchObject({ code: '40001' });
      await client.query(`SELECT pg_sleep(0.1)`);
      await client.query('COMMIT');
      await failure;
    } finally {
      client.release();
    }
    await expect(repository.latest()).resolves.toMatchObject({ lastSeq: 1 });
  });

  test('finds known events by their index and never reads the table through, however it has grown', async () => {
    const client = await postgres.database.writer.connect();
    try {
      const own = new LiquidationRepository({ writer: client, reader: client });
      const scans = async () => {
        await client.query('SELECT pg_stat_force_next_flush()');
        const { rows } = await client.query<{ scans: number }>(
          `SELECT sum(seq_scan)::int AS scans FROM pg_stat_user_tables WHERE relname ~ '^liquidation_([0-9]|default)'`,
        );
        return rows[0]?.scans;
      };
      await own.record(liquidationsForTests(2_000), NOW_MS);
      await client.query('ANALYZE liquidation');
      const before = await scans();
      for (let n = 0; n < 10; n += 1) await own.record(liquidationsForTests(200, 1_900 + n * 100), NOW_MS);
      await expect(scans()).resolves.toBe(before);
    } finally {
      client.release();
    }
  });

  test('puts each month into a partition of its own, and impossible times into the default', async () => {
    const at = (time: string, n: number) => liquidationForTests(n, { venueTimeMs: Date.parse(time) });
    const events = [
      at('2025-01-31T23:59:59.999Z', 1),
      at('2025-02-01T00:00:00.000Z', 2),
      at('2001-01-01T00:00:00Z', 3),
      at('2999-01-01T00:00:00Z', 4),
    ];
    await newRepository().record(events, Date.parse('2025-12-31T12:00:00Z'));
    const { rows } = await postgres.database.reader.query<{ place: string; n: number }>(
      'SELECT tableoid::regclass::text AS place, count(*)::int AS n FROM liquidation GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { place: 'liquidation_2025_01', n: 1 },
      { place: 'liquidation_2025_02', n: 1 },
      { place: 'liquidation_default', n: 2 },
    ]);
    const coming = await postgres.database.reader.query(
      `SELECT to_regclass('liquidation_2026_01') IS NOT NULL AS made`,
    );
    expect(coming.rows).toEqual([{ made: true }]);
  });

  test('records into the default partition when the month cannot be made', async () => {
    const march = (n: number) =>
      liquidationForTests(n, { venueTimeMs: Date.parse('2023-03-10T00:00:00Z') + n });
    const holder = await postgres.database.writer.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE liquidation IN ACCESS SHARE MODE');
      await expect(newRepository().record([march(1)], NOW_MS)).resolves.toHaveLength(1);
      await holder.query('COMMIT');
    } finally {
      holder.release();
    }
    // Now it holds rows of that month, so the partition can never be made: recording must not care.
    await expect(newRepository().record([march(2)], NOW_MS)).resolves.toHaveLength(1);
    await expect(storedSeqs()).resolves.toEqual([1, 2]);
  });

  test('pages newest first, whole and without overlap, while rows are added', async () => {
    await repository.record(liquidationsForTests(10), NOW_MS);
    const first = await repository.page({}, 4);
    await repository.record(liquidationsForTests(3, 100), NOW_MS);
    const second = await repository.page({}, 4, first.rows.at(-1)?.seq);
    const third = await repository.page({}, 4, second.rows.at(-1)?.seq);
    const seqs = [first, second, third].map(({ rows }) => rows.map(({ seq }) => seq));
    expect(seqs).toEqual([
      [10, 9, 8, 7],
      [6, 5, 4, 3],
      [2, 1],
    ]);
    expect([first, second, third].map(({ hasMore }) => hasMore)).toEqual([true, true, false]);
  });

  test('reads rows of a page once, and then only those that came', async () => {
    await repository.record(liquidationsForTests(30), NOW_MS);
    const { reader } = postgres.database;
    const rowsRead: number[] = [];
    const counting = {
      query: async (statement: QueryConfig) => {
        const result = await reader.query<{ key?: string }>(statement);
        rowsRead.push(result.rows.filter(({ key }) => key !== undefined).length);
        return result;
      },
    };
    const own = new LiquidationRepository({ writer: postgres.database.writer, reader: counting as never });
    const first = await own.page({}, 10);
    expect(rowsRead).toEqual([0, 11]);
    const again = await own.page({ minNotionalUsd: parseDecimal('0') }, 10);
    expect(rowsRead).toEqual([0, 11, 0]);
    // The very same rows: nothing was made anew.
    expect(again.rows.every((row, at) => row === first.rows[at])).toBe(true);
    await repository.record(liquidationsForTests(2, 100), NOW_MS);
    const fresh = await own.page({}, 10);
    expect(rowsRead).toEqual([0, 11, 0, 0, 2]);
    expect(fresh).toEqual(await newRepository().page({}, 10));
  });

  test('shows a whole page also where a row of it goes while it is read', async () => {
    const { reader, writer } = postgres.database;
    await repository.record(liquidationsForTests(10), NOW_MS);
    let statements = 0;
    const losing = {
      query: async (statement: QueryConfig) => {
        const result = await reader.query<object>(statement);
        statements += 1;
        if (statements === 1) await writer.query('DELETE FROM liquidation WHERE seq = 9');
        return result;
      },
    };
    const page = await new LiquidationRepository({ writer, reader: losing as never }).page({}, 4);
    expect(page.rows.map(({ seq }) => seq)).toEqual([10, 8, 7, 6]);
    expect(page.hasMore).toBe(true);
  });

  test('shows what the store holds now, though rows are gone, changed or numbered anew', async () => {
    const client = postgres.database.writer;
    const sameAsNew = async () => {
      for (const [first, before] of [[4], [4, 7], [20]] as const) {
        const page = await repository.page({}, first, before);
        expect(page).toEqual(await newRepository().page({}, first, before));
      }
    };
    await repository.record(liquidationsForTests(10), NOW_MS);
    await sameAsNew();
    await client.query('DELETE FROM liquidation WHERE seq IN (2, 9)');
    await sameAsNew();
    await client.query(`UPDATE liquidation SET quantity = '7' WHERE seq = 8`);
    await sameAsNew();
    // As after an earlier state was put back: the same numbers for other events, and for the same ones.
    await client.query('TRUNCATE liquidation; UPDATE liquidation_cursor SET last_seq = 0');
    await repository.record(liquidationsForTests(10, 5), NOW_MS + 1);
    await sameAsNew();
  });

  test.each<[string, LiquidationQuery, SeqRange]>([
    ['the newest page', {}, { order: 'DESC', limit: 50 }],
    ['an older page', {}, { beforeSeq: 2_000, order: 'DESC', limit: 50 }],
    ['a resume', {}, { afterSeq: 2_000, beforeSeq: 4_001, order: 'ASC', limit: 50 }],
    ['a page of one symbol', { symbols: ['BTCUSDT'] }, { order: 'DESC', limit: 50 }],
  ])('reads %s from the end of an index, without a look at the rest', async (_, query, range) => {
    const months = [0, 31 * 86_400_000].map((shiftMs, month) =>
      liquidationsForTests(2_000, month * 2_000).map((event) => ({
        ...event,
        venueTimeMs: event.venueTimeMs + shiftMs,
      })),
    );
    await repository.record(months.flat(), NOW_MS);
    await postgres.database.writer.query('ANALYZE liquidation');
    const { text, values } = selectStatement(query, range);
    const { rows } = await postgres.database.reader.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [
      ...values,
    ]);
    const touched = JSON.stringify(rows).matchAll(/"Actual Rows":\s*([\d.]+)/g);
    expect(Math.max(...[...touched].map(([, count]) => Number(count)))).toBeLessThanOrEqual(100);
  });

  test('lists the recorded symbols once each', async () => {
    await expect(repository.symbols()).resolves.toEqual([]);
    const events = ['SOLUSDT', 'BTCUSDT', 'SOLUSDT', '1INCHUSDT', 'ETHUSDT'].map((symbol, n) =>
      liquidationForTests(n, { symbol, venueTimeMs: Date.parse(`2024-0${n + 4}-02T00:00:00Z`) }),
    );
    await repository.record(events, NOW_MS);
    await expect(repository.symbols()).resolves.toEqual(['1INCHUSDT', 'BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
  });

  test('names the store, and keeps the name', async () => {
    const { storeId } = await repository.latest();
    expect(storeId).toMatch(/^[0-9a-f]{12}$/);
    await expect(newRepository().latest()).resolves.toMatchObject({ storeId });
  });

  test('has in the database exactly the columns that the domain has', async () => {
    const { rows } = await postgres.database.reader.query<{ name: string; type: string; nullable: string }>(
      `SELECT column_name AS name, udt_name AS type, is_nullable AS nullable
         FROM information_schema.columns WHERE table_name = 'liquidation' ORDER BY ordinal_position`,
    );
    const typeNames: Record<string, string> = { bigint: 'int8' };
    expect(rows).toEqual(
      Object.values(LIQUIDATION_COLUMNS).map((column) => ({
        name: column.name,
        type: typeNames[column.type] ?? column.type,
        nullable: 'nullable' in column ? 'YES' : 'NO',
      })),
    );
  });

  test('the database and `matches` agree on every query', async () => {
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
    const venues = ['binance', 'okx', 'bybit'];
    const amount = fc
      .constantFrom('0.1', '0.10000000000000000001', '1', '9', '10', '100.5')
      .map(parseDecimal);
    const time = fc.constantFrom(1_700_000_000_000, 1_700_000_000_001, 1_703_000_000_000, 1_710_000_000_000);
    const event = fc.record({
      symbol: fc.constantFrom(...symbols),
      venue: fc.constantFrom(...venues),
      liquidatedSide: fc.constantFrom('LONG' as const, 'SHORT' as const),
      notionalUsd: amount,
      venueTimeMs: time,
    });
    const query: fc.Arbitrary<LiquidationQuery> = fc.record(
      {
        symbols: fc.array(fc.constantFrom(...symbols, 'DOGEUSDT'), { maxLength: 3 }),
        venues: fc.subarray(venues),
        liquidatedSide: fc.constantFrom('LONG' as const, 'SHORT' as const),
        minNotionalUsd: amount,
        fromMs: fc.oneof(time, fc.constantFrom(-8.64e15, 8.64e15)),
        toMs: fc.oneof(time, fc.constantFrom(-8.64e15, 8.64e15)),
      },
      { requiredKeys: [] },
    );
    const sample = fc.sample(event, { numRuns: 200, seed: 7 });
    const recorded = await repository.record(
      sample.map((fields, n) => liquidationForTests(n, fields)),
      NOW_MS,
    );
    await fc.assert(
      fc.asyncProperty(
        query,
        fc.nat(210),
        fc.nat(210),
        fc.integer({ min: 1, max: 60 }),
        async (wanted, after, upTo, limit) => {
          const expected = recorded.filter((row) => matches(row, wanted));
          const ascending = await repository.readAfter(wanted, after, upTo, limit);
          expect(ascending).toEqual(expected.filter(({ seq }) => seq > after && seq <= upTo).slice(0, limit));
          const below = expected.filter(({ seq }) => seq < upTo).reverse();
          await expect(repository.page(wanted, limit, upTo)).resolves.toEqual({
            rows: below.slice(0, limit),
            hasMore: below.length > limit,
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});
