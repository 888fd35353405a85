import { computed, DestroyRef, DOCUMENT, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { candleCountFor } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { Connection } from '../../graphql/connection.js';
import { Now } from '../../core/now.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { type ChartContent } from './chart-drawing.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { ChartSession } from './chart-session.js';
import { ChartSource, type ChartMarket, type ChartView } from './chart-source.js';
import { ChartTroubles } from './chart-troubles.js';
import { hatchRanges, type FeedHole } from './hatch-ranges.js';
import { PointChanges } from './point-changes.js';
import { sideAverages } from './series-maths.js';
import { DEFAULT_TIMEFRAME } from './timeframes.js';

/** What is shown when nothing was chosen and no market is known. */
const FALLBACK_SYMBOL = 'BTCUSDT';
/** How long a hole takes to get from a venue's state to the record. */
const RECORDED_WITHIN_MS = 1_000;

/** What a drawing is told, once there is one. */
export interface ChartObserver {
  redraw(): void;
  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void;
  annotate(): void;
}

/** The chart of the market in the address: loaded, then live, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class ChartStore {
  readonly #client = inject(CLIENT);
  readonly #document = inject(DOCUMENT);
  readonly #clock = injectClock();
  readonly #now = inject(Now);
  readonly #address = inject(PageAddress);
  readonly #symbols = inject(SymbolStore);
  readonly #changes = new PointChanges(this.#clock, (candles, buckets) => this.#draw(candles, buckets));
  readonly #isLoading = signal(true);
  readonly #market = signal<ChartMarket | undefined>(undefined);
  readonly #troubles = new ChartTroubles(this.#clock);
  readonly #holes = signal<readonly FeedHole[]>([]);
  /** Rises with every change of the points, which are no signals themselves. */
  readonly #edition = signal(0);
  #session: ChartSession | undefined;
  #observer: ChartObserver | undefined;
  #busiest: string | undefined;

  /** The market that is shown; undefined until it is known which one. */
  readonly symbol = computed(() => this.#address.symbol() ?? this.#defaultSymbol());
  /** True where the address names no market, and one was chosen for the viewer. */
  readonly isDefaultSymbol = computed(() => this.#address.symbol() === undefined);
  readonly timeframe = computed(() => this.#address.view().timeframe ?? DEFAULT_TIMEFRAME);
  readonly isLoading = this.#isLoading.asReadonly();
  readonly market = this.#market.asReadonly();
  readonly troubles = this.#troubles.all;
  /** The venue whose prices are shown; undefined while there are none. */
  readonly candleVenue = computed(() => {
    this.#edition();
    return this.#session?.candles.last()?.venue;
  });
  readonly pointCount = computed(() => {
    this.#edition();
    return (this.#session?.candles.all().length ?? 0) + (this.#session?.buckets.all().length ?? 0);
  });

  /** Everything to draw, ascending. */
  readonly content = computed<ChartContent>(() => {
    this.#edition();
    const timeframe = this.timeframe();
    const candles = this.#session?.candles.all() ?? [];
    const buckets = this.#session?.buckets.all() ?? [];
    const fromMs = Math.min(candles[0]?.startMs ?? Infinity, buckets[0]?.startMs ?? Infinity);
    const nowMs = untracked(() => this.#now.ms());
    return {
      timeframe,
      candles,
      buckets,
      hatched: hatchRanges(timeframe, this.#holes(), buckets, { fromMs, nowMs }),
      averages: sideAverages(buckets),
    };
  });

  readonly #view = computed<ChartView | undefined>(
    () => {
      const symbol = this.symbol();
      return symbol === undefined
        ? undefined
        : { symbol, timeframe: this.timeframe(), venues: this.#address.view().venues };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );

  constructor() {
    effect(() => {
      const view = this.#view();
      untracked(() => this.#show(view));
    });
    this.#catchUpAfterLosses(inject(Connection));
    this.#followHoles(inject(VenueStore));
    inject(DestroyRef).onDestroy(() => {
      this.#session?.end();
      this.#changes.clear();
    });
  }

  /** Draws what there is, and from now on what comes; the returned function ends it. What came before has waited. */
  observe(observer: ChartObserver): () => void {
    this.#observer = observer;
    if (!this.#isLoading()) observer.redraw();
    return () => {
      if (this.#observer === observer) this.#observer = undefined;
    };
  }

  loadOlder(): void {
    this.#session?.loadOlder();
  }

  retry(): void {
    this.#client.retryNow();
    this.#show(this.#view());
  }

  candleAt(startMs: number): CandlePoint | undefined {
    return this.#session?.candles.at(startMs);
  }

  bucketAt(startMs: number): BucketPoint | undefined {
    return this.#session?.buckets.at(startMs);
  }

  /** The market with the highest turnover, once and for all: the chart must not jump when another overtakes it. */
  #defaultSymbol(): string | undefined {
    const [first] = this.#symbols.symbols();
    if (first === undefined && this.#symbols.isLoading()) return this.#busiest;
    this.#busiest ??= first?.id ?? FALLBACK_SYMBOL;
    return this.#busiest;
  }

  /** Another view: nothing of the old one stays but where the viewer looks, which is the drawing's business. */
  #show(view: ChartView | undefined): void {
    this.#session?.end();
    this.#session = undefined;
    this.#changes.clear();
    this.#isLoading.set(true);
    this.#troubles.clearAll();
    this.#holes.set([]);
    if (this.#market()?.symbol !== view?.symbol) this.#market.set(undefined);
    if (view === undefined) return;
    const source = new ChartSource(this.#client, view);
    this.#session = new ChartSession(source, this.#clock, view.timeframe, candleCountFor(this.#width()), {
      loaded: () => {
        this.#edition.update((edition) => edition + 1);
        this.#isLoading.set(false);
        this.#observer?.redraw();
      },
      changed: (candles, buckets) => this.#changes.add(candles, buckets),
      holes: (holes) => {
        this.#holes.set(holes);
        this.#observer?.annotate();
      },
      market: (market) => this.#market.set(market),
      trouble: (part, error, isFinal) => {
        if (error === undefined) this.#troubles.clear(part);
        else this.#troubles.note(part, error, isFinal);
      },
    });
  }

  /** The chart is about as wide as the page. */
  #width(): number {
    return this.#document.defaultView?.innerWidth ?? 0;
  }

  #draw(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    this.#edition.update((edition) => edition + 1);
    this.#observer?.update(candles, buckets);
    if (buckets.length > 0) this.#observer?.annotate();
  }

  #catchUpAfterLosses(connection: Connection): void {
    let wasLost = false;
    effect(() => {
      const { state } = connection.status();
      if (state === 'reconnecting') wasLost = true;
      if (state !== 'connected' || !wasLost) return;
      wasLost = false;
      untracked(() => this.#session?.catchUp());
    });
  }

  /** A hole that begins or ends at a venue is hatched at once, as far as it is on record by then. */
  #followHoles(venues: VenueStore): void {
    const holes = computed(() =>
      JSON.stringify(
        venues
          .venues()
          .map(({ feeds }) => feeds.map(({ gapsToday, openGapSince }) => [gapsToday, openGapSince])),
      ),
    );
    let cancel: (() => void) | undefined;
    effect(() => {
      holes();
      cancel?.();
      cancel = this.#clock.after(RECORDED_WITHIN_MS, () => this.#session?.lookForHoles());
    });
    inject(DestroyRef).onDestroy(() => cancel?.());
  }
}
