import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { injectClock } from './clock.js';

/**
 * The server's time, once a second. Ages are measured with it, so that a viewer whose clock is wrong sees the same
 * ages as everybody else.
 */
@Injectable({ providedIn: 'root' })
export class Now {
  readonly #clock = injectClock();
  readonly #viewerMs = signal(this.#clock.nowMs());
  readonly #offsetMs = signal(0);

  /** The viewer's own clock, epoch milliseconds, renewed every second. */
  readonly viewerMs = this.#viewerMs.asReadonly();
  /** The server's clock, epoch milliseconds, renewed every second. */
  readonly ms = computed(() => this.#viewerMs() + this.#offsetMs());

  constructor() {
    const tick = () => this.#viewerMs.set(this.#clock.nowMs());
    inject(DestroyRef).onDestroy(this.#clock.every(1_000, tick));
  }

  /** Takes over the server's clock: it said `serverMs` somewhere between asking and its answer. */
  synchronise(serverMs: number, askedMs: number, answeredMs: number): void {
    this.#offsetMs.set(Math.round(serverMs - (askedMs + answeredMs) / 2));
  }
}
