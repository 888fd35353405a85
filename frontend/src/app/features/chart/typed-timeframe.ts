import { readTimeframe } from '../../core/page-address.js';
import { bucketLengthMs } from './timeframes.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The server has no longer ones. */
const LONGEST_MS = 366 * DAY_MS;

/** What a viewer may type for a timeframe, in words. */
export const TIMEFRAME_HINT = 'A number of minutes, hours or days, such as 7m, 2h or 3d; at most 366d';

/**
 * A timeframe as somebody types it: `7m`, ` 90 M `, `60m`, which is `1h`. A capital M alone stands for calendar months, of
 * which there is only `1M`. Undefined for what is none.
 */
export function typedTimeframe(text: string): string | undefined {
  const dense = text.replace(/\s+/g, '');
  const timeframe = readTimeframe(dense) ?? readTimeframe(dense.toLowerCase());
  const lengthMs = timeframe === undefined ? undefined : bucketLengthMs(timeframe);
  if (timeframe === undefined || lengthMs === undefined || timeframe === '1w') return timeframe;
  if (lengthMs > LONGEST_MS) return undefined;
  if (lengthMs % DAY_MS === 0) return `${lengthMs / DAY_MS}d`;
  if (lengthMs % HOUR_MS === 0) return `${lengthMs / HOUR_MS}h`;
  return `${lengthMs / MINUTE_MS}m`;
}
