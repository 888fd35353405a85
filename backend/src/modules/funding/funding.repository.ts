import { type DecimalString, type VenueId } from '@orderfox/domain';
import { type Pool } from 'pg';
import { type HistoryRange } from '../polled/history-range.js';
import { type SeriesStore, type Stretch } from '../polled/reading.js';
import { SETTLED_WITHIN_MS, type FundingKind, type FundingRate } from './funding-rate.js';

interface Row {
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly kind: FundingKind;
  readonly timestampMs: number;
  readonly receivedTimeMs: number;
  readonly rate: DecimalString;
  readonly intervalMs: number;
  readonly nextFundingMs: number | null;
}

const COLUMNS = `
  venue, symbol, venue_symbol AS "venueSymbol", kind, (extract(epoch FROM venue_time) * 1000)::float8 AS "timestampMs",
  (extract(epoch FROM received_at) * 1000)::float8 AS "receivedTimeMs", trim_scale(rate)::text AS "rate",
  interval_ms::float8 AS "intervalMs", (extract(epoch FROM next_funding_at) * 1000)::float8 AS "nextFundingMs"`;

/** A row that is there already is replaced where the venue has corrected it. */
const SAVE = `
  INSERT INTO funding AS known (
    venue, symbol, venue_symbol, kind, venue_time, rate, interval_ms, next_funding_at, received_at
  )
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::numeric[], $7::bigint[], $8::timestamptz[],
    $9::timestamptz[]
  )
  ON CONFLICT (symbol, venue_time, kind, venue, venue_symbol) DO UPDATE
    SET (rate, interval_ms, next_funding_at, received_at) = (
      excluded.rate, excluded.interval_ms, excluded.next_funding_at, excluded.received_at
    )
  WHERE (known.rate, known.interval_ms) <> (excluded.rate, excluded.interval_ms)
     OR known.next_funding_at IS DISTINCT FROM excluded.next_funding_at`;

const HISTORY = `
  SELECT * FROM (
    SELECT DISTINCT ON (venue, venue_symbol, kind, bin) ${COLUMNS},
           CASE kind WHEN 'SETTLED' THEN venue_time ELSE date_bin($4::interval, venue_time, 'epoch') END AS bin
      FROM funding
     WHERE symbol = $1 AND venue_time >= $2 AND venue_time < $3 AND ($5::text IS NULL OR venue = $5)
       AND ($6::text IS NULL OR kind = $6)
     ORDER BY venue, venue_symbol, kind, bin, venue_time DESC
  ) AS rates ORDER BY "timestampMs", venue, "venueSymbol", kind DESC`;

