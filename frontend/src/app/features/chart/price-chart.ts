import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  DOCUMENT,
  effect,
  type ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { Shortcuts } from '../../core/shortcuts.js';
import { Connection } from '../../graphql/connection.js';
import { Mark } from '../../ui/mark.js';
import { Pane, type PaneState } from '../../ui/pane.js';
import { SystemStore } from '../system/system-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { amountText } from './axis-text.js';
import { ChosenParts } from './chart-choices.js';
import { mediaQuery, readColours, REDUCED_MOTION, watchColours, type ChartColours } from './chart-colours.js';
import {
  DRAW_CHART,
  type ChartChoices,
  type ChartDrawing,
  type ChartLook,
  type DrawingOwner,
  type PointedPlace,
} from './chart-drawing.js';
import { chartKeyAction } from './chart-keys.js';
import { chartState } from './chart-state.js';
import { ChartStore } from './chart-store.js';
import { chartSummary } from './chart-summary.js';
import { isHatched } from './hatch-ranges.js';
import { digitsOf } from './series-maths.js';
import { CHART_TIMEFRAMES, DEFAULT_TIMEFRAME, isIntraday } from './timeframes.js';
import { tooltipSentence, tooltipView } from './tooltip-text.js';

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
  ];
/** Keys for timeframes; there are more timeframes than keys. */
const KEYS = 7;
const SUMMARY_EVERY_MS = 10_000;
/** The newest prices tell how many digits a market has that does not say so itself. */
const PRICES_FOR_DIGITS = 50;

