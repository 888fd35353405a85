import { bucketStartMs, type Timeframe } from '@orderfox/domain';

/** Start of the first of so many buckets, of which the last holds this moment. */
export function bucketsBefore(timeframe: Timeframe, timeMs: number, count: number): number {
  let startMs = bucketStartMs(timeframe, timeMs);
  for (let left = count - 1; left > 0; left--) startMs = bucketStartMs(timeframe, startMs - 1);
  return startMs;
}
