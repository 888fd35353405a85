import { effect, inject, Injectable, signal } from '@angular/core';
import { STORAGE } from '../../core/settings.js';
import { type ChartChoices, type PaneShares } from './chart-drawing.js';

const KEY = 'orderfox.chart';
const DEFAULTS: ChartChoices = {
  volume: true,
  priceLine: true,
  liquidations: true,
  net: false,
  average: true,
  takers: true,
  cvd: true,
};
/** Each with its bounds: every part of the chart keeps room for its axis. */
const SHARES: Readonly<Record<keyof PaneShares, readonly [least: number, usual: number, most: number]>> = {
  liquidations: [0.12, 0.31, 0.8],
  takers: [0.08, 0.15, 0.35],
  cvd: [0.08, 0.16, 0.35],
};

/** What the viewer wants to see in the chart, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class ChosenParts {
  readonly #storage = inject(STORAGE);
  readonly #saved = this.#read();
  readonly #choices = signal<ChartChoices>({ ...DEFAULTS, ...switchesOf(this.#saved) });
  readonly #shares = signal(sharesOf(this.#saved.shares ?? { liquidations: this.#saved.liquidationShare }));
  readonly choices = this.#choices.asReadonly();
  /** How the height is shared. */
  readonly shares = this.#shares.asReadonly();

  constructor() {
    effect(() => {
      const text = JSON.stringify({ ...this.#choices(), shares: this.#shares() });
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

  share(shares: Partial<PaneShares>): void {
    this.#shares.update((before) => sharesOf({ ...before, ...shares }));
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

function sharesOf(saved: unknown): PaneShares {
  const shares: Readonly<Record<string, unknown>> =
    typeof saved === 'object' && saved !== null ? { ...saved } : {};
  const of = (pane: keyof PaneShares) => {
    const [least, usual, most] = SHARES[pane];
    const share = shares[pane];
    if (typeof share !== 'number' || !Number.isFinite(share)) return usual;
    return Math.round(Math.min(most, Math.max(least, share)) * 1_000) / 1_000;
  };
  return { liquidations: of('liquidations'), takers: of('takers'), cvd: of('cvd') };
}
