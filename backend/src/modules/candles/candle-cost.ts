import { bucketStartMs, nextBucketStartMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { sourceTimeframe } from './candle-market.js';
import { MAX_SOURCE_CANDLES } from './candle-reader.js';
import { bucketsBetween } from './page-span.js';

/** Candles that most venues give for one request. */
const ROWS_PER_REQUEST = 500;
/** What a request to a venue costs: as much as so many objects. Venues answer a few hundred of them in a minute. */
const POINTS_PER_REQUEST = 100;

/** Points for the requests to a venue that candles may take, as if none were kept yet. */
export const candleFetchPoints: FetchPoints = (rows, argument) => {
  const sources = Math.min(rows * partsOf(argument('timeframe')), MAX_SOURCE_CANDLES);
  return POINTS_PER_REQUEST * Math.ceil(sources / ROWS_PER_REQUEST);
};

/** Candles of a venue that one of a timeframe is joined from, where most are needed. */
function partsOf(text: unknown): number {
  const timeframe = readTimeframe(text);
  if (timeframe === undefined) return 1;
  const startMs = bucketStartMs(timeframe, 0);
  const endMs = nextBucketStartMs(timeframe, 0);
  const parts = VENUE_ADAPTERS.map(({ candles }) => {
    const source = sourceTimeframe(timeframe, candles?.timeframes ?? []);
    return source === undefined ? 1 : bucketsBetween(source, startMs, endMs, MAX_SOURCE_CANDLES);
  });
  return Math.max(1, ...parts);
}

/** Undefined for what is none: execution refuses that. */
function readTimeframe(text: unknown): Timeframe | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return parseTimeframe(text);
  } catch {
    return undefined;
  }
}
