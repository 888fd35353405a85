import { addDecimals, compareDecimals, type DecimalString } from './decimal.js';
import type { VenueId } from './market-event.js';
import { bucketStartMs, nextBucketStartMs, type Timeframe } from './timeframe.js';

/** What was traded of one market at one venue within one bucket. Prices are per coin, volumes in coins and dollars. */
export interface Candle {
  readonly venue: VenueId;
  /** Canonical market such as `PEPEUSDT`. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Start of the bucket, epoch milliseconds, as `bucketStartMs` has it. */
  readonly startMs: number;
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  /** Base coins. */
  readonly volume: DecimalString;
  /** Turnover in the quote currency; dollar coins count as one dollar. */
  readonly volumeUsd: DecimalString;
  /** Trades, where the venue counts them. */
  readonly count?: number;
  /** The bucket is over and the venue changes nothing of it any more. */
  readonly isClosed: boolean;
}

/**
 * Candles of a longer timeframe from those of a shorter one whose borders lie on its own: ascending, of one market and
 * venue, and complete from a border of the longer one on. Sums are exact. The last is closed when its last part is.
 */
export function aggregateCandles(parts: readonly Candle[], timeframe: Timeframe): readonly Candle[] {
  const result: Candle[] = [];
  let sum: Candle | undefined;
  for (const part of parts) {
    const startMs = bucketStartMs(timeframe, part.startMs);
    if (sum?.startMs === startMs) {
      sum = joined(sum, part);
    } else {
      // What comes after it shows that a bucket is over, also one whose last parts saw no trade.
      if (sum !== undefined) result.push({ ...sum, isClosed: true });
      sum = { ...part, timeframe, startMs, isClosed: closes(part, timeframe) };
    }
  }
  return sum === undefined ? result : [...result, sum];
}

function joined(sum: Candle, part: Candle): Candle {
  const { count, ...rest } = sum;
  return {
    ...rest,
    high: compareDecimals(part.high, sum.high) > 0 ? part.high : sum.high,
    low: compareDecimals(part.low, sum.low) < 0 ? part.low : sum.low,
    close: part.close,
    volume: addDecimals(sum.volume, part.volume),
    volumeUsd: addDecimals(sum.volumeUsd, part.volumeUsd),
    ...(count !== undefined && part.count !== undefined && { count: count + part.count }),
    isClosed: closes(part, sum.timeframe),
  };
}

/** Whether the bucket of the longer timeframe ends with this part, and the part is over. */
function closes(part: Candle, timeframe: Timeframe): boolean {
  const endMs = nextBucketStartMs(part.timeframe, part.startMs);
  return part.isClosed && endMs >= nextBucketStartMs(timeframe, part.startMs);
}
