import {
  aggregateCandles,
  bucketStartMs,
  nextBucketStartMs,
  type Candle,
  type Timeframe,
} from '@orderfox/domain';
import { VenueError, WithheldError, type Clock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { type Asker } from './candle-asker.js';
import { sourceTimeframe, type CandleMarket, type CandleSeries } from './candle-market.js';
import { type CandleStore } from './candle-store.js';
import { bucketsBetween } from './page-span.js';
import { TroubledVenues } from './troubled-venues.js';

/**
 * Most candles of a venue that are read for one answer, where the venue has not the wanted timeframe itself: seven for
 * each of the most that can be asked for, so that 7m and 36h are served in full.
 */
export const MAX_SOURCE_CANDLES = 7_000;

/** Those for whom nobody in particular asks are one party. */
const NOBODY: Asker = { party: '' };

/** What a reader works with. */
export interface CandleReaderParts {
  readonly store: CandleStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Which candles are wanted: those whose bucket starts at or after `fromMs`, which is such a start, and before `toMs`. */
export interface CandleRange {
  readonly timeframe: Timeframe;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Candles of the first venue that can give them, in the timeframe that is wanted, whichever the venue has itself. */
export class CandleReader {
  readonly #troubled: TroubledVenues;

  constructor(private readonly parts: CandleReaderParts) {
    this.#troubled = new TroubledVenues(parts.clock, parts.log);
  }

  /**
   * Asks the markets in turn; those of venues that did not answer just now come last. Rejects with ApiError: UNAVAILABLE,
   * with `retryAfterMs` where it is known, or RANGE_TOO_WIDE; or with the reason of the asker's signal. All candles of an
   * answer are of one venue.
   */
  async read(
    markets: readonly CandleMarket[],
    range: CandleRange,
    asker: Asker = NOBODY,
  ): Promise<readonly Candle[]> {
    const failures: VenueError[] = [];
    const all = this.#troubled.last(markets).flatMap((market) => seriesOf(market, range.timeframe) ?? []);
    for (const [index, series] of all.entries()) {
      try {
        return await this.#readSeries(series, range, { ...asker, hasChoice: index < all.length - 1 });
      } catch (error) {
        if (!(error instanceof VenueError)) throw error;
        failures.push(error);
        // The venue has no part in what was withheld from it.
        if (!(error instanceof WithheldError)) this.#troubled.failed(series.venue, error);
      }
    }
    throw this.#unavailable(markets, failures);
  }

  async #readSeries(
    series: CandleSeries,
    { timeframe, fromMs, toMs }: CandleRange,
    asker: Asker,
  ): Promise<readonly Candle[]> {
    const { store, clock } = this.parts;
    if (series.timeframe === timeframe) return store.read(series, fromMs, toMs, undefined, asker);
    const endMs = Math.min(
      nextBucketStartMs(timeframe, toMs - 1),
      nextBucketStartMs(timeframe, clock.nowMs()),
    );
    const rows = bucketsBetween(series.timeframe, fromMs, endMs, MAX_SOURCE_CANDLES);
    if (rows > MAX_SOURCE_CANDLES) throw tooManySources(series, timeframe, fromMs);
    return aggregateCandles(await store.read(series, fromMs, endMs, undefined, asker), timeframe);
  }

  #unavailable(markets: readonly CandleMarket[], failures: readonly VenueError[]): ApiError {
    const names = [...new Set(markets.map(({ venue }) => venue.name))].join(', ');
    const nowMs = this.parts.clock.nowMs();
    const waits = failures.flatMap(({ untilMs }) =>
      untilMs === undefined ? [] : [Math.max(0, untilMs - nowMs)],
    );
    const reasons = [...new Set(failures.map(({ failure }) => REASONS[failure]))].join('; ');
    return new ApiError(
      'UNAVAILABLE',
      `No candles from ${names} now: ${reasons || 'none has them'}. Try again later.`,
      {
        ...(waits.length === failures.length &&
          waits.length > 0 && { retryAfterMs: Math.ceil(Math.min(...waits)) }),
      },
    );
  }
}

/** The series behind a wanted timeframe; undefined where the venue has none of which it could be made. */
export function seriesOf(market: CandleMarket, wanted: Timeframe): CandleSeries | undefined {
  const timeframe = sourceTimeframe(wanted, market.venue.candles.timeframes);
  return timeframe === undefined ? undefined : { ...market, timeframe };
}

/** More candles would have to be joined than are read for one answer; says how few would do. */
function tooManySources({ venue, timeframe }: CandleSeries, wanted: Timeframe, fromMs: number): ApiError {
  const each = bucketsBetween(timeframe, fromMs, nextBucketStartMs(wanted, fromMs), MAX_SOURCE_CANDLES);
  const maxLimit = Math.floor(MAX_SOURCE_CANDLES / each);
  const fewer = maxLimit === 0 ? '' : `at most ${maxLimit} of them, or for `;
  return new ApiError(
    'RANGE_TOO_WIDE',
    `${venue.name} has no candles of ${wanted}; they are joined from those of ${timeframe}, of which at most ${MAX_SOURCE_CANDLES} are read at once. Ask for ${fewer}one of its own timeframes: ${venue.candles.timeframes.join(', ')}`,
    { argument: maxLimit === 0 ? 'timeframe' : 'limit', ...(maxLimit > 0 && { maxLimit }) },
  );
}

/** Start of the first of so many buckets that start before a time, the newest of them included. */
export function startOfLast(timeframe: Timeframe, toMs: number, count: number): number {
  let startMs = bucketStartMs(timeframe, toMs - 1);
  for (let left = count - 1; left > 0; left -= 1) startMs = bucketStartMs(timeframe, startMs - 1);
  return startMs;
}

const REASONS: Readonly<Record<VenueError['failure'], string>> = {
  NETWORK: 'it did not answer',
  RATE_LIMITED: 'its limit of requests is reached',
  BANNED: 'it wants no requests from this address for a while',
  GEO_BLOCKED: 'it does not serve this jurisdiction',
  UNAVAILABLE: 'it is out of service',
  REFUSED: 'it refused the request',
  UNREADABLE: 'its answer could not be read',
};
