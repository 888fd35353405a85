import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SCALES, UNFIT, type ArchiveColumn, type ArchiveRow } from './archive-column.js';
import { DuckDbForTests } from './duckdb-for-tests.js';
import { FACTS_KEY, readFacts, type FileFacts } from './file-facts.js';
import { ParquetEncoder } from './parquet-encoder.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'nr', type: 'integer' },
  { name: 'name', type: 'text' },
  { name: 'note', type: 'text', isOptional: true },
  { name: 'price', type: 'price' },
  { name: 'quantity', type: 'quantity', isOptional: true },
  { name: 'usd', type: 'usd' },
  { name: 'time', type: 'time' },
  { name: 'later', type: 'time', isOptional: true },
  { name: 'is_so', type: 'flag', isOptional: true },
];
const FACTS: FileFacts = {
  kind: 'trades',
  schema: 1,
  version: '1.2.3',
  writtenAt: '2026-11-22T00:00:00.000Z',
  venue: 'binance',
  symbol: '币安人生USDT "\u0018\u0008orderfox\u0018',
  from: '2026-11-22T00:00:00.000Z',
  to: '2026-11-23T00:00:00.000Z',
  rows: 1,
  unfit: 0,
  isFinal: false,
  isSimulated: false,
  store: '0123456789ab',
  fingerprint: 'x',
};

/** Of up to 60 digits, as wide as anything that is taken from a venue; most of them as wide as prices are. */
const decimal = fc
  .oneof(
    { weight: 5, arbitrary: fc.tuple(fc.boolean(), fc.bigInt(0n, 10n ** 12n), fc.nat(8)) },
    { weight: 1, arbitrary: fc.tuple(fc.boolean(), fc.bigInt(0n, 10n ** 45n), fc.nat(44)) },
  )
  .map(([isNegative, units, scale]) => {
    const digits = units.toString().padStart(scale + 1, '0');
    const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    return isNegative && plain !== '0' ? `-${plain}` : plain;
  });
const time = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const row = fc.record({
  nr: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  name: text,
  note: fc.option(text),
  price: decimal,
  quantity: fc.option(decimal),
  usd: decimal,
  time,
  later: fc.option(time),
  is_so: fc.option(fc.boolean()),
});

let folder: string;
let duckdb: DuckDbForTests;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-spec-'));
  duckdb = await DuckDbForTests.open();
});
afterAll(async () => {
  duckdb.close();
  await rm(folder, { recursive: true, force: true });
});

async function written(groups: readonly (readonly ArchiveRow[])[], facts = FACTS): Promise<string> {
  const encoder = new ParquetEncoder(COLUMNS, 'OrderFox 1.2.3');
  const parts = groups.map((rows) => encoder.group(rows));
  const end = encoder.end({ before: 'x', [FACTS_KEY]: JSON.stringify(facts), behind: 'y' });
  const path = join(folder, 'file.parquet');
  await writeFile(path, Buffer.concat([...parts, end]));
  return path;
}

/** What stands in the file of a decimal: itself, or null with the text beside it. */
function fits(value: string | null, scale: number): boolean {
  if (value === null) return true;
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  return fraction.length <= scale && whole.replace(/^0+/, '').length + scale <= 38;
}

