import type { FeedGap, FeedStatus, RecordedLiquidation } from '@orderfox/domain';

/** Everything that travels on the bus, told apart by `type`. */
export type BusEvent =
  | { readonly type: 'liquidation-recorded'; readonly liquidation: RecordedLiquidation }
  | { readonly type: 'feed-status-changed'; readonly status: FeedStatus }
  /** A gap, or its end, is known. */
  | { readonly type: 'feed-gap-changed'; readonly gap: FeedGap }
  /** The same is in the database now, which may be a while later. */
  | { readonly type: 'feed-gap-recorded'; readonly gap: FeedGap };

type BusEventOf<T extends BusEvent['type']> = Extract<BusEvent, { type: T }>;
type Listener<T extends BusEvent['type']> = (event: BusEventOf<T>) => void;

/**
 * Carries committed events from the one writer to everyone in this process who wants them, synchronously and in
 * order. A listener that throws is reported and the others are still served: one bad reader hurts nobody.
 */
export class MarketBus {
  readonly #listeners = new Map<BusEvent['type'], Set<(event: never) => void>>();

  constructor(private readonly onListenerError: (error: unknown, type: BusEvent['type']) => void) {}

  publish(event: BusEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) {
      try {
        (listener as (event: BusEvent) => void)(event);
      } catch (error) {
        this.onListenerError(error, event.type);
      }
    }
  }

  /** Starts listening; the returned function stops it and may be called twice. */
  subscribe<T extends BusEvent['type']>(type: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const own: Listener<T> = (event) => listener(event);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  /** How many listeners there are, so that a leak shows. */
  listenerCount(): number {
    let count = 0;
    for (const listeners of this.#listeners.values()) count += listeners.size;
    return count;
  }
}
