import { bucketStartMs, parseTimeframe, type DecimalString } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import {
  DOLLAR_QUOTES,
  type OpenInterestReading,
  type VenueCandles,
  type VenueOpenInterest,
  type VenueRoots,
} from '@orderfox/venues';
import { type PastRequest } from '../polled/reading.js';

/** A reading, with what a coin cost then where the venue says no dollars. */
export interface ValuedReading extends OpenInterestReading {
  readonly closePrice?: DecimalString;
}

const FIVE_MINUTES = parseTimeframe('5m');
const BUCKET_MS = 5 * 60_000;

/**
 * Past open interest of a venue that says it in coins only, with the closes of the venue's own candles. Where they cannot be
 * had the coins are given all the same.
 */
export async function valuedHistory(
  source: VenueOpenInterest,
  candles: VenueCandles | undefined,
  http: JsonFetch,
  roots: VenueRoots,
  request: PastRequest,
  onProblem?: (problem: string) => void,
): Promise<readonly ValuedReading[]> {
  const readings = await source.history.list(http, roots, request, onProblem);
  const bare = readings.filter(({ openInterestUsd }) => openInterestUsd === undefined);
  const [first, last] = [bare[0], bare.at(-1)];
  const isPriced = DOLLAR_QUOTES.has(request.instrument.quoteAsset);
  if (candles === undefined || first === undefined || last === undefined || !isPriced) return readings;
  try {
    const closes = await closesOf(candles, http, roots, request, first.timestampMs, last.timestampMs);
    return readings.map((reading) => {
      const closePrice = closes.get(candleOf(reading.timestampMs));
      return closePrice === undefined ? reading : { ...reading, closePrice };
    });
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    onProblem?.(`there are no prices for it: ${error.message}`);
    return readings;
  }
}

/** The candle that a moment ends: what closed right then is the price of then. */
function candleOf(timestampMs: number): number {
  return bucketStartMs(FIVE_MINUTES, timestampMs - 1);
}

async function closesOf(
  { list, timeframes, maxRows }: VenueCandles,
  http: JsonFetch,
  roots: VenueRoots,
  { instrument, nowMs }: PastRequest,
  firstMs: number,
  lastMs: number,
): Promise<ReadonlyMap<number, DecimalString>> {
  const closes = new Map<number, DecimalString>();
  if (!timeframes.includes(FIVE_MINUTES)) return closes;
  const endMs = candleOf(lastMs) + BUCKET_MS;
  for (let fromMs = candleOf(firstMs); fromMs < endMs; fromMs += maxRows * BUCKET_MS) {
    const toMs = Math.min(endMs, fromMs + maxRows * BUCKET_MS);
    const rows = (toMs - fromMs) / BUCKET_MS;
    const request = { instrument, timeframe: FIVE_MINUTES, fromMs, toMs, rows, nowMs };
    for (const { startMs, close } of await list(http, roots, request)) closes.set(startMs, close);
  }
  return closes;
}
