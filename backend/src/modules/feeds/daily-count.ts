import { type Clock } from '@orderfox/feed';

const DAY_MS = 86_400_000;

/** 00:00 UTC of the day of an instant. Epoch ms. */
export function startOfDayMs(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/** Counts since 00:00 UTC and begins anew each day. */
export class DailyCount {
  #dayMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(private readonly clock: Clock) {}

  get value(): number {
    this.#turn();
    return this.#count;
  }

  add(howMany: number): void {
    this.#turn();
    this.#count += howMany;
  }

  #turn(): void {
    const dayMs = startOfDayMs(this.clock.nowMs());
    if (dayMs === this.#dayMs) return;
    this.#dayMs = dayMs;
    this.#count = 0;
  }
}
