import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** For specs: DuckDB, which has nothing in common with what wrote the files. It fetches nothing from anywhere. */
export class DuckDbForTests {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<DuckDbForTests> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      threads: '1',
    });
    return new DuckDbForTests(instance, await instance.connect());
  }

  /** Rows of a statement, by the names of their columns. */
  async rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJS();
  }

  /** The one value of the one row of a statement. */
  async value(sql: string): Promise<unknown> {
    return Object.values((await this.rows(sql))[0] ?? {})[0];
  }

  /** All of some files (a path or a pattern) as text without trailing zeros, times in ms, in the order of a column. */
  async texts(files: string, order: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
    const described = await this.rows(`DESCRIBE SELECT * FROM read_parquet('${quoted(files)}')`);
    const columns = described.map(({ column_name: name, column_type: type }) => {
      const column = `"${String(name)}"`;
      return String(type).startsWith('TIMESTAMP')
        ? `epoch_ms(${column})::VARCHAR AS ${column}`
        : `${column}::VARCHAR AS ${column}`;
    });
    const rows = await this.rows(
      `SELECT ${columns.join(', ')} FROM read_parquet('${quoted(files)}') AS file ORDER BY ${order}`,
    );
    const decimals = new Set(
      described
        .filter(({ column_type: type }) => String(type).startsWith('DECIMAL'))
        .map((one) => one.column_name),
    );
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => {
          const text = typeof value === 'string' ? value : null;
          return [name, text !== null && decimals.has(name) ? plain(text) : text];
        }),
      ),
    );
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** In an SQL string. */
export function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

function plain(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
