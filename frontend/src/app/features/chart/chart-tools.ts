import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { ChosenParts } from './chart-choices.js';
import { type ChartChoices } from './chart-drawing.js';
import { TimeframeChoice } from './timeframe-choice.js';

const PARTS: readonly { readonly part: keyof ChartChoices; readonly name: string; readonly hint: string }[] =
  [
    { part: 'volume', name: 'Volume', hint: 'Coins traded, at the foot of the prices' },
    { part: 'priceLine', name: 'Price line', hint: 'The last price across the chart' },
    { part: 'liquidations', name: 'Liquidations', hint: 'Shorts upwards, longs downwards, in USD' },
    { part: 'net', name: 'Net', hint: 'Shorts minus longs instead of both' },
    {
      part: 'average',
      name: 'Average',
      hint: 'Mean of each side over the loaded buckets that hold liquidations',
    },
    {
      part: 'takers',
      name: 'Takers',
      hint: 'What takers bought, upwards, and sold, downwards, in USD, from the trades themselves',
    },
    {
      part: 'cvd',
      name: 'CVD',
      hint: 'Cumulative volume delta: takers’ buys minus sells, summed up since 00:00 UTC, in USD',
    },
  ];

/** What is shown in the chart and how: timeframe, parts, heights, table, zoom, full screen. */
@Component({
  selector: 'of-chart-tools',
  imports: [TimeframeChoice],
  templateUrl: './chart-tools.html',
  host: { class: 'chart-tools' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChartTools {
  readonly #chosen = inject(ChosenParts);
  readonly isTableOpen = input.required<boolean>();
  readonly isFull = input.required<boolean>();
  readonly table = output();
  readonly zoomReset = output();
  readonly full = output();
  /** Liquidations shall have so much more of the height, as a share of 1. */
  readonly grow = output<number>();

  protected readonly parts = PARTS;
  protected readonly choices = this.#chosen.choices;

  /** Whether a part has any meaning beside the others: a difference has no averages of its sides. */
  protected isIdle(part: keyof ChartChoices): boolean {
    const { liquidations, net } = this.choices();
    return (part === 'net' && !liquidations) || (part === 'average' && (!liquidations || net));
  }

  protected toggle(part: keyof ChartChoices): void {
    this.#chosen.toggle(part);
  }
}
