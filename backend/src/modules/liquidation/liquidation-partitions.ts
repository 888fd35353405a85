import { type Liquidation } from '@orderfox/domain';
import { type Pool } from 'pg';
import { sqlStateOf } from '../../core/database-errors.js';

/** No venue that is recorded here existed before. Older times stay in the default partition. */
const FIRST_MONTH = '2017-01';

/**
 * States after which the month is left to the default partition for the life of this process: it cannot be locked in
 * time (55P03, 57014), the default partition already holds rows of it (23514, 42P17), somebody else has just made it
 * (42P07, 23505), or this user may not make tables (42501).
 */
const SETTLED: ReadonlySet<string | undefined> = new Set([
  '55P03',
  '57014',
  '23514',
  '42P17',
  '42P07',
  '23505',
  '42501',
]);

/**
 * Makes the monthly partitions of `liquidation` when they are first needed, and the coming month's ahead of time. A
 * partition is a convenience, never a condition: rows without one go to the default partition.
 */
export class LiquidationPartitions {
  readonly #settled = new Set<string>();

  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** To be called before rows are inserted. Rejects only if the server is away. */
  async prepare(events: readonly Liquidation[], nowMs: number): Promise<void> {
    const coming = monthAfter(nowMs);
    const wanted = new Set(events.map(({ venueTimeMs }) => monthOf(venueTimeMs)));
    wanted.add(coming);
    for (const month of wanted) {
      // Times beyond what can be real must not be able to fill the catalogue with tables.
      if (month < FIRST_MONTH || month > coming || this.#settled.has(month)) continue;
      await this.#make(month);
      this.#settled.add(month);
    }
  }

  async #make(month: string): Promise<void> {
    const table = `liquidation_${month.replace('-', '_')}`;
    const [from, to] = [`${month}-01T00:00:00Z`, `${monthAfter(Date.parse(`${month}-15`))}-01T00:00:00Z`];
    try {
      // Waits briefly: readers queue behind this lock, and a backup may hold its own for hours.
      await this.pool.query(
        `BEGIN;
         SET LOCAL lock_timeout = '1s';
         CREATE TABLE IF NOT EXISTS ${table} PARTITION OF liquidation FOR VALUES FROM ('${from}') TO ('${to}');
         COMMIT`,
      );
    } catch (error) {
      if (!SETTLED.has(sqlStateOf(error))) throw error;
    }
  }
}

/** `2026-11` of an instant, UTC. Empty, so before everything, for what is no time. */
function monthOf(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return '';
  return `${year}-${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

function monthAfter(ms: number): string {
  const date = new Date(ms);
  return monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
}
