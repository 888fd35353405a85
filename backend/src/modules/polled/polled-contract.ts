import { type Clock, type Timer } from '@orderfox/feed';
import { formatClockTime } from '@orderfox/format';
import { type PollStatus } from './poll-status.js';
import { type SeriesPoint } from './reading.js';

/** How often a contract is asked for. */
export const POLL_MS = 60_000;
/** A value that no poll has confirmed for so long is stale. */
const STALE_AFTER_MS = 3 * POLL_MS;
/** Venues make a new value every five minutes at the slowest: one of theirs that is older than that by three polls is stale. */
const OLD_AFTER_MS = STALE_AFTER_MS + 5 * POLL_MS;

/** What a failure lasts longer than being stale does. */
const LASTING: ReadonlySet<string> = new Set(['RATE_LIMITED', 'BANNED', 'GEO_BLOCKED', 'ERROR']);

/** How one contract stands. */
export interface ContractState<P> extends PollStatus {
  /** Since when it is in this state, epoch ms. */
  readonly sinceMs: number;
  /** The newest that is known; absent where nothing ever was. */
  readonly point?: P;
  /** The newest that was settled, where such a thing exists. */
  readonly settled?: P;
  /** How old `point` is, ms. */
  readonly ageMs?: number;
  /** `point` is too old to be taken for the present. */
  readonly isStale: boolean;
}

/** What is known of one contract, and whether that is still true. */
export class PolledContract<P extends SeriesPoint> {
  readonly #listeners = new Set<() => void>();
  #point: P | undefined;
  #settled: P | undefined;
  /** Monotonic ms; what a point's age is counted from. */
  #readAtMs = 0;
  #ageThenMs = 0;
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #wasAnswered = false;
  #failure: PollStatus | undefined;
  #status: PollStatus;
  #sinceMs: number;
  #timer: Timer | undefined;
  #isEnded = false;

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
  ) {
    this.#sinceMs = clock.nowMs();
    this.#status = this.#judge();
  }

  /** Whether it was asked for, and something came of it, since it is followed. */
  get isAnswered(): boolean {
    return this.#wasAnswered || this.#failure !== undefined;
  }

  get point(): P | undefined {
    return this.#point;
  }

  get state(): ContractState<P> {
    return {
      ...this.#judge(),
      sinceMs: this.#sinceMs,
      isStale: this.#isStale,
      ...(this.#point && { point: this.#point, ageMs: this.#ageMs }),
      ...(this.#settled && { settled: this.#settled }),
    };
  }

  /** Calls the listener after every change; the returned function stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes what an earlier process knew, unless something newer is known already. */
  restore(point: P): void {
    if (this.#point !== undefined) return;
    const { clock } = this;
    const sinceReceivedMs = Math.max(0, clock.nowMs() - point.receivedTimeMs);
    this.#take(point);
    this.#confirmedMs = clock.monotonicMs() - sinceReceivedMs;
    this.#look();
  }

  /** Takes what was settled; the newest counts. */
  settle(point: P): void {
    if ((this.#settled?.timestampMs ?? Number.NEGATIVE_INFINITY) >= point.timestampMs) return;
    this.#settled = point;
    this.#look();
  }

  /**
   * A poll brought this one. False where it is older than what is known: then it is no news, and does not count as
   * confirmed.
   */
  answer(point: P): boolean {
    this.#wasAnswered = true;
    this.#failure = undefined;
    const isNews = point.timestampMs >= (this.#point?.timestampMs ?? Number.NEGATIVE_INFINITY);
    if (isNews) {
      this.#take(point);
      this.#confirmedMs = this.clock.monotonicMs();
    }
    this.#look();
    return isNews;
  }

  /** A poll brought nothing. */
  fail(failure: PollStatus): void {
    this.#failure = failure;
    this.#look();
  }

  /** Ends it: no timer is left. */
  end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #take(point: P): void {
    this.#point = point;
    this.#readAtMs = this.clock.monotonicMs();
    this.#ageThenMs = Math.max(0, this.clock.nowMs() - point.timestampMs);
  }

  get #ageMs(): number {
    return this.#ageThenMs + this.clock.monotonicMs() - this.#readAtMs;
  }

  get #isStale(): boolean {
    return this.#point !== undefined && this.#staleInMs <= 0;
  }

  /** Time until the value is stale unless a poll confirms it. */
  get #staleInMs(): number {
    const confirmedForMs = this.clock.monotonicMs() - this.#confirmedMs;
    return Math.min(STALE_AFTER_MS - confirmedForMs, OLD_AFTER_MS - this.#ageMs);
  }

  #look(): void {
    if (this.#isEnded) return;
    const status = this.#judge();
    if (status.state !== this.#status.state) this.#sinceMs = this.clock.nowMs();
    this.#status = status;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#point !== undefined && !this.#isStale)
      this.#timer = this.clock.after(this.#staleInMs, () => this.#look());
    for (const listener of [...this.#listeners]) listener();
  }

  #judge(): PollStatus {
    const failure = this.#failure;
    if (failure !== undefined && LASTING.has(failure.state)) return failure;
    if (this.#wasAnswered && this.#isStale) {
      const of = `the last ${this.name} is of ${formatClockTime(this.#point?.timestampMs ?? 0)} UTC`;
      return {
        state: 'STALE',
        reason: `${of}: ${failure?.reason ?? 'the venue answers, and has nothing newer'}`,
      };
    }
    if (failure !== undefined) return failure;
    if (this.#wasAnswered) return { state: 'LIVE', reason: 'asked for once a minute' };
    return { state: 'CONNECTING', reason: 'being asked for the first time' };
  }
}
