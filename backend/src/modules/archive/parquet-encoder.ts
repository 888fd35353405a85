import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import {
  isDecimalColumn,
  schemaElement,
  UNFIT,
  writtenCell,
  type ArchiveColumn,
  type ArchiveRow,
} from './archive-column.js';

/** Rows of a group: encoding one keeps everybody else waiting for some milliseconds, and not longer. */
export const ROWS_PER_GROUP = 1_000;

/**
 * Rows to the bytes of a Parquet file, piece by piece: nothing is kept but the places of the pieces. A decimal column that
 * cannot hold every digit of a value is optional in the file and null there; the value stands in the last column, `unfit`.
 */
export class ParquetEncoder {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #elements: readonly SchemaElement[];
  #rows = 0;
  #unfit = 0;

  constructor(
    private readonly columns: readonly ArchiveColumn[],
    createdBy: string,
  ) {
    this.#elements = [...columns.map(canBeUnfit), UNFIT].map(schemaElement);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(this.#elements.map(withoutConversion)),
      codec: 'SNAPPY',
      createdBy,
    });
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Values so far that did not fit into their column. */
  get unfit(): number {
    return this.#unfit;
  }

  /** The next bytes of the file: a group of rows. Throws RangeError for a row that lacks what it must have. */
  group(rows: readonly ArchiveRow[]): Uint8Array {
    const unfit = rows.map(() => new Map<string, string>());
    const data = this.columns.map((column) => this.#dataOf(column, rows, unfit));
    const unfitData = unfit.map((values) =>
      values.size === 0 ? null : JSON.stringify(Object.fromEntries(values)),
    );
    // All is in memory, so nothing is waited for.
    void this.#writer.write({
      columnData: [
        ...this.columns.map((column, at) => ({
          name: column.name,
          data: isDecimalColumn(column) ? (data[at]?.map(decimalBytes) ?? []) : (data[at] ?? []),
          statistics: !isDecimalColumn(column),
        })),
        { name: UNFIT.name, data: unfitData },
      ],
      rowGroupSize: Math.max(1, rows.length),
    });
    const chunks = this.#writer.row_groups.at(-1)?.columns ?? [];
    for (const [at, column] of this.columns.entries()) {
      const chunk = rows.length > 0 && isDecimalColumn(column) ? chunks[at]?.meta_data : undefined;
      if (chunk !== undefined) chunk.statistics = statisticsOf(data[at] ?? []);
    }
    this.#rows += rows.length;
    return this.#taken();
  }

  /** The last bytes of the file, with what it says of itself. */
  end(metadata: Readonly<Record<string, string>>): Uint8Array {
    this.#writer.schema = schemaOf(this.#elements);
    this.#writer.kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    void this.#writer.finish();
    return this.#taken();
  }

  #dataOf(
    column: ArchiveColumn,
    rows: readonly ArchiveRow[],
    unfit: readonly Map<string, string>[],
  ): Written[] {
    return rows.map((row, at) => {
      const written = writtenCell(column, row[column.name]);
      if (written === null || typeof written !== 'object') return written;
      unfit[at]?.set(column.name, written.unfit);
      this.#unfit += 1;
      return null;
    });
  }

  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return bytes;
  }
}

type Written = string | bigint | boolean | null;

/** Any decimal may one day be too wide, and files of all days have to have the same columns. */
function canBeUnfit(column: ArchiveColumn): ArchiveColumn {
  return isDecimalColumn(column) ? { ...column, isOptional: true } : column;
}

function schemaOf(elements: readonly SchemaElement[]): SchemaElement[] {
  return [{ name: 'root', num_children: elements.length }, ...elements];
}

/**
 * While rows are written decimals are bytes to the library, which would take five times as long to make them. What it says of
 * the columns is written at the end, and with that what they are.
 */
function withoutConversion(element: SchemaElement): SchemaElement {
  if (element.converted_type !== 'DECIMAL') return element;
  const { name, type, type_length: length, repetition_type: repetition } = element;
  return {
    name,
    ...(type !== undefined && { type }),
    ...(length !== undefined && { type_length: length }),
    ...(repetition !== undefined && { repetition_type: repetition }),
  };
}

/** Two's complement, the highest byte first. */
function decimalBytes(units: Written): Uint8Array | null {
  if (typeof units !== 'bigint') return null;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, units >> 64n);
  view.setBigUint64(8, BigInt.asUintN(64, units));
  return bytes;
}

/** By what readers leave groups out unread. */
function statisticsOf(values: readonly Written[]): {
  min_value?: bigint;
  max_value?: bigint;
  null_count: bigint;
} {
  let [least, most]: (bigint | undefined)[] = [];
  let nulls = 0;
  for (const value of values) {
    if (typeof value !== 'bigint') {
      nulls += 1;
      continue;
    }
    if (least === undefined || value < least) least = value;
    if (most === undefined || value > most) most = value;
  }
  return {
    null_count: BigInt(nulls),
    ...(least !== undefined && { min_value: least }),
    ...(most !== undefined && { max_value: most }),
  };
}
