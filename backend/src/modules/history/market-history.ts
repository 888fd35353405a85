import { type TimeRange } from '../symbols/symbol-interest.js';
import { RANGE_ROWS } from './history-client.js';
import { TimeRanges } from './time-ranges.js';

/** Requests that one wish for a stretch of time may lead to; what is left then is left out. */
const REQUESTS_PER_WISH = 32;
/** 2017-01-01: no venue had a contract before. */
const EARLIEST_MS = Date.UTC(2017, 0, 1);
/** How much of the end of a gap is fetched before anybody asks for it; what is older comes when it is looked at. */
export const GAP_UNASKED_MS = 24 * 3_600_000;
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
  /** Stretches that did not come live though the market was followed. */
  readonly #missed = new TimeRanges();
  #wanted: readonly TimeRange[] = [];
  #widthMs = Number.POSITIVE_INFINITY;
  #requestsLeft = 0;
  #isLoaded = false;
  #abandonedUntilMs: number | undefined;
  #refusals = 0;
  #cuts = 0;

  constructor(
    readonly symbol: string,
    /** When the market was first asked for: what is later comes live, except in gaps of the feed. Epoch ms. */
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

  /** Until when nothing is asked because the service does not know the market, monotonic ms; undefined: it may be asked. */
  get abandonedUntilMs(): number | undefined {
    return this.#abandonedUntilMs;
  }

  /** How often in a row the service did not know the market. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Wants a stretch of time, as far as it did not come live and has not been asked for. */
  want({ fromMs, toMs }: TimeRange): void {
    const past = { fromMs: Math.max(fromMs, EARLIEST_MS), toMs: Math.min(toMs, this.sinceMs) };
    const unheard = [past, ...this.#missed.within({ fromMs, toMs })];
    const missing = unheard.flatMap((range) => this.#done.missing(range));
    if (missing.length === 0) return;
    const all = new TimeRanges();
    for (const range of [...this.#wanted, ...missing]) all.add(range);
    this.#wanted = all.ranges;
    this.#requestsLeft = REQUESTS_PER_WISH;
  }

  /** The feed was not heard for a stretch that is over now: wants what it missed, the newest day of it at once. */
  missed({ fromMs, toMs }: TimeRange): void {
    this.#missed.add({ fromMs: Math.max(fromMs, EARLIEST_MS), toMs });
    this.want({ fromMs: Math.max(fromMs, toMs - GAP_UNASKED_MS + 1), toMs });
  }

  /** What to ask now; the newest first, since that is what is looked at. Undefined when nothing is to be asked. */
  next(): HistoryRequest | undefined {
    if (this.#abandonedUntilMs !== undefined) return undefined;
    if (!this.#isLoaded) return { kind: 'LATEST' };
    const newest = this.#wanted.at(-1);
    if (newest === undefined) return undefined;
    const { fromMs, toMs } = newest;
    return { kind: 'RANGE', range: { fromMs: Math.max(fromMs, toMs - this.#widthMs + 1), toMs } };
  }

  /** The answer to what was asked has come, with so many rows. */
  answered(request: HistoryRequest, rows: number): void {
    this.#refusals = 0;
    if (request.kind === 'LATEST') this.#isLoaded = true;
    else this.#answeredRange(request.range, rows);
  }

  /** The service does not know this market: whatever is wanted waits until then, monotonic ms, and for `revive`. */
  abandon(untilMs: number): void {
    this.#abandonedUntilMs = untilMs;
    this.#refusals += 1;
  }

  /** It may know the market by now. */
  revive(): void {
    this.#abandonedUntilMs = undefined;
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
