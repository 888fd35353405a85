import { type Trade } from '@orderfox/domain';

/** A number so far behind the newest is not an old trade: the venue has begun to count anew. */
const RENUMBERED = 100_000;
/**
 * Nor is one that was made so much later by the venue's own clock, for venues number trades in the order in which they are
 * made. Clocks of a venue's machines differ by less, and a contract that is listed anew stands still for longer.
 */
const LATER_MS = 60_000;
/** No time is so far ahead of ours: a trade that says so says nothing of when it was made. */
const AHEAD_MS = 300_000;

type Timed = Pick<Trade, 'venueTimeMs' | 'receivedTimeMs'>;

/**
 * Tells a trade that comes again from one of a new numbering, where its number was passed. A repeat has its old time however
 * late it comes, and from wherever. One odd time alone proves nothing: the next trade has to bear it out.
 */
export class NewNumbering {
  /** Trades up to the newest number were made by then, epoch ms by the venue's clock. */
  #madeByMs = Number.NEGATIVE_INFINITY;
  #suspect: { readonly id: number; readonly timeMs: number } | undefined;

  /** The numbering goes on with this trade. */
  goesOn(trade: Timed): void {
    if (isPossible(trade)) this.madeBy(trade.venueTimeMs);
  }

  /** Trades up to the newest number were made by this time. */
  madeBy(timeMs: number): void {
    this.#madeByMs = Math.max(this.#madeByMs, timeMs);
    this.#suspect = undefined;
  }

  /** Another numbering, or another record of it, begins. */
  forget(): void {
    this.#madeByMs = Number.NEGATIVE_INFINITY;
    this.#suspect = undefined;
  }

  /** Whether a trade whose number is not beyond the newest is of a new numbering. To ask twice about one does no harm. */
  isOf(trade: Timed, id: number, newestId: number): boolean {
    if (newestId - id >= RENUMBERED) return true;
    const timeMs = trade.venueTimeMs;
    if (!isPossible(trade) || timeMs <= this.#madeByMs + LATER_MS) return false;
    const suspect = this.#suspect;
    if (suspect !== undefined && id > suspect.id && timeMs >= suspect.timeMs) return true;
    this.#suspect = { id, timeMs };
    return false;
  }
}

function isPossible({ venueTimeMs, receivedTimeMs }: Timed): boolean {
  return venueTimeMs <= receivedTimeMs + AHEAD_MS;
}
