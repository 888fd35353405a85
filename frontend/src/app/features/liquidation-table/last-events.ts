import { computed, inject, Injectable } from '@angular/core';
import { lastEventMs, type Venue } from '../venues/venue-store.js';
import { LiquidationStore } from './liquidation-store.js';

/**
 * When each venue last sent a liquidation, as far as the page knows. The state of a venue is pushed less often than its
 * rows come, so the newest row shown counts too: no venue is older than a row that stands beside it.
 */
@Injectable({ providedIn: 'root' })
export class LastEvents {
  readonly #rows = inject(LiquidationStore).rows;
  readonly #newestRowMs = computed(() => {
    const newest = new Map<string, number>();
    for (const { venue, timestamp } of this.#rows()) {
      newest.set(venue, Math.max(timestamp, newest.get(venue) ?? -Infinity));
    }
    return newest;
  });

  /** Epoch milliseconds of the venue's clock; undefined while nothing came. */
  of(venue: Venue): number | undefined {
    const told = lastEventMs(venue);
    const shown = this.#newestRowMs().get(venue.id);
    return told === undefined || shown === undefined ? (told ?? shown) : Math.max(told, shown);
  }
}
