import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { exactSum, wholeText } from '../../core/exact-sum.js';
import { LiquidationStore } from './liquidation-store.js';

const EVERY_MS = 10_000;

/** What screen readers are told instead of every row: once in ten seconds, and nothing when nothing came. */
@Injectable({ providedIn: 'root' })
export class SpokenSummary {
  readonly #text = signal('');
  readonly text = this.#text.asReadonly();

  constructor() {
    const store = inject(LiquidationStore);
    const stop = injectClock().every(EVERY_MS, () => this.#text.set(summaryOf(store.takeArrivals())));
    inject(DestroyRef).onDestroy(stop);
  }
}

/** `14 liquidations, 2,100,000 USD, in the last 10 seconds`; empty for none. */
export function summaryOf(amountsUsd: readonly string[]): string {
  if (amountsUsd.length === 0) return '';
  const noun = amountsUsd.length === 1 ? 'liquidation' : 'liquidations';
  return `${amountsUsd.length} ${noun}, ${wholeText(exactSum(amountsUsd))} USD, in the last 10 seconds`;
}
