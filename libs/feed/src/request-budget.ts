import { type Clock } from './clock.js';
import { type RequestKind } from './request-ask.js';
import { REQUEST_SHARES, type RequestLimit } from './request-rules.js';

const DEFAULT_SHARE = 0.8;
/** What ended is forgotten in steps of this part of the limit's time, never too early. */
const STEPS = 60;
/** What is under way may end at any time; then those who wait are told. Otherwise they look again after this. */
const LOOK_AGAIN_MS = 1_000;
/** A pace that was halved doubles again after so long without a refusal. */
const PACE_RECOVERS_MS = 60_000;
const SLOWEST_PACE = 1 / 8;
const LONGEST_CLOSED_MS = 300_000;
/** Rounding of doubles must not make somebody wait who has waited as long as was asked. */
const TOLERANCE_MS = 0.001;

/** A request that was begun, until it is settled. */
export interface BegunRequest {
  /** The order in which requests began. */
  readonly number: number;
  readonly points: number;
}

/** What was used and will not count any more from then on. Monotonic ms. */
interface Spent {
  points: number;
  readonly endsMs: number;
}

/** What may be begun at once, and again evenly in the limit's time. */
interface Part {
  readonly name: string;
  readonly burst: number;
}

/**
 * One limit of a venue and all that is taken of it: never more in any time of its length than is meant to be used, also
 * counting what other programs of this address use, as far as the venue tells. A request counts from its beginning until
 * the limit's time after its answer, because when the venue counted it is not known.
 */
export class RequestBudget {
  /** Points that are ever used. */
  readonly usable: number;
  #begun = 0;
  readonly #underWay = new Map<number, BegunRequest>();
  #spent: Spent[] = [];
  /** What others used, by the newest answer that told. */
  #foreign: Spent = { points: 0, endsMs: 0 };
  #foreignFrom = 0;
  /** For each part, when it is whole again; monotonic ms. */
  readonly #wholeAtMs = new Map<string, number>();
  readonly #lastMs = new Map<RequestKind, number>();
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  #slowed: { readonly pace: number; readonly atMs: number } = { pace: 1, atMs: 0 };

  constructor(
    readonly limit: RequestLimit,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.usable = Math.max(1, Math.floor(limit.points * (limit.share ?? DEFAULT_SHARE)));
  }

