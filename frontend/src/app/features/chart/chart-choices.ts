import { effect, inject, Injectable, signal } from '@angular/core';
import { STORAGE } from '../../core/settings.js';
import { type ChartChoices } from './chart-drawing.js';

const KEY = 'orderfox.chart';
const DEFAULTS: ChartChoices = {
  volume: true,
  priceLine: true,
  liquidations: true,
  net: false,
  average: true,
};
const DEFAULT_SHARE = 0.31;
/** Either part of the chart keeps room for its axis. */
const LEAST_SHARE = 0.12;
const MOST_SHARE = 0.8;

/** What the viewer wants to see in the chart, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class ChosenParts {
  readonly #storage = inject(STORAGE);
  readonly #saved = this.#read();
  readonly #choices = signal<ChartChoices>({ ...DEFAULTS, ...switchesOf(this.#saved) });
  readonly #share = signal(shareOf(this.#saved.liquidationShare));
  readonly choices = this.#choices.asReadonly();
  /** How much of the height liquidations take where they are shown, between 0 and 1. */
  readonly liquidationShare = this.#share.asReadonly();

  constructor() {
    effect(() => {
      const text = JSON.stringify({ ...this.#choices(), liquidationShare: this.#share() });
      try {
        this.#storage?.setItem(KEY, text);
      } catch {
        // Full or forbidden: the choice holds until the page is left.
      }
    });
  }

  toggle(part: keyof ChartChoices): void {
    this.#choices.update((choices) => ({ ...choices, [part]: !choices[part] }));
  }

  giveLiquidations(share: number): void {
    this.#share.set(shareOf(share));
  }

  #read(): Readonly<Record<string, unknown>> {
    try {
      const saved: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '{}');
      return typeof saved === 'object' && saved !== null ? { ...saved } : {};
    } catch {
      return {};
    }
  }
}

function switchesOf(saved: Readonly<Record<string, unknown>>): Partial<ChartChoices> {
  const known = Object.entries(saved).filter(
    ([part, value]) => part in DEFAULTS && typeof value === 'boolean',
  );
  return Object.fromEntries(known);
}

function shareOf(share: unknown): number {
  if (typeof share !== 'number' || !Number.isFinite(share)) return DEFAULT_SHARE;
  return Math.round(Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share)) * 1_000) / 1_000;
}
