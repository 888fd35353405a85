import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Mark } from '../../ui/mark.js';
import { amountText } from './axis-text.js';
import { ChosenParts } from './chart-choices.js';
import { ChartStore } from './chart-store.js';
import { FlowStore } from './flow-store.js';

/** What bars and dashed lines among the liquidations mean, and hatches anywhere. The summary of the chart says the same to those who hear it. */
@Component({
  selector: 'of-chart-legend',
  imports: [Mark],
  template: `
    @if (!choices().liquidations) {
      <!-- Panes of trades say by themselves what they show. -->
    } @else if (choices().net) {
      <span>Net liquidated, USD</span>
    } @else {
      <span class="bid-price"><of-mark kind="up" /> Shorts</span>
      <span class="ask-price"><of-mark kind="down" /> Longs</span>
      <span class="legend-unit">liquidated, USD</span>
      @if (averageText(); as average) {
        <span class="number">avg {{ average }}</span>
      }
    }
    @if (hatched(); as what) {
      <span class="legend-hatch"
        ><span class="legend-more">{{ what }} not recorded or </span>not known</span
      >
    }
  `,
  host: { class: 'chart-legend', 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChartLegend {
  readonly #store = inject(ChartStore);
  readonly #flow = inject(FlowStore);
  protected readonly choices = inject(ChosenParts).choices;
  /** What hatches lie behind; prices are known there. Empty where nothing is hatched. */
  protected readonly hatched = computed(() => {
    const liquidations = this.choices().liquidations && this.#store.content().hatched.length > 0;
    const trades = this.#flow.isWanted() && this.#flow.content().hatched.length > 0;
    return [liquidations && 'liquidations', trades && 'trades']
      .filter((what) => what !== false)
      .join(' and ');
  });

  /** What the dashed lines stand at. */
  protected readonly averageText = computed(() => {
    const { averages } = this.#store.content();
    if (averages === undefined || !this.choices().average) return '';
    return `${amountText(averages.shortsUsd)} / ${amountText(averages.longsUsd)}`;
  });
}
