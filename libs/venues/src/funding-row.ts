import { type Instrument } from '@orderfox/domain';
import { NormalizeError } from './normalize-error.js';
import { RowProblems, type OnProblem } from './readings.js';
import { type FundingReading, type FundingRequest } from './venue-funding.js';
import { readRate, readTimeMs } from './wire-row.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** No venue lets more time pass between two settlements; a history is read from so long before what is wanted. */
export const LONGEST_INTERVAL_MS = 24 * HOUR_MS;
/** Between a settlement and the moment when a venue names the next. */
const MAX_OVERDUE_MS = 5 * MINUTE_MS;

/** An estimate as a row has it. */
export interface EstimateRow {
  readonly timeMs: unknown;
  readonly rate: unknown;
  /** Checked, see `readNextFunding`. */
  readonly nextFundingMs: number;
  /** Undefined where it is not known. */
  readonly intervalMs: number | undefined;
}

/** Makes a reading of a row. Throws a refusal. */
export function toEstimate(row: EstimateRow, instrument: Instrument, nowMs: number): FundingReading {
  const { nextFundingMs, intervalMs } = row;
  const timestampMs = readTimeMs(row.timeMs, 'time', nowMs);
  if (nextFundingMs < timestampMs - MAX_OVERDUE_MS) {
    throw new NormalizeError('BAD_TIME', `the next funding is overdue since ${nextFundingMs}`);
  }
  if (intervalMs === undefined) throw new NormalizeError('BAD_NUMBER', 'its interval is not known');
  if (!isWithinInterval(nextFundingMs, timestampMs, intervalMs)) {
    throw new NormalizeError('BAD_TIME', `the next funding is further off than its ${intervalMs} ms`);
  }
  return {
    instrument,
    timestampMs,
    kind: 'ESTIMATE',
    rate: readRate(row.rate, 'rate'),
    intervalMs,
    nextFundingMs,
  };
}

/**
 * Whether a settlement can be so far off: where it is not, the interval that the venue states is not the one that runs
 * now, as after a change that begins with the next settlement.
 */
export function isWithinInterval(nextFundingMs: number, timeMs: number, intervalMs: number): boolean {
  return nextFundingMs - timeMs <= intervalMs + MINUTE_MS;
}

/** The moment of a settlement to the full minute: they come some milliseconds after it. Throws a BAD_TIME refusal. */
export function readSettlement(value: unknown, field: string, nowMs: number): number {
  return Math.round(readTimeMs(value, field, nowMs) / MINUTE_MS) * MINUTE_MS;
}

/** As `readSettlement`, for one that is still to come, within a day. */
export function readNextFunding(value: unknown, field: string, nowMs: number): number {
  return readSettlement(value, field, nowMs + LONGEST_INTERVAL_MS);
}

/** A length in hours, as a number or in digits; undefined for any other and for none of an hour to a day. */
export function intervalOfHours(value: unknown): number | undefined {
  const hours = typeof value === 'string' && /^\d{1,2}$/.test(value) ? Number(value) : value;
  return typeof hours === 'number' && isInterval(hours * HOUR_MS) ? hours * HOUR_MS : undefined;
}

/** True for whole minutes, one to a day's. */
export function isInterval(lengthMs: number): boolean {
  return lengthMs >= MINUTE_MS && lengthMs <= LONGEST_INTERVAL_MS && lengthMs % MINUTE_MS === 0;
}

/** A settled rate in the venue's own words, nothing checked. */
export interface SettledRow {
  readonly timeMs: unknown;
  readonly rate: unknown;
}

interface Settlement {
  readonly timeMs: number;
  readonly row: SettledRow;
  /** The row before it in the answer could not be placed, so that it is not known how long its interval was. */
  readonly isAfterHole: boolean;
}

/**
 * The settled rates of an answer in ascending order. How long an interval was is measured from the settlement before,
 * for venues change it and say only what it is now; so `rows` are to begin `LONGEST_INTERVAL_MS` before `fromMs`.
 */
export function readSettled(
  rows: readonly unknown[],
  what: string,
  { instrument, fromMs, toMs, nowMs }: FundingRequest,
  read: (row: unknown) => SettledRow,
  onProblem: OnProblem,
): readonly FundingReading[] {
  const problems = new RowProblems(what, onProblem);
  const readings: FundingReading[] = [];
  let before: number | undefined;
  for (const { timeMs, row, isAfterHole } of settlements(rows, read, nowMs, problems)) {
    const intervalMs = before === undefined || isAfterHole ? 0 : timeMs - before;
    before = timeMs;
    if (timeMs < fromMs || timeMs >= toMs) continue;
    const rate = problems.attempt(() => readRate(row.rate, 'rate'));
    if (rate === undefined) continue;
    if (isInterval(intervalMs)) {
      readings.push({ instrument, timestampMs: timeMs, kind: 'SETTLED', rate, intervalMs });
    } else problems.tell(`the interval that ended at ${timeMs} is not known`);
  }
  problems.end();
  return readings;
}

function settlements(
  rows: readonly unknown[],
  read: (row: unknown) => SettledRow,
  nowMs: number,
  problems: RowProblems,
): readonly Settlement[] {
  const byTime = new Map<number, Settlement>();
  let isAfterHole = false;
  for (const value of rows) {
    const settlement = problems.attempt(() => {
      const row = read(value);
      return { row, timeMs: readSettlement(row.timeMs, 'funding time', nowMs), isAfterHole };
    });
    isAfterHole = settlement === undefined;
    if (settlement === undefined) continue;
    const held = byTime.get(settlement.timeMs);
    if (held === undefined) byTime.set(settlement.timeMs, settlement);
    else if (held.row.rate !== settlement.row.rate)
      problems.tell(`two rows of ${settlement.timeMs} contradict each other`);
  }
  return [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs);
}
