import { computed, signal } from '@angular/core';
import { type Clock } from '../../core/clock.js';

/** The parts of a chart that can fail by themselves: the view that was asked for, what lies before it, what comes after. */
export type ChartPart =
  | 'prices'
  | 'older-prices'
  | 'live-prices'
  | 'liquidations'
  | 'older-liquidations'
  | 'live-liquidations'
  | 'gaps'
  | 'takers'
  | 'live-takers';

/** A part of the chart that does not work. */
export interface ChartTrouble {
  readonly what: ChartPart;
  /** What went wrong, in the words of the server. */
  readonly text: string;
  /** Epoch milliseconds of the viewer's clock. */
  readonly sinceMs: number;
  /** True where the server refused for good: it is not tried again by itself. */
  readonly isFinal: boolean;
}

/** What does not work now, in the order in which it began. */
export class ChartTroubles {
  readonly #byPart = signal<ReadonlyMap<ChartPart, ChartTrouble>>(new Map());
  readonly all = computed<readonly ChartTrouble[]>(() => [...this.#byPart().values()]);

  constructor(private readonly clock: Clock) {}

  /** A part failed, again or for the first time: it keeps the time of the first failure. */
  note(what: ChartPart, error: unknown, isFinal: boolean): void {
    const text = error instanceof Error ? error.message : 'Something went wrong';
    this.#byPart.update((troubles) => {
      const sinceMs = troubles.get(what)?.sinceMs ?? this.clock.nowMs();
      return new Map(troubles).set(what, { what, text, sinceMs, isFinal });
    });
  }

  /** A part works. */
  clear(what: ChartPart): void {
    this.#byPart.update((troubles) => {
      if (!troubles.has(what)) return troubles;
      const left = new Map(troubles);
      left.delete(what);
      return left;
    });
  }

  clearAll(): void {
    this.#byPart.set(new Map());
  }
}
