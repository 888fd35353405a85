import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { exactSum, wholeText } from '../../core/exact-sum.js';
import { VenueStore } from '../venues/venue-store.js';
import { LiquidationStore } from './liquidation-store.js';

const EVERY_MS = 10_000;

/** What screen readers are told instead of every row: once in ten seconds, and nothing when nothing came. */
@Injectable({ providedIn: 'root' })
export class SpokenSummary {
  readonly #text = signal('');
  readonly text = this.#text.asReadonly();

  constructor() {
    const store = inject(LiquidationStore);
    const venues = inject(VenueStore);
    const stop = injectClock().every(EVERY_MS, () => {
      const arrivals = store.takeArrivals();
      const isFloor = venues.isFloor(arrivals.map(({ venue }) => venue));
      this.#text.set(
        summaryOf(
          arrivals.map(({ notionalUsd }) => notionalUsd),
          isFloor,
        ),
      );
    });
    inject(DestroyRef).onDestroy(stop);
  }
}

/** `14 liquidations, at least 2,100,000 USD, in the last 10 seconds`; empty for none. */
export function summaryOf(amountsUsd: readonly string[], isFloor: boolean): string {
  if (amountsUsd.length === 0) return '';
  const noun = amountsUsd.length === 1 ? 'liquidation' : 'liquidations';
  const sum = `${isFloor ? 'at least ' : ''}${wholeText(exactSum(amountsUsd))} USD`;
  return `${amountsUsd.length} ${noun}, ${sum}, in the last 10 seconds`;
}
