import { readTimeframe } from '../../core/page-address.js';
import { bucketLengthMs, canonicalTimeframe } from './timeframes.js';

/** The server has no longer ones. */
const LONGEST_MS = 366 * 86_400_000;

/** What a viewer may type for a timeframe, in words. */
export const TIMEFRAME_HINT = 'A number of minutes, hours or days, such as 7m, 2h or 3d; at most 366d';

/**
 * A timeframe as somebody types it: `7m`, ` 90 M `, `60m`, which is `1h`. A capital M alone stands for calendar months, of
 * which there is only `1M`. Undefined for what is none.
 */
export function typedTimeframe(text: string): string | undefined {
  const dense = text.replace(/\s+/g, '');
  const timeframe = readTimeframe(dense) ?? readTimeframe(dense.toLowerCase());
  return timeframe === undefined || (bucketLengthMs(timeframe) ?? 0) > LONGEST_MS
    ? undefined
    : canonicalTimeframe(timeframe);
}
