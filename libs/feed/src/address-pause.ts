import { type Clock } from './clock.js';
import { GEO_RETRY_MS, LONGEST_WAIT_MS, type HttpRefusal } from './http-refusal.js';
import { VenueError, type VenueFailure } from './venue-error.js';

/** Binance's shortest ban, doubling while we are banned again and again. */
const SHORTEST_BAN_MS = 120_000;
/** Where a venue does not say how long, no wait for anything but a ban grows beyond this. */
const LONGEST_GUESS_MS = 30 * 60_000;
/** A firewall that says nothing else (HTTP 403). */
const FIREWALL_MS = 60_000;
/** One failure is an accident; from the third in a row on a venue that is out of service is left alone, ever longer. */
const FAILURES_ALLOWED = 2;
const SHORTEST_OUTAGE_MS = 1_000;
const LONGEST_OUTAGE_MS = 300_000;
/** Whatever a header says of maintenance: after this the venue is asked again. */
const LONGEST_MAINTENANCE_MS = 60 * 60_000;

/** A time in which a venue must not be asked, and why. Times are epoch ms. */
export interface Pause {
  readonly failure: VenueFailure;
  /** The end of a sentence about a host. */
  readonly words: string;
  /** HTTP status of the answer that began it. */
  readonly status: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** How often in a row a venue has refused without saying for how long; the next wait is longer for it. */
  readonly strikes: number;
}

/** Whether one address must be left alone, until when, and how long the next time. */
export class AddressPause {
  #pause: Pause | undefined;
  /** Monotonic, so that a step of the wall clock does not end a ban early. */
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  #failures = 0;

  /** `isThorough`: a firewall and a venue out of service are left alone too; false for hosts that nothing is known of. */
  constructor(
    private readonly clock: Clock,
    private readonly isThorough = true,
  ) {}

  /** The newest pause, over or not. */
  get last(): Pause | undefined {
    return this.#pause;
  }

  /** Milliseconds until it may be asked; 0 if it may now. */
  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - this.clock.monotonicMs());
  }

  /** Throws the refusal again while it holds. `where` names host and path for the message. */
  check(where: string): void {
    const { leftMs } = this;
    if (this.#pause === undefined || leftMs === 0) return;
    throw this.#error(this.#pause.failure, `${where} was not asked: the host ${this.#pause.words}`, leftMs);
  }

  /** Notes a refusal and makes the error to throw. */
  refused(where: string, refusal: HttpRefusal): VenueError {
    const { failure, words, status } = refusal;
    const waitMs = this.#waitFor(refusal);
    if (waitMs === undefined) return new VenueError(failure, `${where} ${words}`, undefined, status);
    const isLonger = waitMs > this.leftMs;
    const nowMs = this.clock.nowMs();
    if (isLonger) {
      const sinceMs = this.leftMs > 0 ? (this.#pause?.sinceMs ?? nowMs) : nowMs;
      this.#endsAtMs = this.clock.monotonicMs() + waitMs;
      this.#pause = { failure, words, status, sinceMs, untilMs: nowMs + waitMs, strikes: this.#strikes };
    }
    return this.#error(failure, `${where} ${words}`, this.leftMs);
  }

  /** Takes up a pause that an earlier process left; what is over only counts for the length of the next one. */
  restore(pause: Pause): void {
    const leftMs = Math.min(pause.untilMs - this.clock.nowMs(), LONGEST_WAIT_MS);
    this.#strikes = Math.max(this.#strikes, pause.strikes);
    if (leftMs <= this.leftMs) return;
    this.#endsAtMs = this.clock.monotonicMs() + leftMs;
    this.#pause = { ...pause, untilMs: this.clock.nowMs() + leftMs };
  }

  /** It answered as wanted: the next refusal counts as the first again. */
  answered(): void {
    this.#failures = 0;
    // What was under way when the ban came does not unsay it.
    if (this.leftMs === 0) this.#strikes = 0;
  }

  #waitFor({ failure, waitMs, isGuess = false, status }: HttpRefusal): number | undefined {
    switch (failure) {
      case 'GEO_BLOCKED':
        return Math.max(waitMs ?? 0, GEO_RETRY_MS);
      case 'BANNED':
        return Math.max(waitMs ?? 0, this.#doubled(failure, SHORTEST_BAN_MS, LONGEST_WAIT_MS));
      case 'RATE_LIMITED':
        if (waitMs === undefined || !isGuess) return waitMs;
        return this.isThorough ? this.#doubled(failure, waitMs, LONGEST_GUESS_MS) : waitMs;
      case 'REFUSED':
        if (!this.isThorough || status !== 403) return undefined;
        return waitMs ?? this.#doubled(failure, FIREWALL_MS, LONGEST_GUESS_MS);
      case 'UNAVAILABLE':
        return this.isThorough ? this.#outageMs(waitMs) : undefined;
      default:
        return undefined;
    }
  }

  #doubled(failure: VenueFailure, firstMs: number, longestMs: number): number {
    // Requests that were under way together are refused together: that is one refusal and no row of them.
    if (this.leftMs > 0 && this.#pause?.failure === failure) return Math.min(firstMs, this.leftMs);
    const waitMs = Math.min(firstMs * 2 ** Math.min(this.#strikes, 32), longestMs);
    this.#strikes += 1;
    return waitMs;
  }

  #outageMs(saidMs: number | undefined): number | undefined {
    this.#failures += 1;
    if (saidMs !== undefined) return Math.min(saidMs, LONGEST_MAINTENANCE_MS);
    const excess = this.#failures - FAILURES_ALLOWED;
    return excess > 0
      ? Math.min(SHORTEST_OUTAGE_MS * 2 ** Math.min(excess - 1, 32), LONGEST_OUTAGE_MS)
      : undefined;
  }

  #error(failure: VenueFailure, message: string, leftMs: number): VenueError {
    return new VenueError(failure, message, this.clock.nowMs() + leftMs);
  }
}
