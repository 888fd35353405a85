import { type Instrument } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { isInterval, isWithinInterval, readSettlement } from './funding-row.js';
import { NormalizeError } from './normalize-error.js';
import { type OnProblem } from './readings.js';
import { isRecord } from './wire-row.js';

/** What a row of running rates says of its interval. */
export interface StatedInterval {
  /** Undefined where the venue states none that can be read. */
  readonly statedMs: number | undefined;
  readonly nextFundingMs: number;
  readonly timeMs: number;
}

/** An answer with the running rates of many contracts. */
export interface RunningRates {
  readonly what: string;
  readonly rows: readonly unknown[];
  readonly instruments: readonly Instrument[];
  readonly symbolField: string;
  readonly nowMs: number;
  /** Throws a refusal for a row that cannot be read; it is passed over. */
  readonly read: (row: Readonly<Record<string, unknown>>, instrument: Instrument) => StatedInterval;
  /** When the contract was last settled, unchecked. Rejects with VenueError. */
  readonly lastSettlement: (instrument: Instrument) => Promise<unknown>;
  readonly onProblem: OnProblem;
}

/**
 * The intervals that run now, by contract; undefined where one cannot be known. Venues state the interval that holds from
 * the next change on, so where a settlement is further off than that, or none is stated, it is measured from the settlement
 * before: one more request for each such contract.
 */
export async function findRunningIntervals(rates: RunningRates): Promise<ReadonlyMap<string, number>> {
  const { rows, instruments, symbolField } = rates;
  const running = new Map<string, number>();
  for (const instrument of instruments) {
    const row = rows.filter(isRecord).find((one) => one[symbolField] === instrument.venueSymbol);
    const stated = row && attempt(() => rates.read(row, instrument));
    if (stated === undefined) continue;
    const intervalMs = holds(stated) ? stated.statedMs : await measure(rates, instrument, stated);
    if (intervalMs !== undefined) running.set(instrument.venueSymbol, intervalMs);
  }
  return running;
}

function holds({ statedMs, nextFundingMs, timeMs }: StatedInterval): boolean {
  return statedMs !== undefined && isWithinInterval(nextFundingMs, timeMs, statedMs);
}

async function measure(
  { what, lastSettlement, nowMs, onProblem }: RunningRates,
  instrument: Instrument,
  { nextFundingMs }: StatedInterval,
): Promise<number | undefined> {
  try {
    const lastMs = readSettlement(await lastSettlement(instrument), 'last settlement', nowMs);
    return isInterval(nextFundingMs - lastMs) ? nextFundingMs - lastMs : undefined;
  } catch (error) {
    if (!(error instanceof VenueError || error instanceof NormalizeError)) throw error;
    onProblem(`${what}: the interval of ${instrument.venueSymbol} cannot be measured: ${error.message}`);
    return undefined;
  }
}

/** What `read` gives; undefined where it refuses. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NormalizeError) return undefined;
    throw error;
  }
}
