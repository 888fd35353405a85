import { type Pool, type PoolClient } from 'pg';
import { messageOf } from '../../core/error-facts.js';
import { ms } from './archive-sql.js';

/** A day of books has more rows than the API may ever read at once. Nobody waits for the answer. */
const STATEMENT_MS = 60_000;
/** On top of it: the answer that never comes because the network is gone. */
const SILENCE_MS = 3_000;

/** Rows that are in memory at once. */
export const PAGE_ROWS = 2_000;

/** The database could not be asked. The message is what `pg` said. */
export class ArchiveDatabaseError extends Error {
  /** It cannot be reached at all: any other question would fail too. */
  readonly code: 'DATABASE_AWAY' | 'DATABASE_REFUSED';

  constructor(cause: unknown, isAway: boolean) {
    super(messageOf(cause), { cause });
    this.name = 'ArchiveDatabaseError';
    this.code = isAway ? 'DATABASE_AWAY' : 'DATABASE_REFUSED';
  }
}

/** Questions that all see the same state of the database, however long they take. */
export interface ArchiveReading {
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** The rows of a statement, a page at a time. One after the other: it must end before the next begins. */
  pages<Row extends object>(text: string, values: readonly unknown[]): AsyncGenerator<readonly Row[]>;
}

/**
 * Reads what is to be archived, on one of the API's connections and never on one of recording. Everything rejects with
 * ArchiveDatabaseError when the server is away.
 */
export class ArchiveStore {
  #id: string | undefined;
  readonly #clients = new Set<PoolClient>();

  constructor(private readonly pool: Pick<Pool, 'connect'>) {}

  /** Does a task on one state of the database. */
  async reading<Result>(task: (reading: ArchiveReading) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw new ArchiveDatabaseError(error, true);
    });
    // A connection that breaks fails its query; without a listener it would end the process besides.
    const ignore = () => undefined;
    client.on('error', ignore);
    this.#clients.add(client);
    let isWhole = false;
    try {
      const snapshot = new Snapshot(client);
      await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', []);
      await snapshot.query(`SET LOCAL statement_timeout = ${STATEMENT_MS}`, []);
      const result = await task(snapshot);
      await snapshot.query('COMMIT', []);
      isWhole = true;
      return result;
    } finally {
      client.off('error', ignore);
      // What failed half way is closed rather than mended.
      if (this.#clients.delete(client)) client.release(!isWhole);
    }
  }

  /** Closes the connections in use: what is asked on them rejects, and the end of the program need not wait for it. */
  giveUp(): void {
    for (const client of this.#clients) {
      this.#clients.delete(client);
      client.release(true);
    }
  }

  /** Names this database, as cursors do. */
  async id(): Promise<string> {
    this.#id ??= await this.reading(async (reading) => {
      const [row] = await reading.query<{ id: string }>('SELECT store_id AS id FROM liquidation_cursor', []);
      if (row === undefined) throw new Error('The table liquidation_cursor has lost its row');
      return row.id;
    });
    return this.#id;
  }

  /** The newest liquidation that is recorded. */
  async lastSeq(): Promise<number> {
    return this.reading(async (reading) => {
      const rows = await reading.query<{ seq: number }>(
        'SELECT last_seq::float8 AS seq FROM liquidation_cursor',
        [],
      );
      return rows[0]?.seq ?? 0;
    });
  }

  /** The UTC days, epoch ms, of liquidations with numbers above the first and up to the second. */
  async daysOfSeqs(afterSeq: number, toSeq: number): Promise<readonly number[]> {
    return this.reading(async (reading) => {
      const rows = await reading.query<{ dayMs: number }>(
        `SELECT DISTINCT ${ms("date_trunc('day', venue_time, 'UTC')")} AS "dayMs" FROM liquidation
          WHERE seq > $1::bigint AND seq <= $2::bigint`,
        [afterSeq, toSeq],
      );
      return rows.map(({ dayMs }) => dayMs);
    });
  }
}

class Snapshot implements ArchiveReading {
  constructor(private readonly client: PoolClient) {}

  async query<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      const query = { text, values: [...values], query_timeout: STATEMENT_MS + SILENCE_MS };
      return (await this.client.query<Row>(query)).rows;
    } catch (error) {
      throw new ArchiveDatabaseError(error, false);
    }
  }

  async *pages<Row extends object>(text: string, values: readonly unknown[]): AsyncGenerator<readonly Row[]> {
    await this.query(`DECLARE page NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const rows = await this.query<Row>(`FETCH ${PAGE_ROWS} FROM page`, []);
      if (rows.length > 0) yield rows;
      if (rows.length < PAGE_ROWS) break;
    }
    await this.query('CLOSE page', []);
  }
}