/** The only door to the table `funding`. Everything rejects with what `pg` throws when the server is away. */
export class FundingRepository implements SeriesStore<FundingRate> {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
  ) {}

  async save(points: readonly FundingRate[]): Promise<void> {
    // A statement must not meet the same row twice; what came last counts.
    const rows = [...new Map(points.map((point) => [keyOf(point), point])).values()];
    const column = <T>(of: (point: FundingRate) => T) => rows.map(of);
    await this.pools.writer.query({
      name: 'funding-save',
      text: SAVE,
      values: [
        column(({ venue }) => venue),
        column(({ symbol }) => symbol),
        column(({ venueSymbol }) => venueSymbol),
        column(({ kind }) => kind),
        column(({ timestampMs }) => new Date(timestampMs)),
        column(({ rate }) => rate),
        column(({ intervalMs }) => intervalMs),
        column(({ nextFundingMs }) => (nextFundingMs === undefined ? null : new Date(nextFundingMs))),
        column(({ receivedTimeMs }) => new Date(receivedTimeMs)),
      ],
    });
  }

  async newest(venue: VenueId, venueSymbol: string): Promise<readonly FundingRate[]> {
    const { rows } = await this.pools.writer.query<Row>({
      name: 'funding-newest',
      text: ['ESTIMATE', 'SETTLED']
        .map(
          (kind) =>
            `(SELECT ${COLUMNS} FROM funding WHERE venue = $1 AND venue_symbol = $2 AND kind = '${kind}'
               ORDER BY venue_time DESC LIMIT 1)`,
        )
        .join(' UNION ALL '),
      values: [venue, venueSymbol],
    });
    return rows.map(toRate);
  }

  /** A settled rate says that nothing was settled between the one before it and itself. */
  async covered(venue: VenueId, venueSymbol: string, fromMs: number): Promise<readonly Stretch[]> {
    const { rows } = await this.pools.writer.query<{ ms: number; intervalMs: number }>({
      name: 'funding-covered',
      text: `SELECT (extract(epoch FROM venue_time) * 1000)::float8 AS ms, interval_ms::float8 AS "intervalMs" FROM funding
              WHERE venue = $1 AND venue_symbol = $2 AND kind = 'SETTLED' AND venue_time >= $3`,
      values: [venue, venueSymbol, new Date(fromMs)],
    });
    return rows.map(({ ms, intervalMs }) => ({
      fromMs: ms - intervalMs + SETTLED_WITHIN_MS,
      toMs: ms + SETTLED_WITHIN_MS,
    }));
  }

  /** Estimates of a contract that the venue said after a time, the oldest first. */
  async estimatesAfter(
    { venue, symbol, venueSymbol }: Pick<FundingRate, 'venue' | 'symbol' | 'venueSymbol'>,
    afterMs: number,
    limit: number,
  ): Promise<readonly FundingRate[]> {
    const { rows } = await this.pools.reader.query<Row>({
      name: 'funding-estimates-after',
      text: `SELECT ${COLUMNS} FROM funding
              WHERE symbol = $1 AND venue_time > $2 AND kind = 'ESTIMATE' AND venue = $3 AND venue_symbol = $4
              ORDER BY venue_time LIMIT $5`,
      values: [symbol, new Date(afterMs), venue, venueSymbol, limit],
    });
    return rows.map(toRate);
  }

  /** The time, epoch ms, after which the newest `count` estimates of a contract were said; 0 where there are no more. */
  async estimatesBefore(
    { venue, symbol, venueSymbol }: Pick<FundingRate, 'venue' | 'symbol' | 'venueSymbol'>,
    count: number,
  ): Promise<number> {
    const { rows } = await this.pools.reader.query<Row>({
      name: 'funding-estimates-before',
      text: `SELECT ${COLUMNS} FROM funding
              WHERE symbol = $1 AND kind = 'ESTIMATE' AND venue = $2 AND venue_symbol = $3
              ORDER BY venue_time DESC OFFSET $4 LIMIT 1`,
      values: [symbol, venue, venueSymbol, count],
    });
    return rows[0]?.timestampMs ?? 0;
  }

  /** All settled rates, and the last estimate of each contract in every step of a range, the oldest first. */
  async history(
    symbol: string,
    range: HistoryRange,
    { venue, kind }: { readonly venue?: VenueId | undefined; readonly kind?: FundingKind | undefined } = {},
  ): Promise<readonly FundingRate[]> {
    const { fromMs, toMs, stepMs } = range;
    const step = `${stepMs} milliseconds`;
    const { rows } = await this.pools.reader.query<Row>({
      name: 'funding-history',
      text: HISTORY,
      values: [symbol, new Date(fromMs), new Date(toMs), step, venue ?? null, kind ?? null],
    });
    return rows.map(toRate);
  }
}

function keyOf({ venue, venueSymbol, symbol, kind, timestampMs }: FundingRate): string {
  return `${venue}|${venueSymbol}|${symbol}|${kind}|${timestampMs}`;
}

function toRate(row: Row): FundingRate {
  const { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, kind, rate, intervalMs } = row;
  const next = row.nextFundingMs === null ? {} : { nextFundingMs: row.nextFundingMs };
  return { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, kind, rate, intervalMs, ...next };
}
