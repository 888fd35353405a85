import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { groupText } from '../../core/exact-sum.js';
import { PageAddress, readAmount, type SideChoice } from '../../core/page-address.js';
import { Mark, type MarkKind } from '../../ui/mark.js';
import { VenueStore } from '../venues/venue-store.js';

const SIDES: readonly { readonly side: SideChoice; readonly name: string; readonly mark?: MarkKind }[] = [
  { side: undefined, name: 'Both sides' },
  { side: 'long', name: 'Longs', mark: 'down' },
  { side: 'short', name: 'Shorts', mark: 'up' },
];

const SIZES: readonly { readonly usd: string | undefined; readonly name: string }[] = [
  { usd: undefined, name: 'Any' },
  { usd: '10000', name: '10K' },
  { usd: '100000', name: '100K' },
  { usd: '1000000', name: '1M' },
];

/** Which venues, which side, from which size on. */
@Component({
  selector: 'of-filter-bar',
  imports: [Mark],
  templateUrl: './filter-bar.html',
  host: { class: 'filter-bar', role: 'group', 'aria-label': 'Filters' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterBar {
  protected readonly address = inject(PageAddress);
  readonly #venues = inject(VenueStore).venues;

  protected readonly sides = SIDES;
  protected readonly sizes = SIZES;
  protected readonly venues = computed(() => {
    const chosen = this.address.view().venues;
    return this.#venues().map(({ id, name }) => ({
      id,
      name,
      isOn: chosen.length === 0 || chosen.includes(id),
    }));
  });
  protected readonly customUsd = computed(() => {
    const { minUsd } = this.address.view();
    return minUsd === undefined || SIZES.some(({ usd }) => usd === minUsd) ? '' : groupText(minUsd);
  });

  /** Switches a venue; all and none of them are the same: no filter. */
  protected switchVenue(id: string): void {
    const on = this.venues()
      .filter((venue) => venue.isOn !== (venue.id === id))
      .map((venue) => venue.id);
    this.address.change({ venues: on.length === this.venues().length ? [] : on });
  }

  /** Takes what was typed; what is no amount puts back what holds. */
  protected setCustomUsd(input: HTMLInputElement): void {
    const amount = readAmount(input.value);
    if (amount !== undefined || input.value.trim() === '') this.address.change({ minUsd: amount });
    input.value = this.customUsd();
  }

  protected reset(): void {
    this.address.change({ venues: [], side: undefined, minUsd: undefined });
  }
}
