import { type TimeRange } from '../symbols/symbol-interest.js';
import { RANGE_ROWS } from './history-client.js';
import { TimeRanges } from './time-ranges.js';

/** Requests that one wish for a stretch of time may lead to; what is left then is left out. */
const REQUESTS_PER_WISH = 32;
/** 2017-01-01: no venue had a contract before. */
const EARLIEST_MS = Date.UTC(2017, 0, 1);
/** With fewer rows than this an answer says that a wider stretch can be asked for. */
const FEW_ROWS = RANGE_ROWS / 4;

/** What to ask next: the newest rows, or a stretch of time. */
export type HistoryRequest =
  { readonly kind: 'LATEST' } | { readonly kind: 'RANGE'; readonly range: TimeRange };

/** What of one market's past has been asked for, and what is still wanted. */
export class MarketHistory {
  /** Whether it is being asked about: its requests are made one after the other. */
  isBusy = false;
  /** When somebody last asked for it, monotonic ms. */
  askedMs = Number.NEGATIVE_INFINITY;
  /** Wanted from the start of the process, so not forgotten before it is there. */
  isPinned = false;
  readonly #done = new TimeRanges();
  #wanted: readonly TimeRange[] = [];
  #widthMs = Number.POSITIVE_INFINITY;
  #requestsLeft = 0;
  #isLoaded = false;
  #isAbandoned = false;
  #cuts = 0;

  constructor(
    readonly symbol: string,
    /** When the market was first asked for: what is later comes live. Epoch ms. */
    readonly sinceMs: number,
  ) {}

  /** Whether the newest rows are there. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** How often something was left out: too many requests for one wish, or too many rows in one millisecond. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Wants a stretch of time, as far as it lies in the past and has not been asked for. */
  want({ fromMs, toMs }: TimeRange): void {
    const past = { fromMs: Math.max(fromMs, EARLIEST_MS), toMs: Math.min(toMs, this.sinceMs) };
    const missing = this.#done.missing(past);
    if (this.#isAbandoned || missing.length === 0) return;
    const all = new TimeRanges();
    for (const range of [...this.#wanted, ...missing]) all.add(range);
    this.#wanted = all.ranges;
    this.#requestsLeft = REQUESTS_PER_WISH;
  }

  /** What to ask now; the newest first, since that is what is looked at. Undefined when nothing is wanted. */
  next(): HistoryRequest | undefined {
    if (!this.#isLoaded) return { kind: 'LATEST' };
    const newest = this.#wanted.at(-1);
    if (newest === undefined) return undefined;
    const { fromMs, toMs } = newest;
    return { kind: 'RANGE', range: { fromMs: Math.max(fromMs, toMs - this.#widthMs + 1), toMs } };
  }

  /** The answer to what was asked has come, with so many rows. */
  answered(request: HistoryRequest, rows: number): void {
    if (request.kind === 'LATEST') this.#isLoaded = true;
    else this.#answeredRange(request.range, rows);
  }

  /** The service has nothing to say of this market: whatever is wanted, it is not asked again. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#isLoaded = true;
    this.#wanted = [];
  }

  #answeredRange(range: TimeRange, rows: number): void {
    const widthMs = range.toMs - range.fromMs + 1;
    this.#requestsLeft -= 1;
    // An answer that is full may have been cut, at whichever end: half of the stretch is asked for again.
    if (rows >= RANGE_ROWS && widthMs > 1) this.#widthMs = Math.ceil(widthMs / 2);
    else this.#finished(range, rows);
    if (this.#requestsLeft > 0 || this.#wanted.length === 0) return;
    this.#wanted = [];
    this.#cuts += 1;
  }

  #finished(range: TimeRange, rows: number): void {
    if (rows >= RANGE_ROWS) this.#cuts += 1;
    if (rows < FEW_ROWS) this.#widthMs *= 2;
    this.#done.add(range);
    this.#wanted = this.#wanted.flatMap((wanted) => this.#done.missing(wanted));
  }
}
