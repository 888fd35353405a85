import { type Clock, type Timer } from '@orderfox/feed';

/** A socket whose reader is behind. */
export interface Lagger {
  /** Does what is due at this age of its oldest message. Returns in how many ms to look again, undefined: never. */
  checkAge(nowMs: number): number | undefined;
}

/** A timer that rings so late was held up with the whole process, and so were the writes. */
const HELD_UP_MS = 1_000;

/**
 * Looks at the sockets that have a backlog when the age of their oldest message may matter, even if nothing new is
 * sent to them. One timer for all of them, and none while all readers keep up.
 */
export class BacklogWatch {
  readonly #laggers = new Set<Lagger>();
  #timer: Timer | undefined;
  #dueMs = 0;

  constructor(private readonly clock: Clock) {}

  /** How many sockets have a backlog. */
  get size(): number {
    return this.#laggers.size;
  }

  /** Begins to watch, with the first look in so many ms. */
  add(lagger: Lagger, withinMs: number): void {
    this.#laggers.add(lagger);
    this.#lookWithin(withinMs);
  }

  remove(lagger: Lagger): void {
    if (this.#laggers.delete(lagger) && this.#laggers.size === 0) this.close();
  }

  /** Watches nobody any more. */
  close(): void {
    this.#laggers.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #lookWithin(delayMs: number): void {
    const dueMs = this.clock.monotonicMs() + delayMs;
    if (this.#timer !== undefined && this.#dueMs <= dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = this.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#look();
    });
  }

  #look(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#dueMs >= HELD_UP_MS) {
      // Readers must not pay for a stall of ours: let the writes catch up first.
      this.#lookWithin(HELD_UP_MS);
      return;
    }
    let soonestMs = Number.POSITIVE_INFINITY;
    try {
      for (const lagger of this.#laggers)
        soonestMs = Math.min(soonestMs, lagger.checkAge(nowMs) ?? soonestMs);
    } finally {
      // A timer may ring a fraction of a millisecond before its time; it must not ring in a circle then.
      if (this.#laggers.size > 0 && soonestMs < Number.POSITIVE_INFINITY)
        this.#lookWithin(Math.max(1, soonestMs));
    }
  }
}
