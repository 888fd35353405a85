import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { wholeText } from '../../core/exact-sum.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { ageText } from '../../core/time-text.js';
import { Connection } from '../../graphql/connection.js';
import { Floor } from '../../ui/floor.js';
import { Mark } from '../../ui/mark.js';
import { LastEvents } from '../liquidation-table/last-events.js';
import { LiquidationStore } from '../liquidation-table/liquidation-store.js';
import { SIDE_MARKS } from '../liquidation-table/row-view.js';
import { VenueStore } from '../venues/venue-store.js';
import { tapeFigures } from './tape-figures.js';

const MOST_SYMBOLS = 8;

/** What the rows shown add up to: both sides against each other, the largest, and each venue's part. */
@Component({
  selector: 'of-tape-summary',
  imports: [Floor, Mark],
  templateUrl: './tape-summary.html',
  host: { class: 'summary', '[class.stale]': 'isStale()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TapeSummary {
  readonly #now = inject(Now);
  readonly #store = inject(LiquidationStore);
  readonly #rows = this.#store.rows;
  readonly #venues = inject(VenueStore);
  readonly #lastEvents = inject(LastEvents);
  readonly #address = inject(PageAddress);

  protected readonly figures = computed(() => tapeFigures(this.#rows()));
  protected readonly count = computed(() => this.#rows().length);
  readonly #connection = inject(Connection);
  protected readonly isStale = computed(() => this.#connection.lostSinceMs() !== undefined);
  protected readonly isKnown = this.#store.isKnown;
  /** A whole amount; a dash while the rows are not known. */
  protected readonly whole = (usd: string) => (this.isKnown() ? wholeText(usd) : '–');
  /** Whether a sum holds rows of a venue that leaves liquidations out. */
  protected readonly isFloor = (sum: { readonly venues: ReadonlySet<string> }) =>
    this.#venues.isFloor(sum.venues);
  /** Time from the oldest to the newest row. */
  protected readonly span = computed(() => ageText(this.figures().spanMs));

  protected readonly largest = computed(() => {
    const { largest } = this.figures();
    return (
      largest && {
        ...largest,
        mark: SIDE_MARKS[largest.liquidatedSide],
        venueName: this.#venues.nameOf(largest.venue),
        age: ageText(this.#now.ms() - largest.timestamp),
      }
    );
  });

  /** The symbols with the largest sums; none while the page shows a single one. */
  protected readonly symbols = computed(() =>
    this.#address.symbol() === undefined ? this.figures().bySymbol.slice(0, MOST_SYMBOLS) : [],
  );

  /** Every venue there is, with its part of the rows; a venue without rows has a zero that is known. */
  protected readonly venues = computed(() => {
    const figures = new Map(this.figures().byVenue.map((entry) => [entry.key, entry]));
    return this.#venues.venues().map((venue) => {
      const last = this.#lastEvents.of(venue);
      return {
        id: venue.id,
        name: venue.name,
        count: figures.get(venue.id)?.count ?? 0,
        usd: this.whole(figures.get(venue.id)?.sumUsd ?? '0'),
        isFloor: figures.has(venue.id) && this.#venues.isFloor([venue.id]),
        note: venue.completenessNote,
        last: last === undefined ? 'none yet' : `${ageText(this.#now.ms() - last)} ago`,
      };
    });
  });

  protected choose(symbol: string): void {
    this.#address.change({ symbol });
  }
}
