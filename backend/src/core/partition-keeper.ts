import { type Clock, type Timer } from '@orderfox/feed';
import { type Pool } from 'pg';
import { sqlStateOf } from './database-errors.js';
import { type Log } from './log.js';
import { partitionAt, partitionNamed, type Partition, type PartitionedTable } from './partitioned-table.js';

const LOOK_EVERY_MS = 60 * 60_000;
/** After a look that failed, or left something for later. */
const AGAIN_AFTER_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Partitions are there so long before the first row of them. */
const AHEAD_MS = 2 * DAY_MS;
/** What is fetched afterwards reaches so far back. */
const BACK_MS = DAY_MS;
/** Old rows of a default partition that are deleted at a look. */
const MOST_DELETED = 50_000;

/**
 * States after which a partition is not made by this process: the default partition holds rows of it already (23514,
 * 42P17), somebody else has just made it (42P07, 23505), or this user may not make tables (42501).
 */
const SETTLED: ReadonlySet<string | undefined> = new Set(['23514', '42P17', '42P07', '23505', '42501']);
/** The table is in use, by a backup perhaps: another time. */
const BUSY: ReadonlySet<string | undefined> = new Set(['55P03', '57014']);

/** What the keeper works with. */
export interface PartitionKeeperParts {
  readonly pool: Pick<Pool, 'query'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tables: readonly PartitionedTable[];
  /** How long rows are kept; a partition goes when its last row is older. */
  readonly retentionDays: number;
}

/** What the keeper did. */
export interface PartitionCounts {
  readonly made: number;
  readonly dropped: number;
  /** Rows that were in no partition of their own and too old. */
  readonly deleted: number;
  readonly failed: number;
}

/**
 * Makes the partitions of market data before their first row comes, and drops those whose last row is too old. A partition
 * is a convenience, never a condition: what has none lies in the default partition, and is deleted from there in time.
 *
 * Old is what is older than the newest row of the table by the retention, and by the clock as well: a clock that was set
 * wrong drops nothing, and what is not being recorded any more stays.
 */
export class PartitionKeeper {
  readonly #settled = new Set<string>();
  readonly #counts = { made: 0, dropped: 0, deleted: 0, failed: 0 };
  #timer: Timer | undefined;
  #isStopped = false;
  #looking: Promise<void> | undefined;

  constructor(private readonly parts: PartitionKeeperParts) {}

  get counts(): PartitionCounts {
    return this.#counts;
  }

  /** Looks at once, then every hour. Resolves after the first look; never rejects. */
  async start(): Promise<void> {
    await this.#look();
  }

  /** Ends it; what is under way is waited for. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    this.#looking = this.#lookAtAll();
    await this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    let isDone = true;
    for (const table of this.parts.tables) {
      if (this.#isStopped) return;
      try {
        if (!(await this.#lookAt(table))) isDone = false;
      } catch (err) {
        isDone = false;
        this.#counts.failed += 1;
        this.parts.log.warn(
          { err, table: table.name },
          'the partitions of a table could not be looked after',
        );
      }
    }
    if (this.#isStopped) return;
    this.#timer = this.parts.clock.after(isDone ? LOOK_EVERY_MS : AGAIN_AFTER_MS, () => void this.#look());
  }

  /** Resolves with false where something is left for another time. */
  async #lookAt(table: PartitionedTable): Promise<boolean> {
    const nowMs = this.parts.clock.nowMs();
    const known = await this.#partitionsOf(table);
    let isDone = true;
    for (const partition of this.#wanted(table, nowMs)) {
      if (known.some(({ name }) => name === partition.name) || this.#settled.has(partition.name)) continue;
      if (!(await this.#make(table, partition))) isDone = false;
    }
    const oldMs = await this.#oldMs(table, known, nowMs);
    if (oldMs === undefined) return isDone;
    for (const partition of known) {
      if (partition.toMs > oldMs) continue;
      if (!(await this.#drop(partition))) isDone = false;
    }
    return (await this.#deleteBefore(table, oldMs)) && isDone;
  }

  #wanted(table: PartitionedTable, nowMs: number): readonly Partition[] {
    const wanted: Partition[] = [];
    for (let atMs = nowMs - BACK_MS; atMs <= nowMs + AHEAD_MS;) {
      const partition = partitionAt(table, atMs);
      wanted.push(partition);
      atMs = partition.toMs;
    }
    return wanted;
  }

  async #partitionsOf(table: PartitionedTable): Promise<readonly Partition[]> {
    const { rows } = await this.parts.pool.query<{ name: string }>(
      'SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass',
      [table.name],
    );
    return rows.flatMap(({ name }) => partitionNamed(table, name) ?? []);
  }

  /** Rows before this are too old; undefined where there is no row. */
  async #oldMs(
    { name, column }: PartitionedTable,
    known: readonly Partition[],
    nowMs: number,
  ): Promise<number | undefined> {
    const newestFirst = known.toSorted((a, b) => b.fromMs - a.fromMs).map((partition) => partition.name);
    let newestMs = await this.#newestMs(`${name}_default`, column);
    // From one to the next: the newest row lies in the first that has any, and the others are not read.
    for (const partition of newestFirst) {
      const ms = await this.#newestMs(partition, column);
      newestMs = Math.max(newestMs, ms);
      if (ms > -Infinity) break;
    }
    if (newestMs === -Infinity) return undefined;
    return Math.min(nowMs, newestMs) - this.parts.retentionDays * DAY_MS;
  }

  async #newestMs(partition: string, column: string): Promise<number> {
    const { rows } = await this.parts.pool.query<{ newest: Date | null }>(
      `SELECT max(${column}) AS newest FROM ${partition}`,
    );
    return rows[0]?.newest?.getTime() ?? -Infinity;
  }

  async #make(table: PartitionedTable, { name, fromMs, toMs }: Partition): Promise<boolean> {
    const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
    try {
      await this.#alone(
        `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table.name} FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
      this.#counts.made += 1;
      return true;
    } catch (error) {
      const state = sqlStateOf(error);
      if (BUSY.has(state)) return false;
      if (!SETTLED.has(state)) throw error;
      this.#settled.add(name);
      return true;
    }
  }

  async #drop({ name }: Partition): Promise<boolean> {
    try {
      await this.#alone(`DROP TABLE IF EXISTS ${name}`);
    } catch (error) {
      if (BUSY.has(sqlStateOf(error))) return false;
      throw error;
    }
    this.#counts.dropped += 1;
    this.parts.log.info({ partition: name }, 'market data older than RETENTION_DAYS was dropped');
    return true;
  }

  /** Resolves with false where there are more. */
  async #deleteBefore({ name, column }: PartitionedTable, oldMs: number): Promise<boolean> {
    const rest = `${name}_default`;
    const { rowCount } = await this.parts.pool.query(
      `DELETE FROM ${rest} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${rest} WHERE ${column} < $1 LIMIT $2))`,
      [new Date(oldMs), MOST_DELETED],
    );
    this.#counts.deleted += rowCount ?? 0;
    return (rowCount ?? 0) < MOST_DELETED;
  }

  /** Waits briefly for the table: writers and readers queue behind this lock, and a backup may hold its own for hours. */
  async #alone(statement: string): Promise<void> {
    await this.parts.pool.query(`BEGIN; SET LOCAL lock_timeout = '1s'; ${statement}; COMMIT`);
  }
}
