import { type FeedGap, type GapCause, type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';

/** Which gaps to list. Times are epoch milliseconds; a gap is in if any part of it lies between them. */
export interface GapQuery {
  readonly venue?: VenueId;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** The most gaps that are returned. */
  readonly first: number;
}

/** Where to look for stretches that some venue may have missed. Times are epoch milliseconds. */
export interface MissingQuery {
  /** Only what these missed; all if absent. */
  readonly venues?: readonly VenueId[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of time, epoch milliseconds; without an end it lasts. */
export interface MissingStretch {
  readonly fromMs: number;
  readonly toMs?: number;
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

/** Gaps laid over one another: what is left are stretches that do not touch. */
const MISSING = `range_agg(tstzrange(from_time, to_time)) AS missing FROM feed_gap
  WHERE ($1::text[] IS NULL OR venue = ANY ($1)) AND from_time < $3::timestamptz
    AND (to_time IS NULL OR to_time > greatest(from_time, $2::timestamptz))`;

/**
 * The only door to `feed_gap` and `feed_progress`: which stretches of which stream are missing, and until when each
 * stream was good. Writing the same thing twice changes nothing. Everything rejects while the database is away.
 */
export class FeedGapRepository {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
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

  /** Gaps, the newest beginning first. */
  async list({ venue, fromMs, toMs, first }: GapQuery): Promise<readonly FeedGap[]> {
    const { rows } = await this.pools.reader.query<GapRow>(
      `SELECT ${COLUMNS} FROM feed_gap
        WHERE ($1::text IS NULL OR venue = $1)
          AND ($2::timestamptz IS NULL OR to_time IS NULL OR to_time >= $2)
          AND ($3::timestamptz IS NULL OR from_time <= $3)
        ORDER BY from_time DESC, id DESC LIMIT $4`,
      [venue ?? null, timeText(fromMs), timeText(toMs), first],
    );
    return rows.map(toGap);
  }

  /** Stretches that overlap a range and in which some venue may have missed events, the oldest first, merged. */
  async missing(query: MissingQuery): Promise<readonly MissingStretch[]> {
    const { rows } = await this.pools.reader.query<{ fromMs: number; toMs: number | null }>(
      `SELECT (extract(epoch FROM lower(stretch)) * 1000)::float8 AS "fromMs",
              (extract(epoch FROM upper(stretch)) * 1000)::float8 AS "toMs"
         FROM (SELECT ${MISSING}) AS gaps CROSS JOIN unnest(missing) AS stretch
        ORDER BY stretch DESC LIMIT $4`,
      [...rangeOf(query), MAX_STRETCHES],
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
      [...rangeOf(query)],
    );
    return rows[0]?.version ?? '';
  }

  /** How many gaps of a stream began at or after a moment. */
  async countSince(venue: VenueId, stream: string, sinceMs: number): Promise<number> {
    const { rows } = await this.pools.writer.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM feed_gap
        WHERE venue = $1 AND stream = $2 AND from_time >= to_timestamp($3::float8 / 1000)`,
      [venue, stream, sinceMs],
    );
    return rows[0]?.count ?? 0;
  }
}

const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Bounds from callers may lie where Postgres has no time; no gap lies there either. */
function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms))).toISOString();
}

function rangeOf({ venues, fromMs, toMs }: MissingQuery): readonly unknown[] {
  return [venues ?? null, timeText(fromMs), timeText(toMs)];
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
