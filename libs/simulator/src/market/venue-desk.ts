import type { SeededRandom } from '../seeded-random.js';
import type { ForcedOrder } from '../server/venue-protocol.js';

/** Orders that leave a venue together, and when. */
export interface Departure {
  readonly dueMs: number;
  readonly orders: readonly ForcedOrder[];
}

/** Turns what happens on a venue into what its feed tells of it: all, a sample, or bundles. */
export interface VenueDesk {
  take(order: ForcedOrder): void;
  /** Takes out what has left by `nowMs`, in order. */
  departures(nowMs: number): readonly Departure[];
}

/**
 * Binance: after the first order of a symbol the feed waits a second and then tells the largest of it, so that no
 * symbol speaks twice in a second and the push comes about a second after the trade.
 */
export class SamplingDesk implements VenueDesk {
  private readonly open = new Map<string, { dueMs: number; largest: ForcedOrder }>();

  constructor(private readonly random: SeededRandom) {}

  take(order: ForcedOrder): void {
    const window = this.open.get(order.venueSymbol);
    if (!window) {
      const dueMs = order.timeMs + 1000 + 3 + this.random.index(16);
      this.open.set(order.venueSymbol, { dueMs, largest: order });
    } else if (Number(order.quantity) > Number(window.largest.quantity)) {
      window.largest = order;
    }
  }

  departures(nowMs: number): readonly Departure[] {
    const due = [...this.open.values()].filter(({ dueMs }) => dueMs <= nowMs);
    for (const { largest } of due) this.open.delete(largest.venueSymbol);
    return due.map(({ dueMs, largest }) => ({ dueMs, orders: [largest] })).sort((a, b) => a.dueMs - b.dueMs);
  }
}

/** OKX and Bybit: everything, bundled by the grid of a period and told a little later. */
export class BundlingDesk implements VenueDesk {
  private readonly waiting = new Map<number, ForcedOrder[]>();

  constructor(
    private readonly periodMs: number,
    private readonly lagMs: number,
  ) {}

  take(order: ForcedOrder): void {
    const dueMs = (Math.floor(order.timeMs / this.periodMs) + 1) * this.periodMs + this.lagMs;
    const bundle = this.waiting.get(dueMs);
    if (bundle) bundle.push(order);
    else this.waiting.set(dueMs, [order]);
  }

  departures(nowMs: number): readonly Departure[] {
    const due = [...this.waiting].filter(([dueMs]) => dueMs <= nowMs).sort(([a], [b]) => a - b);
    for (const [dueMs] of due) this.waiting.delete(dueMs);
    return due.map(([dueMs, orders]) => ({ dueMs, orders }));
  }
}
