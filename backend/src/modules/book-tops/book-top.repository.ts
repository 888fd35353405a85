import { type DecimalString } from '@orderfox/domain';
import { type Pool } from 'pg';
import { type BookTop } from './book-top.js';

/** Whose tops, and when: seconds that begin from the first time up to and without the second, epoch ms. */
export interface BookTopQuery {
  readonly venue: string;
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The columns of a row, in the order of the arrays that are written. */
const COLUMNS = [
  ['time', 'timestamptz', ({ timeMs }: BookTop) => iso(timeMs)],
  ['venue_time', 'timestamptz', ({ venueTimeMs }: BookTop) => iso(venueTimeMs)],
  ['symbol', 'text', ({ symbol }: BookTop) => symbol],
  ['venue', 'text', ({ venue }: BookTop) => venue],
  ['venue_symbol', 'text', ({ venueSymbol }: BookTop) => venueSymbol],
  ['bid', 'numeric', ({ bestBid }: BookTop) => bestBid],
  ['bid_quantity', 'numeric', ({ bestBidQuantity }: BookTop) => bestBidQuantity],
  ['ask', 'numeric', ({ bestAsk }: BookTop) => bestAsk],
  ['ask_quantity', 'numeric', ({ bestAskQuantity }: BookTop) => bestAskQuantity],
  ['bid_depth_usd', 'numeric', ({ depth10Bps }: BookTop) => depth10Bps.bidUsd],
  ['ask_depth_usd', 'numeric', ({ depth10Bps }: BookTop) => depth10Bps.askUsd],
  ['bid_depth_is_floor', 'boolean', ({ depth10Bps }: BookTop) => depth10Bps.isBidFloor],
  ['ask_depth_is_floor', 'boolean', ({ depth10Bps }: BookTop) => depth10Bps.isAskFloor],
] as const;

const INSERT = `
  INSERT INTO book_top (${COLUMNS.map(([name]) => name).join(', ')})
  SELECT * FROM unnest(${COLUMNS.map(([, type], at) => `$${at + 1}::${type}[]`).join(', ')})
  ON CONFLICT DO NOTHING`;

const SELECT = `
  SELECT
    venue_symbol AS "venueSymbol",
    (date_part('epoch', time) * 1000)::float8 AS "timeMs",
    round(date_part('epoch', venue_time) * 1000)::float8 AS "venueTimeMs",
    bid::text AS "bestBid", bid_quantity::text AS "bestBidQuantity",
    ask::text AS "bestAsk", ask_quantity::text AS "bestAskQuantity",
    bid_depth_usd::text AS "bidUsd", ask_depth_usd::text AS "askUsd",
    bid_depth_is_floor AS "isBidFloor", ask_depth_is_floor AS "isAskFloor"
  FROM book_top
  WHERE symbol = $1 AND venue = $2 AND time >= $3 AND time < $4
  ORDER BY time`;

/** The only door to the table of tops. Everything rejects with what `pg` throws when the server is away. */
export class BookTopRepository {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
  ) {}

  /** Stores rows; a second of a market that is stored already stays as it is. */
  async save(tops: readonly BookTop[]): Promise<void> {
    await this.pools.writer.query(
      INSERT,
      COLUMNS.map(([, , valueOf]) => tops.map((top) => valueOf(top))),
    );
  }

  /** What is stored of a stretch of time, the oldest first. */
  async read({ venue, symbol, fromMs, toMs }: BookTopQuery): Promise<readonly BookTop[]> {
    const values = [symbol, venue, iso(fromMs), iso(toMs)];
    const { rows } = await this.pools.reader.query<Row>(SELECT, values);
    return rows.map(({ bidUsd, askUsd, isBidFloor, isAskFloor, ...row }) => ({
      ...row,
      venue,
      symbol,
      depth10Bps: { bidUsd, askUsd, isBidFloor, isAskFloor },
    }));
  }
}

/** Numbers were canonical when they were written, and `numeric` keeps their digits as they are. */
interface Row {
  readonly venueSymbol: string;
  readonly timeMs: number;
  readonly venueTimeMs: number;
  readonly bestBid: DecimalString;
  readonly bestBidQuantity: DecimalString;
  readonly bestAsk: DecimalString;
  readonly bestAskQuantity: DecimalString;
  readonly bidUsd: DecimalString;
  readonly askUsd: DecimalString;
  readonly isBidFloor: boolean;
  readonly isAskFloor: boolean;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