describe('Parquet files', () => {
  test('give DuckDB every value of every row back, to the last digit, and what does not fit beside them', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(row, { maxLength: 40 }), { maxLength: 4 }), async (groups) => {
        const numbered = groups.map((rows) => rows.map((one) => ({ ...one, nr: (number += 1) })));
        const path = await written(numbered);
        const read = await duckdb.texts(path, 'file.nr');
        const expected = numbered.flat().map((one) => {
          const decimals = { price: one.price, quantity: one.quantity, usd: one.usd };
          const unfit = Object.entries(decimals).filter(
            ([name, value]) => !fits(value, SCALES[name as keyof typeof SCALES]),
          );
          return {
            nr: String(one.nr),
            name: one.name,
            note: one.note,
            ...decimals,
            ...Object.fromEntries(unfit.map(([name]) => [name, null])),
            time: String(one.time),
            later: one.later === null ? null : String(one.later),
            is_so: one.is_so === null ? null : String(one.is_so),
            [UNFIT.name]: unfit.length === 0 ? null : JSON.stringify(Object.fromEntries(unfit)),
          };
        });
        expect(read).toEqual(expected);
        expect(await readFacts(path)).toEqual(FACTS);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  test('keep whole numbers at the borders of 64 bits', async () => {
    const one = { name: 'a', price: '1', usd: '1', time: 0 };
    const path = await written([
      [
        { ...one, nr: '-9223372036854775808' },
        { ...one, nr: 9223372036854775807n },
      ],
    ]);
    expect((await duckdb.texts(path, 'file.nr')).map(({ nr }) => nr)).toEqual([
      '-9223372036854775808',
      '9223372036854775807',
    ]);
  });

  test('say of times that they are UTC, of decimals how wide they are, and who wrote them', async () => {
    const path = await written([[{ nr: 1, name: 'a', price: '1', usd: '1', time: 0 }]]);
    const types = await duckdb.rows(
      `DESCRIBE SELECT price, quantity, usd, time FROM read_parquet('${path}')`,
    );
    expect(types.map(({ column_type: type }) => type)).toEqual([
      'DECIMAL(38,18)',
      'DECIMAL(38,18)',
      'DECIMAL(38,18)',
      'TIMESTAMP WITH TIME ZONE',
    ]);
    expect(await duckdb.value(`SELECT created_by FROM parquet_file_metadata('${path}')`)).toBe(
      'OrderFox 1.2.3',
    );
  });

  test('say of each group between which values its decimals lie, below zero too, so that readers may leave it out', async () => {
    const of = (nr: number, price: string) => ({ nr, name: 'a', price, usd: '1', time: 0 });
    const path = await written([
      [of(1, '-2.5'), of(2, '-100'), of(3, '0.5')],
      [of(4, '7'), of(5, '123456789012345678901234567890')],
    ]);
    const rows = await duckdb.rows(
      `SELECT stats_min_value AS least, stats_max_value AS most, stats_null_count::INTEGER AS nulls
         FROM parquet_metadata('${path}') WHERE path_in_schema = 'price' ORDER BY row_group_id`,
    );
    expect(rows).toEqual([
      { least: '-100.000000000000000000', most: '0.500000000000000000', nulls: 0 },
      { least: '7.000000000000000000', most: '7.000000000000000000', nulls: 1 },
    ]);
    const found = await duckdb.rows(
      `SELECT nr::INTEGER AS nr FROM read_parquet('${path}') WHERE price < -1 ORDER BY nr`,
    );
    expect(found).toEqual([{ nr: 1 }, { nr: 2 }]);
  });

  test('without a row have their columns all the same', async () => {
    const path = await written([]);
    expect(await duckdb.value(`SELECT count(*)::INTEGER FROM read_parquet('${path}')`)).toBe(0);
    expect(await readFacts(path)).toEqual(FACTS);
  });

  test('lack a row rather than hold one without what it must have', () => {
    const encoder = new ParquetEncoder(COLUMNS, 'OrderFox');
    expect(() => encoder.group([{ nr: 1, price: '1', usd: '1', time: 0 }])).toThrow('name is missing');
  });

  test('that are cut off anywhere, or are of somebody else, are told from whole ones', async () => {
    const path = await written([[{ nr: 1, name: 'a', price: '1', usd: '1', time: 0 }]]);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      expect(await readFacts(path)).toBe('UNKNOWN');
    }
    await writeFile(path, Buffer.from(whole.toString('latin1').replaceAll('orderfox', 'otherfox'), 'latin1'));
    expect(await readFacts(path)).toBe('UNKNOWN');
    await rm(path);
    expect(await readFacts(path)).toBeUndefined();
  });
});
