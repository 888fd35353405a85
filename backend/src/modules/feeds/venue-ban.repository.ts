import { type VenueFailure, type VenuePause } from '@orderfox/feed';
import { type Pool } from 'pg';
import { z } from 'zod';

const FAILURES = [
  'NETWORK',
  'RATE_LIMITED',
  'BANNED',
  'GEO_BLOCKED',
  'UNAVAILABLE',
  'REFUSED',
  'UNREADABLE',
] as const satisfies readonly VenueFailure[];

const ROWS = z.array(
  z.object({
    venue: z.string(),
    failure: z.enum(FAILURES),
    words: z.string(),
    status: z.number().int(),
    sinceMs: z.number(),
    untilMs: z.number(),
    strikes: z.number().int().min(0),
  }),
);

/** The only door to the table `venue_ban`: the newest time in which each venue, at one address, wanted no requests. */
export class VenueBanRepository {
  /** `roots`: the addresses that venues are asked at now. What was said at another one does not hold there. */
  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly roots: ReadonlyMap<string, string>,
  ) {}

  /** The newest of each venue that is asked, over or not. Rejects when the database is away. */
  async list(): Promise<readonly VenuePause[]> {
    const { rows } = await this.pool.query(
      `SELECT venue, failure, status, reason AS words, strikes,
              round(extract(epoch FROM from_time) * 1000)::float8 AS "sinceMs",
              round(extract(epoch FROM until_time) * 1000)::float8 AS "untilMs"
         FROM venue_ban JOIN unnest($1::text[], $2::text[]) AS asked (venue, root) USING (venue, root)`,
      [[...this.roots.keys()], [...this.roots.values()]],
    );
    return ROWS.parse(rows);
  }

  /** Puts it in the place of the one before. */
  async save({ venue, failure, status, words, sinceMs, untilMs, strikes }: VenuePause): Promise<void> {
    await this.pool.query(
      `INSERT INTO venue_ban (venue, root, failure, status, reason, from_time, until_time, strikes)
       VALUES ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000), $8)
       ON CONFLICT (venue, root) DO UPDATE SET
         failure = excluded.failure, status = excluded.status, reason = excluded.reason,
         from_time = excluded.from_time, until_time = excluded.until_time, strikes = excluded.strikes`,
      [venue, this.roots.get(venue) ?? '', failure, status, words, sinceMs, untilMs, strikes],
    );
  }
}
