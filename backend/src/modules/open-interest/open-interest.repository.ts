import { type DecimalString, type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';
import { type HistoryRange } from '../polled/history-range.js';
import { type SeriesStore, type Stretch } from '../polled/reading.js';
import { type OpenInterestPoint, type OpenInterestPrice } from './open-interest-point.js';

interface Row {
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly timestampMs: number;
  readonly receivedTimeMs: number;
  readonly openInterest: DecimalString;
  readonly openInterestUsd: DecimalString | null;
  readonly priceUsed: OpenInterestPrice | null;
  readonly isHalved: boolean;
}

const COLUMNS = `
  venue, symbol, venue_symbol AS "venueSymbol", (extract(epoch FROM venue_time) * 1000)::float8 AS "timestampMs",
  (extract(epoch FROM received_at) * 1000)::float8 AS "receivedTimeMs", trim_scale(open_interest)::text AS "openInterest",
  trim_scale(open_interest_usd)::text AS "openInterestUsd", price_used AS "priceUsed", is_halved AS "isHalved"`;

/**
 * A row that is there already is replaced where the venue has corrected it. Dollars that are known are not lost to the same
 * coins without.
 */
const SAVE = `
  INSERT INTO open_interest AS known (
    venue, symbol, venue_symbol, venue_time, open_interest, open_interest_usd, price_used, is_halved, received_at
  )
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::text[], $8::boolean[],
    $9::timestamptz[]
  )
  ON CONFLICT (symbol, venue_time, venue, venue_symbol) DO UPDATE
    SET (open_interest, open_interest_usd, price_used, is_halved, received_at) = (
      excluded.open_interest, excluded.open_interest_usd, excluded.price_used, excluded.is_halved, excluded.received_at
    )
  WHERE known.open_interest <> excluded.open_interest
     OR (known.open_interest_usd IS NULL AND excluded.open_interest_usd IS NOT NULL)`;

const HISTORY = `
  SELECT * FROM (
    SELECT DISTINCT ON (venue, venue_symbol, bin) ${COLUMNS},
           date_bin($4::interval, venue_time, 'epoch') AS bin
      FROM open_interest
     WHERE symbol = $1 AND venue_time >= $2 AND venue_time < $3 AND ($5::text IS NULL OR venue = $5)
     ORDER BY venue, venue_symbol, bin, venue_time DESC
  ) AS points ORDER BY "timestampMs", venue, "venueSymbol"`;

/** The only door to the table `open_interest`. Everything rejects with what `pg` throws when the server is away. */
export class OpenInterestRepository implements SeriesStore<OpenInterestPoint> {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
  ) {}

  async save(points: readonly OpenInterestPoint[]): Promise<void> {
    // A statement must not meet the same row twice; what came last counts.
    const rows = [...new Map(points.map((point) => [keyOf(point), point])).values()];
    const column = <T>(of: (point: OpenInterestPoint) => T) => rows.map(of);
    await this.pools.writer.query({
      name: 'open-interest-save',
      text: SAVE,
      values: [
        column(({ venue }) => venue),
        column(({ symbol }) => symbol),
        column(({ venueSymbol }) => venueSymbol),
        column(({ timestampMs }) => new Date(timestampMs)),
        column(({ openInterest }) => openInterest),
        column(({ openInterestUsd }) => openInterestUsd ?? null),
        column(({ priceUsed }) => priceUsed ?? null),
        column(({ isHalved }) => isHalved),
        column(({ receivedTimeMs }) => new Date(receivedTimeMs)),
      ],
    });
  }

  async newest(venue: VenueId, venueSymbol: string): Promise<readonly OpenInterestPoint[]> {
    const { rows } = await this.pools.writer.query<Row>({
      name: 'open-interest-newest',
      text: `SELECT ${COLUMNS} FROM open_interest WHERE venue = $1 AND venue_symbol = $2 ORDER BY venue_time DESC LIMIT 1`,
      values: [venue, venueSymbol],
    });
    return rows.map(toPoint);
  }

  /** Every point is a stretch without length: what lies between two of them is missing. */
  async covered(venue: VenueId, venueSymbol: string, fromMs: number): Promise<readonly Stretch[]> {
    const { rows } = await this.pools.writer.query<{ ms: number }>({
      name: 'open-interest-covered',
      text: `SELECT (extract(epoch FROM venue_time) * 1000)::float8 AS ms FROM open_interest
              WHERE venue = $1 AND venue_symbol = $2 AND venue_time >= $3`,
      values: [venue, venueSymbol, new Date(fromMs)],
    });
    return rows.map(({ ms }) => ({ fromMs: ms, toMs: ms }));
  }

  /** Points of a contract between two times, both included, the oldest first. */
  async between(
    { venue, symbol, venueSymbol }: Pick<OpenInterestPoint, 'venue' | 'symbol' | 'venueSymbol'>,
    fromMs: number,
    toMs: number,
  ): Promise<readonly OpenInterestPoint[]> {
    const { rows } = await this.pools.reader.query<Row>({
      name: 'open-interest-between',
      text: `SELECT ${COLUMNS} FROM open_interest
              WHERE symbol = $1 AND venue_time BETWEEN $2 AND $3 AND venue = $4 AND venue_symbol = $5
              ORDER BY venue_time LIMIT 5000`,
      values: [symbol, new Date(fromMs), new Date(toMs), venue, venueSymbol],
    });
    return rows.map(toPoint);
  }

  /** The last point of each contract in every step of a range, the oldest first. */
  async history(symbol: string, range: HistoryRange, venue?: VenueId): Promise<readonly OpenInterestPoint[]> {
    const { rows } = await this.pools.reader.query<Row>({
      name: 'open-interest-history',
      text: HISTORY,
      values: [
        symbol,
        new Date(range.fromMs),
        new Date(range.toMs),
        `${range.stepMs} milliseconds`,
        venue ?? null,
      ],
    });
    return rows.map(toPoint);
  }
}

function keyOf({ venue, venueSymbol, symbol, timestampMs }: OpenInterestPoint): string {
  return `${venue}|${venueSymbol}|${symbol}|${timestampMs}`;
}

function toPoint({ openInterestUsd, priceUsed, ...row }: Row): OpenInterestPoint {
  const { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, openInterest, isHalved } = row;
  const worth = openInterestUsd === null || priceUsed === null ? {} : { openInterestUsd, priceUsed };
  return { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, openInterest, isHalved, ...worth };
}
