import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { schemaElement, UNFIT, writtenCell, type ArchiveColumn, type ArchiveRow } from './archive-column.js';

/** Rows of a group: encoding one keeps everybody else waiting for some milliseconds, and not longer. */
export const ROWS_PER_GROUP = 2_000;

/**
 * Rows to the bytes of a Parquet file, piece by piece: nothing is kept but the places of the pieces. A decimal column that
 * cannot hold every digit of a value is optional in the file and null there; the value stands in the last column, `unfit`.
 */
export class ParquetEncoder {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #rows = 0;
  #unfit = 0;

  constructor(
    private readonly columns: readonly ArchiveColumn[],
    createdBy: string,
  ) {
    const elements = [...columns.map(canBeUnfit), UNFIT].map(schemaElement);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'root', num_children: elements.length }, ...elements],
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
    const columnData = this.columns.map((column) => ({
      name: column.name,
      data: rows.map((row, at) => {
        const written = writtenCell(column, row[column.name]);
        if (written === null || typeof written !== 'object') return written;
        unfit[at]?.set(column.name, written.unfit);
        this.#unfit += 1;
        return null;
      }),
    }));
    const unfitData = unfit.map((values) =>
      values.size === 0 ? null : JSON.stringify(Object.fromEntries(values)),
    );
    // All is in memory, so nothing is waited for.
    void this.#writer.write({
      columnData: [...columnData, { name: UNFIT.name, data: unfitData }],
      rowGroupSize: Math.max(1, rows.length),
    });
    this.#rows += rows.length;
    return this.#taken();
  }

  /** The last bytes of the file, with what it says of itself. */
  end(metadata: Readonly<Record<string, string>>): Uint8Array {
    this.#writer.kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    void this.#writer.finish();
    return this.#taken();
  }

  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return bytes;
  }
}

/** Any decimal may one day be too wide, and files of all days have to have the same columns. */
function canBeUnfit(column: ArchiveColumn): ArchiveColumn {
  const isDecimal = ['price', 'quantity', 'usd', 'rate'].includes(column.type);
  return isDecimal ? { ...column, isOptional: true } : column;
}
