import { type VenueId } from '@orderfox/domain';
import { type MarketBus } from '../../core/market-bus.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type FeedSupervisor } from './feed-supervisor.js';
import { type VenueStatus } from './venue-status.js';

/** What the stream reads and listens to. */
export interface VenueStatusSources {
  readonly supervisor: Pick<FeedSupervisor, 'venueStatuses' | 'venueStatus'>;
  readonly bus: MarketBus;
  readonly catalog: Pick<SymbolCatalog, 'onChange'>;
}

/**
 * Every venue once, then each again whenever something about it changed. A reader that is slow gets the newest state
 * of each and none of those in between, so at most one entry per venue ever waits.
 */
export class VenueStatusStream implements AsyncIterableIterator<VenueStatus, undefined> {
  readonly #changed: Set<VenueId>;
  readonly #stops: readonly (() => void)[];
  #wake = Promise.withResolvers<undefined>();
  #closed = false;

  /** Listens from now on until `return` is called. */
  constructor(private readonly sources: VenueStatusSources) {
    const { supervisor, bus, catalog } = sources;
    this.#changed = new Set(supervisor.venueStatuses().map(({ id }) => id));
    this.#stops = [
      bus.subscribe('feed-status-changed', ({ status }) => this.#note(status.venue)),
      bus.subscribe('feed-gap-changed', ({ gap }) => this.#note(gap.venue)),
      catalog.onChange((venue) => this.#note(venue)),
    ];
  }

  async next(): Promise<IteratorResult<VenueStatus, undefined>> {
    while (!this.#closed) {
      const [id] = this.#changed;
      if (id === undefined) {
        await this.#wake.promise;
        continue;
      }
      this.#changed.delete(id);
      const value = this.sources.supervisor.venueStatus(id);
      if (value !== undefined) return { done: false, value };
    }
    return { done: true, value: undefined };
  }

  /** Ends it, also for a reader that is waiting at this moment. */
  return(): Promise<IteratorResult<VenueStatus, undefined>> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#wake.resolve(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #note(venue: VenueId): void {
    this.#changed.add(venue);
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }
}
