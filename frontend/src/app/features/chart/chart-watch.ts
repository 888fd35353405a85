import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { type Clock } from '../../core/clock.js';
import { type Connection } from '../../graphql/connection.js';
import { type VenueStore } from '../venues/venue-store.js';

/** How long a hole takes to get from a venue's state to the record. */
const RECORDED_WITHIN_MS = 1_000;

/** Tells when the connection to the server is lost, and when it is back. To be called where things are injected. */
export function watchLosses(connection: Connection, on: { lost(): void; back(): void }): void {
  let isLost = false;
  effect(() => {
    const { state } = connection.status();
    const [wasLost, isBack] = [isLost, state === 'connected'];
    if (state === 'reconnecting') isLost = true;
    else if (isBack) isLost = false;
    untracked(() => {
      if (isLost && !wasLost) on.lost();
      else if (wasLost && isBack) on.back();
    });
  });
}

/**
 * Tells when a hole began or ended at a venue, as soon as it is on record. To be called where things are injected.
 */
export function watchHoles(venues: VenueStore, clock: Clock, onChange: () => void): void {
  const holes = computed(() =>
    JSON.stringify(
      venues
        .venues()
        .map(({ feeds }) => feeds.map(({ gapsToday, openGapSince }) => [gapsToday, openGapSince])),
    ),
  );
  let cancel: (() => void) | undefined;
  effect(() => {
    holes();
    cancel?.();
    cancel = clock.after(RECORDED_WITHIN_MS, onChange);
  });
  inject(DestroyRef).onDestroy(() => cancel?.());
}