  /** Points in use now: by us, and by others as far as is known. */
  get used(): number {
    const nowMs = this.clock.monotonicMs();
    this.#spent = this.#spent.filter(({ endsMs }) => endsMs > nowMs);
    const foreign = this.#foreign.endsMs > nowMs ? this.#foreign.points : 0;
    return sum(this.#underWay.values()) + sum(this.#spent) + foreign;
  }

  /**
   * Milliseconds until a request of this kind may begin, if nobody else begins one; 0 if it may now. `goesFirst`: it may take
   * of what is kept for those.
   */
  msUntil(kind: RequestKind, points: number, goesFirst = false): number {
    const nowMs = this.clock.monotonicMs();
    const { paceMs = 0 } = REQUEST_SHARES[kind];
    const waits = [
      this.#closedUntilMs - nowMs,
      (this.#lastMs.get(kind) ?? Number.NEGATIVE_INFINITY) + paceMs - nowMs,
      this.#partWaitMs(this.#partFor(kind, points, goesFirst), points),
      this.#commonWaitMs(kind, points, nowMs),
    ];
    const waitMs = Math.max(...waits);
    return waitMs <= TOLERANCE_MS ? 0 : Math.ceil(waitMs);
  }

  /** Milliseconds until the last of several requests that cost so much together may begin, if nobody else begins any. */
  msUntilAll(kind: RequestKind, points: number): number {
    return Math.max(
      0,
      Math.ceil(Math.max(this.#allWaitMs(this.#partOf(kind), points), this.msUntil(kind, 0)) - TOLERANCE_MS),
    );
  }

  /** Begins a request; only where `msUntil` is 0. */
  begin(kind: RequestKind, points: number, goesFirst = false): BegunRequest {
    const { name, burst } = this.#partFor(kind, points, goesFirst);
    const nowMs = this.clock.monotonicMs();
    const begun = { number: ++this.#begun, points };
    this.#underWay.set(begun.number, begun);
    const wholeAtMs = Math.max(nowMs, this.#wholeAtMs.get(name) ?? nowMs);
    this.#wholeAtMs.set(name, wholeAtMs + (Math.min(points, burst) / burst) * this.limit.perMs);
    this.#lastMs.set(kind, nowMs);
    return begun;
  }

  /** It was answered, or will not be. */
  end({ number, points }: BegunRequest): void {
    if (!this.#underWay.delete(number)) return;
    const stepMs = this.limit.perMs / STEPS;
    const endsMs = Math.ceil((this.clock.monotonicMs() + this.limit.perMs) / stepMs) * stepMs;
    const last = this.#spent.at(-1);
    if (last?.endsMs === endsMs) last.points += points;
    else this.#spent.push({ points, endsMs });
  }

  /** The answer to a request, which is not ended yet, says how many points the venue counts: ours, and those of others. */
  learn({ number }: BegunRequest, usedPoints: number): void {
    const nowMs = this.clock.monotonicMs();
    this.#spent = this.#spent.filter(({ endsMs }) => endsMs > nowMs);
    // Those that began later the venue had hardly counted yet.
    const ours = [...this.#underWay.values()].filter((begun) => begun.number <= number);
    const points = Math.max(0, usedPoints - sum(ours) - sum(this.#spent));
    // Answers overtake each other: an older one counts only where it says more.
    const known = this.#foreign.endsMs > nowMs ? this.#foreign.points : 0;
    if (number < this.#foreignFrom && points <= known) return;
    this.#foreignFrom = Math.max(number, this.#foreignFrom);
    this.#foreign = { points, endsMs: nowMs + this.limit.perMs };
  }

  /**
   * The venue said "too many" of this limit alone: nothing for so long, twice as long when it says so again and the length
   * was a guess, and then at half the pace. Gives how long nothing will be asked, in ms.
   */
  slowDown(waitMs: number, isGuess: boolean): number {
    const atMs = this.clock.monotonicMs();
    // Those that were under way together are refused together: that counts once.
    if (this.#closedUntilMs <= atMs) {
      const longerMs = isGuess
        ? Math.min(waitMs * 2 ** Math.min(this.#strikes, 32), LONGEST_CLOSED_MS)
        : waitMs;
      this.#strikes += 1;
      this.#slowed = { pace: Math.max(SLOWEST_PACE, this.#pace(atMs) / 2), atMs };
      this.#closedUntilMs = atMs + longerMs;
    } else if (!isGuess) {
      this.#closedUntilMs = Math.max(this.#closedUntilMs, atMs + waitMs);
    }
    return this.#closedUntilMs - atMs;
  }

  /** The venue says that there is nothing left for so long. Whoever waits goes on waiting. */
  rest(waitMs: number): void {
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.clock.monotonicMs() + waitMs);
  }

  /** Milliseconds for which nothing is asked of it because the venue said so; 0 while it may be. */
  get closedMs(): number {
    return Math.max(0, this.#closedUntilMs - this.clock.monotonicMs());
  }

  /** A request was answered as wanted. */
  answered(): void {
    if (this.#closedUntilMs <= this.clock.monotonicMs()) this.#strikes = 0;
  }

  #pace(nowMs: number): number {
    const { pace, atMs } = this.#slowed;
    return Math.min(1, pace * 2 ** Math.floor((nowMs - atMs) / PACE_RECOVERS_MS));
  }

  /** Of the part of a kind and that of those that go first the one that such a request may begin of sooner. */
  #partFor(kind: RequestKind, points: number, goesFirst: boolean): Part {
    const own = this.#partOf(kind);
    const { first = 0 } = REQUEST_SHARES[kind];
    if (!goesFirst || first === 0) return own;
    const kept = { name: `${kind} first`, burst: Math.max(1, Math.floor(first * this.usable)) };
    return this.#partWaitMs(kept, points) <= this.#partWaitMs(own, points) ? kept : own;
  }

  #partOf(kind: RequestKind): Part {
    return { name: kind, burst: Math.max(1, Math.floor((REQUEST_SHARES[kind].most * this.usable) / 2)) };
  }

  /** Until a part allows a request; one that costs more than it holds waits until it is whole. */
  #partWaitMs(part: Part, points: number): number {
    return Math.max(0, this.#allWaitMs(part, Math.min(points, part.burst)));
  }

  /** Until a part allows so many, more than it can hold included. */
  #allWaitMs({ name, burst }: Part, points: number): number {
    const nowMs = this.clock.monotonicMs();
    const missingMs = Math.max(0, (this.#wholeAtMs.get(name) ?? nowMs) - nowMs);
    return missingMs + ((points - burst) / burst) * this.limit.perMs;
  }

  /** Until so many fit below what the kind has to leave to others. What can never fit begins when nothing is in use. */
  #commonWaitMs(kind: RequestKind, points: number, nowMs: number): number {
    const upTo = Math.max(points, Math.floor(this.usable * this.#pace(nowMs) * REQUEST_SHARES[kind].upTo));
    let excess = this.used + points - upTo;
    if (excess <= 0) return 0;
    const ends = [...this.#spent, this.#foreign].filter(({ endsMs }) => endsMs > nowMs);
    for (const { points: ended, endsMs } of ends.sort((a, b) => a.endsMs - b.endsMs)) {
      excess -= ended;
      if (excess <= 0) return endsMs - nowMs;
    }
    return LOOK_AGAIN_MS;
  }
}

function sum(of: Iterable<{ readonly points: number }>): number {
  let total = 0;
  for (const { points } of of) total += points;
  return total;
}
