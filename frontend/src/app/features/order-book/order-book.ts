import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal } from '@angular/core';
import { Copier } from '../../core/copier.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { ageText, clockText, zoneName } from '../../core/time-text.js';
import { Floor } from '../../ui/floor.js';
import { Pane } from '../../ui/pane.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { SystemStore } from '../system/system-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { healthOf, stateWord } from '../venues/venue-words.js';
import { BookChoices } from './book-choices.js';
import { BookSide } from './book-side.js';
import { bookState, type AbsentBook } from './book-state.js';
import { bookRows, HEADING_WIDTHS, widest, type ColumnWidths } from './book-view.js';
import { OrderBookStore } from './order-book-store.js';
import { priceStep, STEP_FACTORS } from './price-steps.js';

/** A word to the viewer must not come and go with every hiccup of a network. */
const HICCUP_MS = 1_000;

interface WidthsOfMarket {
  readonly symbol: string | undefined;
  readonly widths: ColumnWidths;
}

const FLOOR_HINT = 'At least: the venue tells of no prices as far from the middle as 10 basis points';

/** Rows with more characters need more room. */
const SHORT_ROW = 25;

/** The order book of the market that the page shows: both sides, and between them the spread. */
@Component({
  selector: 'of-order-book',
  imports: [BookSide, Floor, Pane],
  templateUrl: './order-book.html',
  host: { class: 'order-book' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OrderBookPane {
  readonly #now = inject(Now);
  readonly #zone = inject(Settings).zone;
  readonly #address = inject(PageAddress);
  readonly #symbols = inject(SymbolStore);
  readonly #venues = inject(VenueStore);
  protected readonly store = inject(OrderBookStore);
  protected readonly choices = inject(BookChoices);
  protected readonly copier = inject(Copier);
  protected readonly simulated = inject(SystemStore).simulated;

  readonly #market = computed(() => {
    const symbol = this.store.symbol();
    return this.#symbols.symbols().find(({ id }) => id === symbol);
  });
  /** Unknown while the list of markets is: then units are left out. */
  protected readonly baseAsset = computed(() => this.#market()?.baseAsset ?? '');
  protected readonly quoteAsset = computed(() => this.#market()?.quoteAsset ?? '');

  readonly #venueId = computed(() => this.store.news()?.venue ?? this.store.chosenVenue());
  protected readonly venueName = computed(() => {
    const id = this.#venueId();
    return id === undefined ? undefined : this.#venues.nameOf(id);
  });
  protected readonly venueHint = computed(() => {
    const contract = this.store.news()?.venueSymbol;
    const what = contract === undefined ? '' : `${contract}. `;
    return this.store.chosenVenue() === undefined
      ? `${what}The first venue that has a book; filter for one venue to see its book`
      : `${what}The venue that the page is filtered for`;
  });

  protected readonly book = this.store.whole;
  protected readonly rows = computed(() => {
    const book = this.book();
    return book === undefined ? undefined : bookRows(book, this.choices.levels());
  });
  /** Columns of a market grow and do not shrink again: nothing moves to and fro with single digits. */
  protected readonly widths = linkedSignal<WidthsOfMarket, ColumnWidths>({
    source: () => ({ symbol: this.store.symbol(), widths: this.rows()?.widths ?? HEADING_WIDTHS }),
    computation: ({ symbol, widths }, before) =>
      before !== undefined && before.source.symbol === symbol ? widest(before.value, widths) : widths,
    equal: (left, right) => JSON.stringify(left) === JSON.stringify(right),
  });
  protected readonly isLong = computed(() => {
    const { price, quantity, total } = this.widths();
    return price + quantity + total > SHORT_ROW;
  });
  protected readonly steps = computed(() => {
    const tickSize = this.store.tickSize();
    return STEP_FACTORS.map((factor) => ({
      factor,
      // Until the tick size is known, how many of them.
      text: tickSize === undefined ? `${factor} ×` : priceStep(tickSize, factor),
    }));
  });

  protected readonly state = computed(() => {
    const nowMs = this.#now.viewerMs();
    const silentSinceMs = this.store.silentSinceMs();
    return bookState({
      nowMs,
      askedMs: this.store.askedMs(),
      hasBook: this.book() !== undefined,
      trouble: this.store.trouble(),
      silentSinceMs:
        silentSinceMs === undefined || nowMs - silentSinceMs < HICCUP_MS ? undefined : silentSinceMs,
      absent: this.#absent(nowMs),
    });
  });

  protected readonly depthHint = FLOOR_HINT;

  /** What a sum of one side means; it is copied when pressed. */
  protected depthTitle(usd: string, what: 'bid' | 'offered', isFloor: boolean): string {
    const mark = isFloor ? `${FLOOR_HINT}. ` : '';
    return `${mark}${usd} USD ${what} within 10 basis points of the middle; press to copy it`;
  }

  protected choose(symbol: string): void {
    this.#address.change({ symbol });
  }

  protected chooseStep(text: string): void {
    const factor = STEP_FACTORS.find((each) => String(each) === text);
    if (factor !== undefined) this.choices.chooseStep(factor);
  }

  #absent(nowMs: number): AbsentBook | undefined {
    const news = this.store.news();
    if (news === undefined || news.state === 'LIVE') return undefined;
    const zone = this.#zone();
    const at = (ms: number) => `${clockText(ms, zone)} ${zoneName(ms, zone)}`;
    // The server's clock may be another than the viewer's.
    const sinceMs = news.since - (this.#now.ms() - nowMs);
    return {
      word: stateWord(news.state, news.until === null ? undefined : at(news.until)),
      reason: news.reason,
      sinceMs,
      sinceText: `since ${at(sinceMs)}, ${ageText(nowMs - sinceMs)}`,
      venue: this.#venues.nameOf(news.venue),
      isPassing: healthOf(news.state) === 'waiting' || news.state === 'RESYNCING',
    };
  }
}
