import { type DecimalString } from '@orderfox/domain';
import { type FundingReading } from '@orderfox/venues';
import { problemOfTime } from '../polled/acceptable.js';
import { type Series, type SeriesPoint } from '../polled/reading.js';

/** Whether a rate is still changing. */
export type FundingKind =
  | 'ESTIMATE' // what the running interval would be charged if it ended now; it changes until then
  | 'SETTLED'; // what was charged

/** What longs pay to shorts, as a fraction of the notional per interval; below zero shorts pay. */
export interface FundingRate extends SeriesPoint {
  readonly kind: FundingKind;
  /** For one interval. */
  readonly rate: DecimalString;
  readonly intervalMs: number;
  /** When an estimate will be charged, epoch ms. */
  readonly nextFundingMs?: number;
}

const HOUR_MS = 3_600_000;
/** Settlements and the intervals between them fit together but for some seconds. */
const HOLE_MS = 30_000;
/** A week of rates is one request; a day would be three points. */
const REACH_MS = 7 * 24 * HOUR_MS;
const LONGEST_INTERVAL_MS = 7 * 24 * HOUR_MS;
/** Settlements come so long after their time at most. */
export const SETTLED_WITHIN_MS = 60_000;

/** Funding as a series: estimates are polled, settled rates are history. */
export const FUNDING: Series<FundingReading, FundingRate> = {
  name: 'funding',
  reachMs: REACH_MS,
  holeMs: HOLE_MS,
  pointOf: (reading, receivedTimeMs) => {
    const { instrument, timestampMs, kind, rate, intervalMs, nextFundingMs } = reading;
    const isInterval = Number.isSafeInteger(intervalMs) && intervalMs > 0;
    if (!isInterval || intervalMs > LONGEST_INTERVAL_MS)
      return { problem: `its interval is ${intervalMs} ms` };
    const problem = problemOfTime(reading, receivedTimeMs);
    if (problem !== undefined) return { problem };
    const { venue, symbol, venueSymbol } = instrument;
    const next = nextFundingMs === undefined ? {} : { nextFundingMs };
    return { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, kind, rate, intervalMs, ...next };
  },
  isSettled: ({ kind }) => kind === 'SETTLED',
  settlesMs: ({ nextFundingMs }) => nextFundingMs,
  // Since its interval runs, and until it ends, nothing is settled.
  needless: ({ kind, nextFundingMs, intervalMs }) =>
    kind === 'SETTLED' || nextFundingMs === undefined
      ? []
      : [{ fromMs: nextFundingMs - intervalMs + SETTLED_WITHIN_MS, toMs: nextFundingMs + SETTLED_WITHIN_MS }],
};
