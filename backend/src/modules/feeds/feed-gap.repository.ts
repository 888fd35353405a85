import { type FeedGap, type GapCause, type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';
import { COUNTED_GAPS, MISSING, type MissingQuery, type MissingStretch } from './missing-stretches.js';

/** Which gaps to list. Times are epoch milliseconds; a gap is in if any part of it lies between them. */
export interface GapQuery {
  readonly venue?: VenueId;
  readonly stream?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** The most gaps that are returned. */
  readonly first: number;
}

/** How far one stream is known to be complete. */
export interface FeedProgress {
  readonly venue: VenueId;
  readonly stream: string;
  /** Epoch ms. */
  readonly lastGoodMs: number;
}

interface GapRow {
  readonly venue: string;
  readonly stream: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly cause: GapCause;
  readonly detail: string;
}

const COLUMNS = `venue, stream, cause, detail,
  (extract(epoch FROM from_time) * 1000)::float8 AS "fromMs", (extract(epoch FROM to_time) * 1000)::float8 AS "toMs"`;

/** The most stretches that are told apart in one range; what lies before them then counts as one. */
const MAX_STRETCHES = 10_000;

/**
 * The only door to `feed_gap` and `feed_progress`: which stretches of which stream are missing, and until when each
 * stream was good. Writing the same thing twice changes nothing. Everything rejects while the database is away.
 */
export class FeedGapRepository {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
    /** The venues that are run now; if absent, all that are on record count as run. */
    private readonly venues?: readonly VenueId[],
  ) {}

  /** Writes a gap, or its new end. A gap is known by its stream, its beginning and its cause. */
  async save({ venue, stream, fromMs, toMs, cause, detail }: FeedGap): Promise<void> {
    await this.pools.writer.query(
      `INSERT INTO feed_gap (venue, stream, from_time, to_time, cause, detail)
       VALUES ($1, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5, $6)
       ON CONFLICT (venue, stream, from_time, cause)
       DO UPDATE SET to_time = excluded.to_time, detail = excluded.detail`,
      [venue, stream, fromMs, toMs ?? null, cause, detail],
    );
  }

  /** Notes that a stream is good until `lastGoodMs`; it never goes back. */
  async saveProgress({ venue, stream, lastGoodMs }: FeedProgress): Promise<void> {
    await this.pools.writer.query(
      `INSERT INTO feed_progress (venue, stream, last_good_at) VALUES ($1, $2, to_timestamp($3::float8 / 1000))
       ON CONFLICT (venue, stream)
       DO UPDATE SET last_good_at = greatest(feed_progress.last_good_at, excluded.last_good_at)`,
      [venue, stream, lastGoodMs],
    );
  }

  /** Until when a stream was good before this start; undefined if it was never recorded. */
  async lastGoodMs(venue: VenueId, stream: string): Promise<number | undefined> {
    const { rows } = await this.pools.writer.query<{ lastGoodMs: number }>(
      `SELECT (extract(epoch FROM last_good_at) * 1000)::float8 AS "lastGoodMs"
         FROM feed_progress WHERE venue = $1 AND stream = $2`,
      [venue, stream],
    );
    const row = rows[0];
    return row === undefined ? undefined : Math.round(row.lastGoodMs);
  }

  /** Gaps of a stream that have no end yet, oldest first: an earlier process died in the middle of them. */
  async openGaps(venue: VenueId, stream: string): Promise<readonly FeedGap[]> {
    const { rows } = await this.pools.writer.query<GapRow>(
      `SELECT ${COLUMNS} FROM feed_gap
        WHERE venue = $1 AND stream = $2 AND to_time IS NULL ORDER BY from_time LIMIT 100`,
      [venue, stream],
    );
    return rows.map(toGap);
  }

  /** Gaps of any stream that have no end yet, oldest first. */
  async allOpenGaps(): Promise<readonly FeedGap[]> {
    const { rows } = await this.pools.writer.query<GapRow>(
      `SELECT ${COLUMNS} FROM feed_gap WHERE to_time IS NULL ORDER BY from_time LIMIT 1000`,
    );
    return rows.map(toGap);
  }

  /**
   * Gaps, the newest beginning first; without a venue those that `missing` counts. One that was found to lack nothing after
   * all is as long as nothing, and left out.
   */
  async list({ venue, stream, fromMs, toMs, first }: GapQuery): Promise<readonly FeedGap[]> {
    const { rows } = await this.pools.reader.query<GapRow>(
      `SELECT ${COLUMNS} FROM feed_gap
        WHERE ${COUNTED_GAPS} AND (to_time IS NULL OR to_time > from_time)
          AND ($2::timestamptz IS NULL OR to_time IS NULL OR to_time >= $2)
          AND ($3::timestamptz IS NULL OR from_time <= $3)
          AND ($5::text IS NULL OR stream = $5)
        ORDER BY from_time DESC, id DESC LIMIT $6`,
      [
        venue === undefined ? null : [venue],
        timeText(fromMs),
        timeText(toMs),
        this.venues ?? null,
        stream ?? null,
        first,
      ],
    );
    return rows.map(toGap);
  }

  /** Stretches that overlap a range and in which some venue may have missed liquidations, the oldest first, merged. */
  async missing(query: MissingQuery): Promise<readonly MissingStretch[]> {
    const { rows } = await this.pools.reader.query<{ fromMs: number; toMs: number | null }>(
      `SELECT (extract(epoch FROM lower(stretch)) * 1000)::float8 AS "fromMs",
              (extract(epoch FROM upper(stretch)) * 1000)::float8 AS "toMs"
         FROM (SELECT ${MISSING}) AS gaps CROSS JOIN unnest(missing) AS stretch
        ORDER BY stretch DESC LIMIT $5`,
      [...this.#rangeOf(query), MAX_STRETCHES],
    );
    const stretches = rows.reverse().map(({ fromMs, toMs }) => ({ fromMs, ...(toMs !== null && { toMs }) }));
    const [oldest] = stretches;
    // More than can be told apart: rather too much is called missing than too little.
    if (oldest !== undefined && stretches.length === MAX_STRETCHES) {
      stretches[0] = { ...oldest, fromMs: Math.min(oldest.fromMs, query.fromMs) };
    }
    return stretches;
  }

  /** Names what `missing` would say: another text as soon as it would say something else. */
  async missingVersion(query: MissingQuery): Promise<string> {
    const { rows } = await this.pools.reader.query<{ version: string }>(
      `SELECT md5(coalesce(missing::text, '')) AS version FROM (SELECT ${MISSING}) AS gaps`,
      this.#rangeOf(query),
    );
    return rows[0]?.version ?? '';
  }

  /** How many gaps of a stream began at or after a moment. */
  async countSince(venue: VenueId, stream: string, sinceMs: number): Promise<number> {
    const { rows } = await this.pools.writer.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM feed_gap
        WHERE venue = $1 AND stream = $2 AND from_time >= to_timestamp($3::float8 / 1000)
          AND (to_time IS NULL OR to_time > from_time)`,
      [venue, stream, sinceMs],
    );
    return rows[0]?.count ?? 0;
  }

  #rangeOf({ venues, fromMs, toMs }: MissingQuery): unknown[] {
    return [venues ?? null, timeText(fromMs), timeText(toMs), this.venues ?? null];
  }
}

const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Bounds from callers may lie where Postgres has no time; no gap lies there either. */
function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms))).toISOString();
}

function toGap({ venue, stream, fromMs, toMs, cause, detail }: GapRow): FeedGap {
  return {
    type: 'feed-gap',
    venue,
    stream,
    fromMs: Math.round(fromMs),
    ...(toMs !== null && { toMs: Math.round(toMs) }),
    cause,
    detail,
  };
}
