import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Mark } from '../../ui/mark.js';
import { amountText } from './axis-text.js';
import { ChosenParts } from './chart-choices.js';
import { ChartStore } from './chart-store.js';

/** What bars, dashed lines and hatches among the liquidations mean. The summary of the chart says the same to those who hear it. */
@Component({
  selector: 'of-chart-legend',
  imports: [Mark],
  template: `
    @if (choices().net) {
      <span>Net liquidated, USD</span>
    } @else {
      <span class="bid-price"><of-mark kind="up" /> Shorts</span>
      <span class="ask-price"><of-mark kind="down" /> Longs</span>
      <span class="legend-unit">liquidated, USD</span>
      @if (averageText(); as average) {
        <span class="number">avg {{ average }}</span>
      }
    }
    @if (hasHatched()) {
      <span class="legend-hatch"
        ><span class="legend-more">liquidations not recorded or </span>not known</span
      >
    }
  `,
  host: { class: 'chart-legend', 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChartLegend {
  readonly #store = inject(ChartStore);
  protected readonly choices = inject(ChosenParts).choices;
  /** Hatches lie behind liquidations only: prices are known there. */
  protected readonly hasHatched = computed(() => this.#store.content().hatched.length > 0);

  /** What the dashed lines stand at. */
  protected readonly averageText = computed(() => {
    const { averages } = this.#store.content();
    if (averages === undefined || !this.choices().average) return '';
    return `${amountText(averages.shortsUsd)} / ${amountText(averages.longsUsd)}`;
  });
}
