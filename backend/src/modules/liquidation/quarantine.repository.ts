import { type Refusal, type RefusalReason, type VenueId } from '@orderfox/domain';
import { type Clock, type Timer } from '@orderfox/feed';
import { type Pool } from 'pg';
import { isDataError } from '../../core/database-errors.js';
import { within } from '../../core/within.js';

const FLUSH_MS = 250;
const LAST_RETRY_MS = 30_000;
/** How long `close` waits for a database that does not answer. */
const CLOSE_WITHIN_MS = 2_000;
const DETAIL_CHARACTERS = 200;
const RAW_CHARACTERS = 4_096;
const SYMBOL_CHARACTERS = 200;

/** How many refused rows are kept. */
export interface QuarantineLimits {
  /** Most rows kept per venue; the oldest go. */
  readonly rowsPerVenue: number;
  /** Most rows that wait in memory to be written; more are counted and let go. */
  readonly pending: number;
}

/** The usual limits. */
export const QUARANTINE_LIMITS: QuarantineLimits = { rowsPerVenue: 10_000, pending: 1_000 };

/** A kept row. */
export interface QuarantinedRow extends Omit<Refusal, 'type'> {
  readonly id: number;
}

/** How many rows of a venue are kept for one reason. */
export interface QuarantineCount {
  readonly venue: VenueId;
  readonly reason: RefusalReason;
  readonly rows: number;
}

/** What became of the refusals since the start of this process. */
export interface QuarantineTotals {
  readonly kept: number;
  /** Let go: no room in memory while the database was away, or not even this table could hold it. */
  readonly dropped: number;
  /** Removed to make room for newer ones. */
  readonly evicted: number;
}

type Stored = Omit<QuarantinedRow, 'venueSymbol'> & { readonly venueSymbol: string | null };

/**
 * The only door to the table `quarantine`: rows that did not become events, raw, with the reason. Keeping one is a
 * service to whoever looks into it later, so it is done when there is time and never delays or fails anything else.
 */
export class QuarantineRepository {
  #pending: Refusal[] = [];
  #timer: Timer | undefined;
  #flushing: Promise<void> | undefined;
  #pauseMs = FLUSH_MS;
  #closed = false;
  #totals = { kept: 0, dropped: 0, evicted: 0 };

  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
    private readonly clock: Clock,
    private readonly limits: QuarantineLimits = QUARANTINE_LIMITS,
  ) {}

  get totals(): QuarantineTotals {
    return this.#totals;
  }

  /** Takes refusals in, at once and without failing; they are written a moment later. */
  keep(refusals: readonly Refusal[]): void {
    const room = this.#closed ? 0 : this.limits.pending - this.#pending.length;
    this.#pending.push(...refusals.slice(0, room));
    this.#totals.dropped += Math.max(0, refusals.length - room);
    this.#schedule();
  }

  /** Writes what waits, once. Never rejects: what could not be written waits on. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
      this.#schedule();
    });
    return this.#flushing;
  }

  /** Writes what waits, once, within two seconds, and takes no more. What cannot be written is counted as dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await within(this.clock, CLOSE_WITHIN_MS, this.#finish());
    this.#totals.dropped += this.#pending.length;
    this.#pending = [];
  }

  async #finish(): Promise<void> {
    // A write that is going on has not taken what came since.
    await this.#flushing;
    await this.flush();
  }

  /** Kept rows of a venue and reason, oldest first, to be read once more when more is known. */
  async list(venue: VenueId, reason: RefusalReason, limit: number): Promise<readonly QuarantinedRow[]> {
    const { rows } = await this.pools.reader.query<Stored>(
      `SELECT id::float8 AS id, venue, reason, detail, venue_symbol AS "venueSymbol",
              (extract(epoch FROM received_at) * 1000)::float8 AS "receivedTimeMs", raw
         FROM quarantine WHERE reason = $1 AND venue = $2 ORDER BY id LIMIT $3`,
      [reason, venue, limit],
    );
    return rows.map(({ venueSymbol, ...row }) => ({ ...row, ...(venueSymbol !== null && { venueSymbol }) }));
  }

  /** Removes rows that have become events. */
  async remove(ids: readonly number[]): Promise<void> {
    await this.pools.writer.query('DELETE FROM quarantine WHERE id = ANY ($1::bigint[])', [ids]);
  }

  /** What is kept, by venue and reason. */
  async counts(): Promise<readonly QuarantineCount[]> {
    const { rows } = await this.pools.reader.query<QuarantineCount>(
      'SELECT venue, reason, count(*)::int AS rows FROM quarantine GROUP BY venue, reason ORDER BY venue, reason',
    );
    return rows;
  }

  #schedule(): void {
    if (this.#closed || this.#pending.length === 0 || this.#flushing !== undefined) return;
    this.#timer ??= this.clock.after(this.#pauseMs, () => {
      this.#timer = undefined;
      void this.flush();
    });
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#pending = [];
    try {
      await this.#insert(batch);
      this.#totals.kept += batch.length;
      this.#pauseMs = FLUSH_MS;
    } catch (error) {
      this.#pauseMs = Math.min(LAST_RETRY_MS, this.#pauseMs * 2);
      const room = isDataError(error) ? 0 : Math.max(0, this.limits.pending - this.#pending.length);
      this.#pending = [...batch.slice(0, room), ...this.#pending];
      this.#totals.dropped += Math.max(0, batch.length - room);
    }
  }

  async #insert(batch: readonly Refusal[]): Promise<void> {
    const nowMs = this.clock.nowMs();
    const { rows } = await this.pools.writer.query<{ id: number }>(
      `INSERT INTO quarantine (venue, reason, detail, venue_symbol, received_at, raw)
       SELECT venue, reason, detail, venue_symbol, received_at, raw
         FROM json_to_recordset($1)
           AS row (venue text, reason text, detail text, venue_symbol text, received_at timestamptz, raw text)
       RETURNING id::float8 AS id`,
      [JSON.stringify(batch.map((refusal) => toRow(refusal, nowMs)))],
    );
    if (rows.length === 0) return;
    const venues = [...new Set(batch.map(({ venue }) => venue))];
    const { rowCount } = await this.pools.writer.query(
      `DELETE FROM quarantine USING unnest($1::text[]) AS of (venue)
        WHERE quarantine.venue = of.venue AND quarantine.id <= (
          SELECT id FROM quarantine AS kept WHERE kept.venue = of.venue ORDER BY id DESC OFFSET $2 LIMIT 1
        )`,
      [venues, this.limits.rowsPerVenue],
    );
    this.#totals.evicted += rowCount ?? 0;
  }
}

function toRow(refusal: Refusal, nowMs: number): Readonly<Record<string, string | undefined>> {
  const { receivedTimeMs } = refusal;
  const believable = receivedTimeMs > 0 && receivedTimeMs < 4e12 ? receivedTimeMs : nowMs;
  return {
    venue: storable(refusal.venue, SYMBOL_CHARACTERS),
    reason: refusal.reason,
    detail: storable(refusal.detail, DETAIL_CHARACTERS),
    venue_symbol:
      refusal.venueSymbol === undefined ? undefined : storable(refusal.venueSymbol, SYMBOL_CHARACTERS),
    received_at: new Date(believable).toISOString(),
    raw: storable(refusal.raw, RAW_CHARACTERS),
  };
}

/** The text as Postgres can hold it: no zero bytes, no halves of characters, not too long. */
function storable(text: string, characters: number): string {
  return text.slice(0, characters).replaceAll('\0', '\uFFFD').toWellFormed();
}
