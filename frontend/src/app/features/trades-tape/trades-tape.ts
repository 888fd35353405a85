import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal } from '@angular/core';
import { Copier } from '../../core/copier.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { ageText, clockText, zoneName } from '../../core/time-text.js';
import { Mark } from '../../ui/mark.js';
import { Pane } from '../../ui/pane.js';
import { GridKeys } from '../liquidation-table/grid-keys.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { SystemStore } from '../system/system-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { TapePause } from './tape-pause.js';
import { tapeState } from './tape-state.js';
import { tradeRow } from './trade-row.js';
import { TRADE_TIERS } from './trade-tier.js';
import { MAX_TRADES, TradesStore } from './trades-store.js';

/** A word to the viewer must not come and go with every hiccup of a network. */
const HICCUP_MS = 1_000;

/** How many characters the longest text of a column has, of one market. */
interface ColumnWidths {
  readonly symbol: string | undefined;
  readonly price: number;
  readonly quantity: number;
}

/** Prices and quantities with more characters need more room. */
const SHORT_ROW = 19;

/** Room for the headings. */
const HEADING_WIDTHS = { price: 8, quantity: 6 };

/** The tape: the newest trades of the market that the page shows, and where some are missing. */
@Component({
  selector: 'of-trades-tape',
  imports: [GridKeys, Mark, Pane],
  templateUrl: './trades-tape.html',
  host: { class: 'trades-tape' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TradesTape {
  readonly #now = inject(Now);
  readonly #zone = inject(Settings).zone;
  readonly #address = inject(PageAddress);
  readonly #symbols = inject(SymbolStore);
  readonly #venues = inject(VenueStore);
  protected readonly store = inject(TradesStore);
  protected readonly pause = inject(TapePause);
  protected readonly copier = inject(Copier);
  protected readonly simulated = inject(SystemStore).simulated;
  protected readonly tiers = TRADE_TIERS;
  protected readonly most = MAX_TRADES;

  readonly #market = computed(() => {
    const symbol = this.store.symbol();
    return this.#symbols.symbols().find(({ id }) => id === symbol);
  });
  /** Unknown while the list of markets is: then units are left out. */
  protected readonly baseAsset = computed(() => this.#market()?.baseAsset ?? '');
  protected readonly quoteAsset = computed(() => this.#market()?.quoteAsset ?? '');

  readonly #newest = computed(() => this.store.rows()[0]?.trade);
  protected readonly venueName = computed(() => {
    const id = this.#newest()?.venue ?? this.store.trouble()?.venue ?? this.store.chosenVenue();
    return id === undefined ? undefined : this.#venues.nameOf(id);
  });
  protected readonly venueHint = computed(() => {
    const contract = this.#newest()?.venueSymbol;
    const what = contract === undefined ? '' : `${contract}. `;
    return this.store.chosenVenue() === undefined
      ? `${what}The first venue that has its trades; filter for one venue to see those of it`
      : `${what}The venue that the page is filtered for`;
  });

  protected readonly rows = computed(() => {
    const zone = this.#zone();
    return this.store.rows().map((taped) => tradeRow(taped, zone));
  });

  /** Columns of a market grow and do not shrink again: nothing moves to and fro with single digits. */
  readonly #widths = linkedSignal<ColumnWidths, ColumnWidths>({
    source: () => ({
      symbol: this.store.symbol(),
      price: Math.max(HEADING_WIDTHS.price, ...this.rows().map(({ price }) => price.length)),
      quantity: Math.max(HEADING_WIDTHS.quantity, ...this.rows().map(({ quantity }) => quantity.length)),
    }),
    computation: (now, before) =>
      before === undefined || before.value.symbol !== now.symbol
        ? now
        : {
            symbol: now.symbol,
            price: Math.max(now.price, before.value.price),
            quantity: Math.max(now.quantity, before.value.quantity),
          },
    equal: (left, right) => JSON.stringify(left) === JSON.stringify(right),
  });
  protected readonly isLong = computed(() => {
    const { price, quantity } = this.#widths();
    return price + quantity > SHORT_ROW;
  });
  protected readonly columns = computed(() => {
    const { price, quantity } = this.#widths();
    return `46px minmax(0, ${price}fr) minmax(0, ${quantity}fr) minmax(52px, 8fr) 60px`;
  });

  protected readonly state = computed(() => {
    const nowMs = this.#now.viewerMs();
    const [silentSinceMs, trouble] = [this.store.silentSinceMs(), this.store.trouble()];
    const zone = this.#zone();
    const venue = this.venueName();
    return tapeState({
      rowCount: this.store.rows().length,
      isKnown: this.store.isKnown(),
      trouble,
      sinceText:
        trouble === undefined
          ? ''
          : `since ${clockText(trouble.sinceMs, zone)} ${zoneName(trouble.sinceMs, zone)}, ${ageText(nowMs - trouble.sinceMs)}`,
      silentSinceMs:
        silentSinceMs === undefined || nowMs - silentSinceMs < HICCUP_MS ? undefined : silentSinceMs,
      market: `${this.store.symbol() ?? ''}${venue === undefined ? '' : ` on ${venue}`}`,
    });
  });

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
}
