import { type SchemaElement } from 'hyparquet-writer';

/** What a column holds, and with that how it is written: see `SCALES` for decimals. */
export type ColumnType =
  | 'text'
  | 'price' // per coin
  | 'quantity' // coins
  | 'usd' // dollars
  | 'rate' // a fraction or a percentage
  | 'time' // epoch ms, UTC
  | 'integer' // 64 bits, signed
  | 'flag';

/** A column of a file. Its name is public: programs of others are written against it. */
export interface ArchiveColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Null where a value is not known; absent: it always is. */
  readonly isOptional?: boolean;
}

/** Decimals as text, times in ms, whole numbers also as text where a double could not hold them. */
export type ArchiveCell = string | number | bigint | boolean | null | undefined;

/** A row by the names of its columns. */
export type ArchiveRow = Readonly<Record<string, ArchiveCell>>;

/** Digits of a decimal in Parquet, the most that every reader knows. */
export const PRECISION = 38;
/**
 * Digits after the point, which leave twenty in front of it: as many as are taken of prices, and as many as the coins of a
 * contract have that is worth a number of dollars.
 */
export const SCALES = { price: 18, quantity: 18, usd: 18, rate: 18 } as const satisfies Partial<
  Record<ColumnType, number>
>;

/**
 * The last column of every file: what did not fit into its own, exactly as it is, as a JSON object by the names of the
 * columns; these are null then. Null where everything fits.
 */
export const UNFIT: ArchiveColumn = { name: 'unfit', type: 'text', isOptional: true };

const LIMIT = 10n ** BigInt(PRECISION);
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** A decimal as a whole number of its last place; undefined where digits would be lost. */
export function unscaledDecimal(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', given = ''] = match;
  const fraction = given.length > scale ? given.replace(/0+$/, '') : given;
  if (fraction.length > scale) return undefined;
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  if (units >= LIMIT) return undefined;
  return sign === '' ? units : -units;
}

/** True for a column of decimals. */
export function isDecimalColumn({ type }: ArchiveColumn): boolean {
  return type in SCALES;
}

/** How Parquet is told of a column. */
export function schemaElement({ name, type, isOptional = false }: ArchiveColumn): SchemaElement {
  const base = { name, repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED' } as const;
  switch (type) {
    case 'text':
      return { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'time':
      return {
        ...base,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MILLIS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      };
    case 'integer':
      return { ...base, type: 'INT64' };
    case 'flag':
      return { ...base, type: 'BOOLEAN' };
    default:
      return {
        ...base,
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 16,
        converted_type: 'DECIMAL',
        scale: SCALES[type],
        precision: PRECISION,
        logical_type: { type: 'DECIMAL', precision: PRECISION, scale: SCALES[type] },
      };
  }
}

/** What a cell is written as; `{ unfit }` with its text where it does not fit. Throws RangeError for what no row may hold. */
export function writtenCell(
  column: ArchiveColumn,
  cell: ArchiveCell,
): string | bigint | boolean | null | { readonly unfit: string } {
  if (cell === null || cell === undefined) {
    if (column.isOptional === true) return null;
    throw new RangeError(`${column.name} is missing`);
  }
  switch (column.type) {
    case 'text':
      return String(cell);
    case 'flag':
      return cell === true;
    case 'time':
      return BigInt(Math.round(Number(cell)));
    case 'integer':
      return BigInt(cell);
    default:
      return unscaledDecimal(String(cell), SCALES[column.type]) ?? { unfit: String(cell) };
  }
}
