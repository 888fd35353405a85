import { isDecimal, parseDecimal, type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';
import { z } from 'zod';
import { type CatalogueStore, type StoredCatalogue } from './catalogue-state.js';

const decimal = z.string().refine(isDecimal, { message: 'must be a decimal number' }).transform(parseDecimal);

/** The kept shape of a contract. An older version may have written another one: then it is asked for anew. */
const INSTRUMENT = z
  .object({
    venue: z.string(),
    venueSymbol: z.string(),
    symbol: z.string(),
    baseAsset: z.string(),
    quoteAsset: z.string(),
    contractType: z.enum(['PERPETUAL', 'DATED']),
    trading: z.boolean(),
    sizeUnit: z.enum(['BASE', 'LINEAR_CONTRACTS', 'INVERSE_CONTRACTS']),
    contractSize: decimal.exactOptional(),
    multiplierPower: z.number().int(),
    tickSize: decimal,
    quantityStep: decimal.exactOptional(),
  })
  .readonly();

/** The only door to the table `venue_catalogue`: the last list of contracts that each venue gave. */
export class CatalogueRepository implements CatalogueStore {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** The kept list, or undefined. Rejects when the database is away or holds another shape. */
  async read(venue: VenueId): Promise<StoredCatalogue | undefined> {
    const { rows } = await this.pool.query<{ fetchedMs: number; instruments: unknown }>(
      `SELECT (extract(epoch FROM fetched_at) * 1000)::float8 AS "fetchedMs", instruments
         FROM venue_catalogue WHERE venue = $1`,
      [venue],
    );
    const row = rows[0];
    if (row === undefined) return undefined;
    return { fetchedMs: Math.round(row.fetchedMs), instruments: z.array(INSTRUMENT).parse(row.instruments) };
  }

  async write(venue: VenueId, { fetchedMs, instruments }: StoredCatalogue): Promise<void> {
    await this.pool.query(
      `INSERT INTO venue_catalogue (venue, fetched_at, instruments)
       VALUES ($1, to_timestamp($2::float8 / 1000), $3::jsonb)
       ON CONFLICT (venue) DO UPDATE SET fetched_at = excluded.fetched_at, instruments = excluded.instruments`,
      [venue, fetchedMs, JSON.stringify(instruments)],
    );
  }
}
