import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Copier } from '../../core/copier.js';
import { groupText, wholeText } from '../../core/exact-sum.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { ageText } from '../../core/time-text.js';
import { Connection } from '../../graphql/connection.js';
import { Floor, FLOOR_HINT } from '../../ui/floor.js';
import { Mark } from '../../ui/mark.js';
import { Pane } from '../../ui/pane.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { SystemStore } from '../system/system-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { VenueTroubles } from '../venues/venue-troubles.js';
import { healthOf } from '../venues/venue-words.js';
import { GridKeys } from './grid-keys.js';
import { LastEvents } from './last-events.js';
import { LiquidationStore } from './liquidation-store.js';
import { paneState } from './pane-state.js';
import { Pause } from './pause.js';
import { rowView } from './row-view.js';
import { SpokenSummary } from './spoken-summary.js';

/** The tape: the newest fifty liquidations of the view in the address. */
@Component({
  selector: 'of-liquidation-table',
  imports: [Floor, GridKeys, Mark, Pane, VenueTroubles],
  templateUrl: './liquidation-table.html',
  host: { class: 'orderfox-liquidation-display orderfox-display-base' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LiquidationTable {
  readonly #now = inject(Now);
  readonly #zone = inject(Settings).zone;
  readonly #address = inject(PageAddress);
  readonly #symbols = inject(SymbolStore);
  readonly #venues = inject(VenueStore);
  readonly #lastEvents = inject(LastEvents);
  readonly #connection = inject(Connection);
  protected readonly store = inject(LiquidationStore);
  protected readonly pause = inject(Pause);
  protected readonly copier = inject(Copier);
  protected readonly simulated = inject(SystemStore).simulated;
  protected readonly spoken = inject(SpokenSummary).text;

  protected readonly symbol = this.#address.symbol;
  protected readonly quote = computed(() => {
    const symbol = this.symbol();
    const quote = symbol === undefined ? undefined : this.#symbols.quoteOf(symbol);
    return quote === undefined ? '' : ` (${quote})`;
  });

  /** What the rows are of, in words. */
  protected readonly filterText = computed(() => {
    const { symbol, venues, side, minUsd } = this.#address.view();
    return [
      symbol ?? 'All symbols',
      venues.length === 0 ? 'all venues' : venues.map((venue) => this.#venues.nameOf(venue)).join(', '),
      side !== undefined && (side === 'long' ? 'longs only' : 'shorts only'),
      minUsd !== undefined && `from ${groupText(minUsd)} USD`,
    ]
      .filter((part) => part !== false)
      .join(' · ');
  });
  protected readonly sumText = computed(() => wholeText(this.store.sumUsd()));

  /** Whether a venue among the rows leaves liquidations out. */
  protected readonly isFloor = computed(() =>
    this.#venues.isFloor(this.store.rows().map(({ venue }) => venue)),
  );
  protected readonly sumHint = computed(
    () => `${this.isFloor() ? FLOOR_HINT : 'Exact sum of the rows shown'}; in USD, press to copy it`,
  );

  /** Days change the rows; seconds do not. */
  readonly #day = computed(() => Math.floor(this.#now.ms() / 900_000) * 900_000);
  protected readonly rows = computed(() => {
    const venueNames = this.#venues.names();
    const liveIds = this.store.liveIds();
    return this.store.rows().map((liquidation) =>
      rowView(liquidation, {
        nowMs: this.#day(),
        zone: this.#zone(),
        isLive: liveIds.has(liquidation.id),
        venueName: (id) => venueNames.get(id) ?? id,
      }),
    );
  });

  readonly #venuesInView = computed(() => {
    const { venues } = this.#address.view();
    return this.#venues.venues().filter(({ id }) => venues.length === 0 || venues.includes(id));
  });
  /** Nothing can come: every venue in view is unable to deliver. */
  protected readonly isBlind = computed(() => {
    const venues = this.#venuesInView();
    return (
      venues.length > 0 && venues.every(({ status }) => ['bad', 'warning', 'off'].includes(healthOf(status)))
    );
  });
  /** Some venues cannot deliver while others do: their liquidations are missing from what is shown. */
  protected readonly missing = computed(() =>
    this.#venuesInView()
      .filter(({ status }) => ['bad', 'warning'].includes(healthOf(status)))
      .map(({ name }) => name)
      .join(', '),
  );

  protected readonly state = computed(() =>
    paneState({
      isLoading: this.store.isLoading(),
      trouble: this.store.trouble(),
      rowCount: this.store.rows().length,
      lostSinceMs: this.#connection.lostSinceMs(),
      isBlind: this.isBlind(),
      lastEvent: this.#lastEvent(),
      isFiltered: this.symbol() !== undefined || this.#address.isFiltered(),
    }),
  );

  protected choose(symbol: string): void {
    this.#address.change({ symbol });
  }

  protected point(event: PointerEvent, isPointedAt: boolean): void {
    if (event.pointerType !== 'touch') this.pause.pointedAt.set(isPointedAt);
  }

  /** Reading with the keyboard pauses; a click, which focuses too, does not. */
  protected focus(event: FocusEvent): void {
    this.pause.focused.set(event.target instanceof Element && event.target.matches(':focus-visible'));
  }

  #lastEvent(): string | undefined {
    const [newest] = this.#venuesInView()
      .flatMap((venue) => {
        const ms = this.#lastEvents.of(venue);
        return ms === undefined ? [] : [{ ms, name: venue.name }];
      })
      .sort((left, right) => right.ms - left.ms);
    return newest && `${ageText(this.#now.ms() - newest.ms)} ago on ${newest.name}`;
  }
}
