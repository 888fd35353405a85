import { type DecimalString, type TradeBar } from '@orderfox/domain';
import { type Pool } from 'pg';
import { type BarPiece } from './bar-piece.js';
import { gapsStatement, groupsStatement, MOST_GAPS, type BarGroupRow, type BarQuery } from './bar-select.js';
import { type MissingTrades } from './missing-trades.js';

/** Whose bars: one contract of one venue. */
export interface BarSeries {
  readonly venue: string;
  readonly venueSymbol: string;
  readonly symbol: string;
}

/** How far a contract is recorded. */
export interface BarProgress {
  /** Rises by one with every write; 0: nothing was written. */
  readonly version: number;
  /** Which process wrote last. */
  readonly writer: string;
  /** Every trade before this instant, epoch ms by the venue's clock, is in a bar or in a gap. */
  readonly coveredMs: number;
  /** So is every trade up to this one, by its place. */
  readonly lastKey: number;
  /** When it was made. */
  readonly lastTimeMs: number;
  /** The number of the newest gap. */
  readonly lastGap: number;
}

/** What one contract has to write. */
export interface BarWrite {
  readonly series: BarSeries;
  /** As it is to be afterwards. */
  readonly progress: BarProgress;
  /** At most one of a minute. */
  readonly pieces: readonly BarPiece[];
  readonly gaps: readonly MissingTrades[];
  /** Gaps that were written before, and are none any more. */
  readonly filled: readonly MissingTrades[];
}

/** What is stored of a contract in a range. */
export interface StoredBars {
  /** The state of the contract that they are of. */
  readonly version: number;
  readonly coveredMs: number;
  /** Ascending. */
  readonly groups: readonly BarGroup[];
  /** Of the range and the day before it, by their beginning. */
  readonly gaps: readonly MissingTrades[];
}

/** Trades of one UTC day of one bucket, added up. */
export interface BarGroup {
  /** Epoch ms at which the bucket begins; undefined: what lies before the range, of the day in which it begins. */
  readonly startMs: number | undefined;
  readonly dayMs: number;
  /** Where its first trade lies: minute and place in it. */
  readonly first: { readonly minuteMs: number; readonly key: number };
  readonly last: { readonly minuteMs: number; readonly key: number };
  readonly bar: TradeBar;
}

/** A state is looked for so often while somebody writes. */
const MOST_LOOKS = 20;

interface ProgressRow {
  readonly version: number;
  readonly writer: string;
  readonly coveredMs: number;
  readonly lastKey: number;
  readonly lastTimeMs: number;
  readonly lastGap: number;
}

/** The only door to the tables of bars. Everything rejects with what `pg` throws when the server is away. */
export class TradeBarRepository {
  constructor(
    private readonly pools: { readonly writer: Pick<Pool, 'query'>; readonly reader: Pick<Pool, 'query'> },
  ) {}

  /**
   * Writes what came of many contracts in one statement, all or nothing for each. Resolves with those that were taken, by
   * `seriesKey`; the others were written by somebody else meanwhile, or by this very call before.
   */
  async record(writes: readonly BarWrite[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pools.writer.query<{ venue: string; venue_symbol: string }>(
      'SELECT venue, venue_symbol FROM record_trade_bars($1::json)',
      [JSON.stringify(batchOf(writes))],
    );
    return new Set(rows.map(({ venue, venue_symbol: venueSymbol }) => seriesKey({ venue, venueSymbol })));
  }

  /** How far a contract is recorded; undefined where it never was. */
  async progress({ venue, venueSymbol }: BarSeries): Promise<BarProgress | undefined> {
    const { rows } = await this.pools.writer.query<ProgressRow>(
      `SELECT version::float8 AS "version", writer, date_part('epoch', covered_to) * 1000 AS "coveredMs",
              last_key::float8 AS "lastKey", date_part('epoch', last_time) * 1000 AS "lastTimeMs",
              last_gap::float8 AS "lastGap"
         FROM trade_progress WHERE venue = $1 AND venue_symbol = $2`,
      [venue, venueSymbol],
    );
    return rows[0];
  }

  /** Gaps of a contract that the venue may still be asked for, noted since a time; the newest first. */
  async fillable({ venue, venueSymbol }: BarSeries, sinceMs: number): Promise<readonly MissingTrades[]> {
    const { rows } = await this.pools.writer.query<GapRow>(
      `SELECT ${GAP} FROM trade_gap
        WHERE venue = $1 AND venue_symbol = $2 AND from_id IS NOT NULL AND to_time >= $3 AND noted_at >= $3
        ORDER BY to_time DESC LIMIT 1000`,
      [venue, venueSymbol, new Date(sinceMs)],
    );
    return rows.map(toGap);
  }

  /** What is stored of a range; undefined for a contract that was never recorded. */
  async stored(query: BarQuery): Promise<StoredBars | undefined> {
    // Two statements see two states: taken again until both have seen the same.
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      const [groups, gaps] = await Promise.all([
        this.pools.reader.query<BarGroupRow>(groupsStatement(query)),
        this.pools.reader.query<GapRow & { version: number }>(gapsStatement(query, GAP)),
      ]);
      const [first] = groups.rows;
      if (first === undefined) return undefined;
      if (first.version !== gaps.rows[0]?.version) continue;
      return {
        version: first.version,
        coveredMs: first.coveredMs,
        groups: groups.rows.flatMap((row) => toGroup(row)),
        gaps: wholeOf(
          gaps.rows.flatMap((row) => (row.number === null ? [] : [toGap(row)])),
          query,
        ),
      };
    }
    throw new Error('the bars of a market change faster than they can be read');
  }
}

