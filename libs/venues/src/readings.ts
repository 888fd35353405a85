import { type Instrument } from '@orderfox/domain';
import { describeValue, NormalizeError } from './normalize-error.js';
import { isRecord } from './wire-row.js';

/** Takes a sentence for people on something that could not be read. */
export type OnProblem = (problem: string) => void;

/** Nobody listens. */
export const UNHEARD: OnProblem = () => undefined;

/** Sentences that one answer gives; what is wrong beyond them is said in one. */
const MAX_PROBLEMS = 10;

/** Tells what is wrong with the rows of one answer, and however much it is, in few sentences. */
export class RowProblems {
  private count = 0;

  constructor(
    private readonly what: string,
    private readonly onProblem: OnProblem,
  ) {}

  /** Runs `read`; undefined where it refuses. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NormalizeError)) throw error;
      this.tell(error.message);
      return undefined;
    }
  }

  tell(problem: string): void {
    this.count += 1;
    if (this.count <= MAX_PROBLEMS) this.onProblem(`${this.what}: ${problem}`);
  }

  /** To be called after the last row. */
  end(): void {
    const more = this.count - MAX_PROBLEMS;
    if (more > 0) this.onProblem(`${this.what}: ${more} more rows cannot be read`);
  }
}

/** Something that holds for a contract at a moment. */
interface Reading {
  readonly instrument: Instrument;
  readonly timestampMs: number;
}

/**
 * The newest reading of each wanted contract in an answer with rows of many; `symbolOf` gives the contract that a row
 * names. A contract without one is told.
 */
export function readWanted<T extends Reading>(
  rows: readonly unknown[],
  wanted: {
    readonly what: string;
    readonly instruments: readonly Instrument[];
    readonly symbolField: string;
  },
  read: (row: Readonly<Record<string, unknown>>, instrument: Instrument) => T,
  onProblem: OnProblem,
): readonly T[] {
  const problems = new RowProblems(wanted.what, onProblem);
  const unseen = new Map(wanted.instruments.map((instrument) => [instrument.venueSymbol, instrument]));
  const instruments = new Map(unseen);
  const newest = new Map<string, T>();
  for (const row of rows) {
    const symbol = isRecord(row) ? row[wanted.symbolField] : undefined;
    if (!isRecord(row) || typeof symbol !== 'string') {
      problems.tell(`a row that names no contract is ${describeValue(row)}`);
      continue;
    }
    const instrument = instruments.get(symbol);
    if (instrument === undefined) continue;
    unseen.delete(symbol);
    const reading = problems.attempt(() => read(row, instrument));
    const held = newest.get(symbol);
    if (reading && (held === undefined || held.timestampMs < reading.timestampMs))
      newest.set(symbol, reading);
  }
  for (const symbol of unseen.keys()) problems.tell(`there is no row of ${symbol}`);
  problems.end();
  return [...newest.values()];
}

/**
 * The readings of one contract in a stretch of time, ascending, one per moment: the first that was given. A later row that
 * says something else of the same moment is told.
 */
export function readSeries<T extends Reading>(
  rows: readonly unknown[],
  series: { readonly what: string; readonly fromMs: number; readonly toMs: number },
  read: (row: unknown) => T,
  onProblem: OnProblem,
): readonly T[] {
  const problems = new RowProblems(series.what, onProblem);
  const byTime = new Map<number, T>();
  for (const row of rows) {
    const reading = problems.attempt(() => read(row));
    if (reading === undefined) continue;
    const held = byTime.get(reading.timestampMs);
    if (held === undefined) byTime.set(reading.timestampMs, reading);
    else if (JSON.stringify(held) !== JSON.stringify(reading))
      problems.tell(`two rows of ${reading.timestampMs} contradict each other`);
  }
  problems.end();
  return [...byTime.values()]
    .filter(({ timestampMs }) => timestampMs >= series.fromMs && timestampMs < series.toMs)
    .sort((a, b) => a.timestampMs - b.timestampMs);
}
