import { type Clock } from './clock.js';

const SLOT_MS = 5_000;
const SLOTS = 12;
/** So many, and more than this share of all, within one minute: the venue speaks another language than we do. */
const BAD_AT_LEAST = 20;
const BAD_SHARE = 0.01;

/**
 * Whether a connection is still worth reading: counts good and bad frames over the last minute, in slots of five
 * seconds. A few bad frames among many are the venue's hiccup and cost nothing.
 */
export class FrameQuality {
  readonly #frames = new Array<number>(SLOTS).fill(0);
  readonly #bad = new Array<number>(SLOTS).fill(0);
  #slot: number;

  constructor(private readonly clock: Clock) {
    this.#slot = this.#slotNow();
  }

  /** Counts a frame of any kind. */
  add(): void {
    this.#count(this.#frames);
  }

  /** Counts a frame, already counted by `add`, as bad; true when there are too many. */
  addBad(): boolean {
    this.#count(this.#bad);
    const bad = sum(this.#bad);
    return bad >= BAD_AT_LEAST && bad > sum(this.#frames) * BAD_SHARE;
  }

  #count(slots: number[]): void {
    const now = this.#slotNow();
    // At most one round: after a long silence every slot is stale once.
    for (let steps = Math.min(now - this.#slot, SLOTS); steps > 0; steps -= 1) {
      const index = (now - steps + 1) % SLOTS;
      this.#frames[index] = 0;
      this.#bad[index] = 0;
    }
    this.#slot = now;
    const index = now % SLOTS;
    slots[index] = (slots[index] ?? 0) + 1;
  }

  #slotNow(): number {
    return Math.floor(this.clock.monotonicMs() / SLOT_MS);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
