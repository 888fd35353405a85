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

/** What the viewer wants to see in the chart, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class ChosenParts {
  readonly #storage = inject(STORAGE);
  readonly #choices = signal<ChartChoices>(this.#read());
  readonly choices = this.#choices.asReadonly();

  constructor() {
    effect(() => {
      const text = JSON.stringify(this.#choices());
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

  #read(): ChartChoices {
    try {
      const saved: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '{}');
      const known = Object.entries(saved ?? {}).filter(
        ([part, value]) => part in DEFAULTS && typeof value === 'boolean',
      );
      return { ...DEFAULTS, ...Object.fromEntries(known) };
    } catch {
      return DEFAULTS;
    }
  }
}
