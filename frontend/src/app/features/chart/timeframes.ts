/** The timeframes with a button of their own; the first seven have the keys 1 to 7. */
export const CHART_TIMEFRAMES = ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M'] as const;
/** What is shown when the address names none. */
export const DEFAULT_TIMEFRAME = '1m';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WEEK_MS = 7 * UNIT_MS.d;
/** Monday, 5 January 1970: the first ISO week that began after the epoch. */
const FIRST_MONDAY_MS = 4 * UNIT_MS.d;

/** Equal lengths have one name: `60m` is `1h`, `24h` is `1d`; `7d` is not `1w`, whose buckets begin on Mondays. */
export function canonicalTimeframe(timeframe: string): string {
  const length = bucketLengthMs(timeframe);
  if (length === undefined || timeframe === '1w') return timeframe;
  if (length % UNIT_MS.d === 0) return `${length / UNIT_MS.d}d`;
  return length % UNIT_MS.h === 0 ? `${length / UNIT_MS.h}h` : `${length / UNIT_MS.m}m`;
}

/** Length of a bucket in milliseconds; undefined for calendar months, which differ. */
export function bucketLengthMs(timeframe: string): number | undefined {
  if (timeframe === '1M') return undefined;
  if (timeframe === '1w') return WEEK_MS;
  const unit = timeframe.at(-1) as keyof typeof UNIT_MS;
  return parseInt(timeframe, 10) * UNIT_MS[unit];
}

/** Whether buckets of a timeframe begin within days, and so have a time of day: those of `36h` begin at noon. */
export function isIntraday(timeframe: string): boolean {
  return (bucketLengthMs(timeframe) ?? 0) % UNIT_MS.d !== 0;
}

/** Start of the bucket that holds an instant, in UTC: lengths count from the epoch, weeks from Monday, months from the 1st. */
export function bucketStartMs(timeframe: string, ms: number): number {
  const length = bucketLengthMs(timeframe);
  if (length === undefined) {
    const date = new Date(ms);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const origin = timeframe === '1w' ? FIRST_MONDAY_MS : 0;
  return Math.floor((ms - origin) / length) * length + origin;
}

/** Start of the bucket `steps` after the one that starts at `startMs`; negative steps go back. */
export function stepBucketMs(timeframe: string, startMs: number, steps = 1): number {
  const length = bucketLengthMs(timeframe);
  if (length !== undefined) return startMs + steps * length;
  const date = new Date(startMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps, 1);
}

/** Every bucket start from the bucket that holds `fromMs` to the one that holds `toMs`; the newest `limit` of them. */
export function bucketStarts(
  timeframe: string,
  fromMs: number,
  toMs: number,
  limit: number,
): readonly number[] {
  const first = bucketStartMs(timeframe, fromMs);
  const starts: number[] = [];
  let start = bucketStartMs(timeframe, toMs);
  for (; start >= first && starts.length < limit; start = stepBucketMs(timeframe, start, -1))
    starts.push(start);
  return starts.reverse();
}