/** Where there are more gaps than were read, all from the last of them on is one: nothing is called whole unseen. */
function wholeOf(gaps: readonly MissingTrades[], { toMs }: BarQuery): readonly MissingTrades[] {
  const last = gaps.at(-1);
  if (last === undefined || gaps.length < MOST_GAPS) return gaps;
  const { fromMs, notedMs } = last;
  return [
    ...gaps,
    { number: 0, fromMs, toMs, notedMs, reason: 'there are too many gaps to be told one by one' },
  ];
}

/** Names a series: equal for the same contract. */
export function seriesKey({ venue, venueSymbol }: Pick<BarSeries, 'venue' | 'venueSymbol'>): string {
  return `${venue}|${venueSymbol}`;
}

interface GapRow {
  readonly number: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromId: number | null;
  readonly toId: number | null;
  readonly missed: number | null;
  readonly reason: string;
  readonly notedMs: number;
}

const GAP = `
  number::float8 AS "number", date_part('epoch', from_time) * 1000 AS "fromMs",
  date_part('epoch', to_time) * 1000 AS "toMs", from_id::float8 AS "fromId", to_id::float8 AS "toId",
  missed::float8 AS "missed", reason, date_part('epoch', noted_at) * 1000 AS "notedMs"`;

function toGap({ number, fromMs, toMs, fromId, toId, missed, reason, notedMs }: GapRow): MissingTrades {
  return {
    number: number ?? 0,
    fromMs,
    toMs,
    reason,
    notedMs,
    ...(fromId !== null && toId !== null && { ids: { from: fromId, to: toId } }),
    ...(missed !== null && { missed }),
  };
}

function toGroup(row: BarGroupRow): readonly BarGroup[] {
  const { startMs, dayMs, firstMinuteMs, firstKey, lastMinuteMs, lastKey } = row;
  // The contract is recorded, and has no bar there.
  if (dayMs === null) return [];
  const decimal = (text: string) => text as DecimalString;
  return [
    {
      startMs: startMs ?? undefined,
      dayMs,
      first: { minuteMs: firstMinuteMs, key: firstKey },
      last: { minuteMs: lastMinuteMs, key: lastKey },
      bar: {
        open: decimal(row.open),
        high: decimal(row.high),
        low: decimal(row.low),
        close: decimal(row.close),
        buyQuantity: decimal(row.buyQuantity),
        sellQuantity: decimal(row.sellQuantity),
        buyUsd: decimal(row.buyUsd),
        sellUsd: decimal(row.sellUsd),
        count: row.count,
      },
    },
  ];
}

function batchOf(writes: readonly BarWrite[]): object {
  const time = (ms: number) => new Date(ms).toISOString();
  const whose = ({ venue, venueSymbol, symbol }: BarSeries) => ({
    venue,
    venue_symbol: venueSymbol,
    symbol,
  });
  return {
    markets: writes.map(({ series, progress }) => ({
      ...whose(series),
      version: progress.version,
      writer: progress.writer,
      covered_to: time(progress.coveredMs),
      last_key: progress.lastKey,
      last_time: time(progress.lastTimeMs),
      last_gap: progress.lastGap,
    })),
    bars: writes.flatMap(({ series, pieces }) =>
      pieces.map((piece) => ({
        ...whose(series),
        bucket: time(piece.minuteMs),
        open: piece.open,
        high: piece.high,
        low: piece.low,
        close: piece.close,
        buy_quantity: piece.buyQuantity,
        sell_quantity: piece.sellQuantity,
        buy_usd: piece.buyUsd,
        sell_usd: piece.sellUsd,
        count: piece.count,
        first_key: piece.firstKey,
        last_key: piece.lastKey,
      })),
    ),
    gaps: writes.flatMap(({ series, gaps }) =>
      gaps.map(({ number, fromMs, toMs, ids, missed, reason, notedMs }) => ({
        ...whose(series),
        number,
        from_time: time(fromMs),
        to_time: time(toMs),
        from_id: ids?.from ?? null,
        to_id: ids?.to ?? null,
        missed: missed ?? null,
        reason,
        noted_at: time(notedMs),
      })),
    ),
    filled: writes.flatMap(({ series, filled }) =>
      filled.map(({ number, toMs }) => ({ ...whose(series), number, to_time: time(toMs) })),
    ),
  };
}