/** Candles and, below them on the same axis, the liquidations of each bucket. */
@Component({
  selector: 'of-price-chart',
  imports: [Mark, Pane],
  templateUrl: './price-chart.html',
  host: { class: 'price-chart' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PriceChart {
  readonly #document = inject(DOCUMENT);
  readonly #settings = inject(Settings);
  readonly #address = inject(PageAddress);
  readonly #venues = inject(VenueStore);
  readonly #parts = inject(ChosenParts);
  readonly #connection = inject(Connection);
  readonly #draw = inject(DRAW_CHART);
  readonly #clock = injectClock();
  readonly #destroyRef = inject(DestroyRef);
  protected readonly host = viewChild.required<ElementRef<HTMLElement>>('host');
  readonly #colours = signal<ChartColours | undefined>(undefined);
  readonly #drawing = signal<ChartDrawing | undefined>(undefined);
  readonly #wasShown = signal(false);
  readonly #pointed = signal<PointedPlace | undefined>(undefined);
  protected readonly store = inject(ChartStore);
  protected readonly simulated = inject(SystemStore).simulated;

  protected readonly timeframes = CHART_TIMEFRAMES;
  protected readonly parts = PARTS;
  protected readonly choices = this.#parts.choices;
  protected readonly isFollowing = signal(true);
  protected readonly spoken = signal('');
  protected readonly summary = signal('');

  /** What the bars are of, where that is not everything. */
  protected readonly venuesText = computed(() => {
    const { venues, side, minUsd } = this.#address.view();
    const names = venues.map((venue) => this.#venues.nameOf(venue)).join(', ');
    const note = side !== undefined || minUsd !== undefined ? 'both sides, any size' : '';
    return [names, note].filter((part) => part !== '').join(' · ');
  });

  /** What the dashed lines stand at. */
  protected readonly averageText = computed(() => {
    const { averages } = this.store.content();
    if (averages === undefined || !this.choices().average) return '';
    return `${amountText(averages.shortsUsd)} / ${amountText(averages.longsUsd)}`;
  });

  protected readonly hasHatched = computed(() => this.store.content().hatched.length > 0);

  protected readonly state = computed<PaneState>(() =>
    chartState({
      isLoading: this.store.isLoading(),
      hasPoints: this.store.pointCount() > 0,
      wasShown: this.#wasShown(),
      troubles: this.store.troubles(),
      lostSinceMs: this.#connection.lostSinceMs(),
    }),
  );
  readonly #look = computed<ChartLook | undefined>(() => {
    const colours = this.#colours();
    const market = this.store.market();
    if (colours === undefined) return undefined;
    const precision = market?.precision ?? this.#guessedDigits();
    return {
      colours,
      choices: this.#parts.choices(),
      zone: this.#settings.zone(),
      precision,
      minMove: market?.minMove ?? 10 ** -precision,
      isMotionReduced: mediaQuery(this.#document, REDUCED_MOTION)?.matches === true,
    };
  });
  readonly #guessedDigits = computed(() =>
    digitsOf(
      this.store
        .content()
        .candles.slice(-PRICES_FOR_DIGITS)
        .map(({ close }) => close),
    ),
  );

  protected readonly tooltip = computed(() => {
    const place = this.#pointed();
    if (place === undefined) return undefined;
    const { timeframe, hatched } = this.store.content();
    const { startMs } = place;
    return {
      ...tooltipView({
        startMs,
        candle: this.store.candleAt(startMs),
        bucket: this.store.bucketAt(startMs),
        isHatched: isHatched(hatched, startMs),
        zone: this.#settings.zone(),
        isIntraday: isIntraday(timeframe),
        baseAsset: this.store.market()?.baseAsset ?? '',
      }),
      // On the other side of the pointer, so that it never covers what is pointed at.
      isOnLeft: place.x > this.host().nativeElement.clientWidth / 2,
    };
  });

  constructor() {
    this.#registerKeys(inject(Shortcuts));
    effect(() => {
      const look = this.#look();
      if (look !== undefined) untracked(() => this.#drawing()?.look(look));
    });
    effect(() => {
      if (!this.store.isLoading()) this.#wasShown.set(true);
      this.#pointed.set(undefined);
      untracked(() => this.#summarise());
    });
    this.#destroyRef.onDestroy(this.#clock.every(SUMMARY_EVERY_MS, () => this.#summarise()));
    afterNextRender(() => void this.#begin());
  }

  protected choose(timeframe: string): void {
    this.#address.change({ timeframe: timeframe === DEFAULT_TIMEFRAME ? undefined : timeframe });
  }

  protected toggle(part: keyof ChartChoices): void {
    this.#parts.toggle(part);
  }

  protected press(event: KeyboardEvent): void {
    const drawing = this.#drawing();
    const action = chartKeyAction(event);
    if (action === undefined || drawing === undefined) return;
    event.preventDefault();
    action(drawing);
    const place = this.tooltip();
    this.spoken.set(place === undefined ? '' : tooltipSentence(place));
  }

  protected leave(): void {
    this.#drawing()?.unpoint();
  }

  protected showNewest(): void {
    this.#drawing()?.goTo('newest');
  }

  async #begin(): Promise<void> {
    const element = this.host().nativeElement;
    this.#colours.set(readColours(element));
    const unwatch = watchColours(this.#document, () => this.#colours.set(readColours(element)));
    const look = this.#look();
    if (look === undefined) return;
    const drawing = await this.#draw(element, this.#owner(), look);
    const unobserve = this.store.observe(drawing);
    this.#drawing.set(drawing);
    const newest = this.#look();
    if (newest !== undefined && newest !== look) drawing.look(newest);
    const end = () => {
      unwatch();
      unobserve();
      drawing.destroy();
    };
    // The page may have gone while the library was on its way.
    if (this.#destroyRef.destroyed) end();
    else this.#destroyRef.onDestroy(end);
  }

  #owner(): DrawingOwner {
    return {
      content: () => untracked(this.store.content),
      pointed: (place) => this.#pointed.set(place),
      reachedStart: () => this.store.loadOlder(),
      following: (isFollowing) => this.isFollowing.set(isFollowing),
    };
  }

  #registerKeys(shortcuts: Shortcuts): void {
    CHART_TIMEFRAMES.slice(0, KEYS).forEach((timeframe, index) => {
      const run = () => this.choose(timeframe);
      shortcuts.register({ key: String(index + 1), label: `Chart of ${timeframe}`, run }, this.#destroyRef);
    });
  }

  #summarise(): void {
    const symbol = untracked(this.store.symbol) ?? '';
    this.summary.set(chartSummary(symbol, untracked(this.store.content), untracked(this.#settings.zone)));
  }
}
