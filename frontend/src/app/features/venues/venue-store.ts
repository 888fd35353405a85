import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { VenuesDocument, VenueStatusChangedDocument, type VenueFieldsFragment } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { CLIENT } from '../../graphql/client.js';
import { Attempts } from '../../graphql/attempts.js';
import { healthOf } from './venue-words.js';

export type Venue = VenueFieldsFragment;

/** The newest event of a venue over its recorded feeds; undefined while none came. */
export function lastEventMs(venue: Venue): number | undefined {
  const times = venue.feeds.flatMap(({ recorded, lastEventAt }) =>
    recorded && lastEventAt !== null ? [lastEventAt] : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Every venue with the state of its feeds: asked once, then pushed by the server. */
@Injectable({ providedIn: 'root' })
export class VenueStore {
  readonly #client = inject(CLIENT);
  readonly #byId = signal<ReadonlyMap<string, Venue>>(new Map());
  readonly #attempts = new Attempts(injectClock());

  readonly venues = computed(() => [...this.#byId().values()]);
  readonly names = computed(() => new Map(this.venues().map(({ id, name }) => [id, name])));
  /** Venues known to send every liquidation; sums with rows of any other are floors. */
  readonly #complete = computed(
    () => new Set(this.venues().flatMap(({ id, completeness }) => (completeness === 'FULL' ? [id] : []))),
  );
  /** Venues whose feeds cannot deliver now. */
  readonly troubled = computed(() =>
    this.venues().filter(({ status }) => ['warning', 'bad'].includes(healthOf(status))),
  );

  constructor() {
    const changes = this.#client.subscribe(VenueStatusChangedDocument, {});
    inject(DestroyRef).onDestroy(() => {
      this.#attempts.end();
      void changes.return?.();
    });
    void this.#load();
    void this.#follow(changes);
  }

  /** The venue's name for people; its id while nothing else is known. */
  nameOf(id: string): string {
    return this.names().get(id) ?? id;
  }

  /** True when a sum over rows of these venues is a floor; a venue of which nothing is known counts as one that samples. */
  isFloor(ids: Iterable<string>): boolean {
    return [...ids].some((id) => !this.#complete().has(id));
  }

  /** A first picture that needs no socket. What was pushed meanwhile is newer. */
  async #load(): Promise<void> {
    const answer = await this.#attempts
      .persist(() => this.#client.query(VenuesDocument))
      .catch(() => undefined);
    if (answer === undefined) return;
    this.#byId.update(
      (known) => new Map([...answer.venues.map((venue) => [venue.id, venue] as const), ...known]),
    );
  }

  async #follow(changes: AsyncIterable<{ venueStatusChanged: Venue }>): Promise<void> {
    try {
      for await (const { venueStatusChanged: venue } of changes) {
        this.#byId.update((known) => new Map([...known, [venue.id, venue]]));
      }
    } catch {
      // Refused for good: what is known stays, and its age says how old it is.
    }
  }
}
