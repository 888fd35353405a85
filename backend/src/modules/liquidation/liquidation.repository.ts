import { type Liquidation, type RecordedLiquidation } from '@orderfox/domain';
import { type Pool } from 'pg';
import { carryTexts } from '../../core/graphql/writing/kept-texts.js';
import { LiquidationPartitions } from './liquidation-partitions.js';
import { type LiquidationQuery } from './liquidation-query.js';
import { KnownRows } from './known-rows.js';
import {
  keyedStatement,
  keysStatement,
  selectStatement,
  seqOfKey,
  type SeqRange,
} from './liquidation-select.js';
import { PreparedStatements } from './prepared-statements.js';
import { fromRow, type LiquidationRow, toBatch } from './liquidation.table.js';

/** Where the stream stands. */
export interface StreamPosition {
  /** Newest recorded seq; 0 when nothing has been recorded yet. */
  readonly lastSeq: number;
  /** Oldest seq that is still kept. */
  readonly oldestSeq: number;
  /** Names this store: a cursor of another one, say after the data directory was deleted, means nothing here. */
  readonly storeId: string;
}

/** Some rows, newest first. */
export interface LiquidationPage {
  readonly rows: readonly RecordedLiquidation[];
  /** True if older rows match as well. */
  readonly hasMore: boolean;
}

/** Pools to be used; queries of the API never wait behind recording or the other way round. */
export interface RepositoryPools {
  readonly writer: Pick<Pool, 'query'>;
  readonly reader: Pick<Pool, 'query'>;
}

/** The only door to the table `liquidation`. Every method rejects with what `pg` throws when the server is away. */
export class LiquidationRepository {
  readonly #partitions: LiquidationPartitions;
  readonly #known = new KnownRows();
  readonly #prepared = new PreparedStatements();

  constructor(private readonly pools: RepositoryPools) {
    this.#partitions = new LiquidationPartitions(pools.writer);
  }

  /**
   * Records a batch in one transaction: events that are there already are left out, the others get the next numbers in
   * their order. Resolves after the commit, with the new rows only, in seq order. All or nothing: a rejected batch has
   * left no row and no hole, unless the connection broke while the answer was on its way, which recording it again
   * makes good. Throws UnstorableLiquidationError.
   */
  async record(events: readonly Liquidation[], committedTimeMs: number): Promise<RecordedLiquidation[]> {
    if (events.length === 0) return [];
    const batch = toBatch(events);
    await this.#partitions.prepare(events, committedTimeMs);
    const { rows } = await this.pools.writer.query<{ place: number; number: number }>({
      name: 'record-liquidations',
      text: `SELECT place, number::float8 AS number
               FROM record_liquidations(${batch.map((_, column) => `$${column + 1}`).join(', ')}, $${batch.length + 1})`,
      values: [...batch, new Date(committedTimeMs).toISOString()],
    });
    return rows.flatMap(({ place, number }) => {
      const event = events[place - 1];
      return event === undefined ? [] : [{ ...event, seq: number, committedTimeMs }];
    });
  }

  /** Matching rows with afterSeq < seq <= upToSeq, oldest first, at most `limit`. */
  async readAfter(
    query: LiquidationQuery,
    afterSeq: number,
    upToSeq: number,
    limit: number,
  ): Promise<RecordedLiquidation[]> {
    return this.#select(query, { afterSeq, beforeSeq: upToSeq + 1, order: 'ASC', limit });
  }

  /**
   * The newest `first` matching rows below `beforeSeq`, newest first. Which rows these are, the database says; those that
   * were read lately are not read again.
   */
  async page(query: LiquidationQuery, first: number, beforeSeq?: number): Promise<LiquidationPage> {
    const rows = await this.#selectUnknown(query, {
      ...(beforeSeq !== undefined && { beforeSeq }),
      order: 'DESC',
      limit: first + 1,
    });
    return { rows: rows.slice(0, first), hasMore: rows.length > first };
  }

  /** The seq behind which the newest `count` rows of a symbol lie; 0 where there are no more than these. */
  async seqBefore(symbol: string, count: number): Promise<number> {
    const { rows } = await this.pools.reader.query<{ before: number }>(
      `SELECT seq::float8 AS "before" FROM liquidation WHERE symbol = $1
        ORDER BY liquidation.seq DESC OFFSET $2::bigint LIMIT 1`,
      [symbol, count],
    );
    return rows[0]?.before ?? 0;
  }

  /** Where the stream stands now. */
  async latest(): Promise<StreamPosition> {
    const { rows } = await this.pools.reader.query<StreamPosition>({
      name: 'liquidation-position',
      text: `SELECT last_seq::float8 AS "lastSeq", oldest_seq::float8 AS "oldestSeq", store_id AS "storeId"
               FROM liquidation_cursor`,
    });
    const position = rows[0];
    if (position === undefined) throw new Error('The table liquidation_cursor has lost its row');
    return position;
  }

  /** Canonical symbols with at least one recorded row, in alphabetical order. */
  async symbols(): Promise<readonly string[]> {
    // Jumps from symbol to symbol in the index; DISTINCT would read every row.
    const { rows } = await this.pools.reader.query<{ symbol: string }>(
      `WITH RECURSIVE found (symbol) AS (
         (SELECT symbol FROM liquidation ORDER BY symbol LIMIT 1)
         UNION ALL
         SELECT (SELECT next.symbol FROM liquidation AS next WHERE next.symbol > found.symbol ORDER BY next.symbol LIMIT 1)
           FROM found WHERE found.symbol IS NOT NULL
       )
       SELECT symbol FROM found WHERE symbol IS NOT NULL`,
    );
    return rows.map(({ symbol }) => symbol);
  }

  async #selectUnknown(query: LiquidationQuery, range: SeqRange): Promise<RecordedLiquidation[]> {
    const statement = this.#prepared.name(keysStatement(query, range));
    const { rows: answer } = await this.pools.reader.query<{ keys: readonly string[] | null }>(statement);
    const keys = answer[0]?.keys ?? [];
    const known: RecordedLiquidation[] = [];
    const unknown: number[] = [];
    for (const key of keys) {
      const row = this.#known.get(key);
      if (row === undefined) unknown.push(seqOfKey(key));
      else known.push(row);
    }
    if (unknown.length === 0) return known;
    const [afterSeq, beforeSeq] = [Math.min(...unknown) - 1, Math.max(...unknown) + 1];
    const read = await this.#selectAndKeep(query, { ...range, afterSeq, beforeSeq });
    if (read.length === keys.length) return read;
    const rows = keys.flatMap((key) => this.#known.get(key) ?? []);
    // Unless rows have gone meanwhile, or had to make room.
    return rows.length === keys.length ? rows : this.#selectAndKeep(query, range);
  }

  async #select(query: LiquidationQuery, range: SeqRange): Promise<RecordedLiquidation[]> {
    const statement = this.#prepared.name(selectStatement(query, range));
    const { rows } = await this.pools.reader.query<LiquidationRow>(statement);
    return rows.map(fromRow);
  }

  async #selectAndKeep(query: LiquidationQuery, range: SeqRange): Promise<RecordedLiquidation[]> {
    const statement = this.#prepared.name(keyedStatement(query, range));
    const { rows } = await this.pools.reader.query<LiquidationRow & { readonly key: string }>(statement);
    return rows.map((row) => {
      const known = this.#known.get(row.key);
      if (known !== undefined) return known;
      const read = carryTexts(fromRow(row));
      this.#known.keep(row.key, read);
      return read;
    });
  }
}
