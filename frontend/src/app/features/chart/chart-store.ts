import { computed, DestroyRef, DOCUMENT, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { candleCountFor } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { Connection } from '../../graphql/connection.js';
import { Now } from '../../core/now.js';
import { SymbolStore } from '../symbols/symbol-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { chartContent } from './chart-content.js';
import { type ChartContent } from './chart-drawing.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { ChartSession } from './chart-session.js';
import { ChartSource, type ChartMarket, type ChartSpan, type ChartView } from './chart-source.js';
import { ChartTroubles } from './chart-troubles.js';
import { watchHoles, watchLosses } from './chart-watch.js';
import { type FeedHole } from './hatch-ranges.js';
import { isFollowing, type KeptView } from './kept-view.js';
import { PointChanges } from './point-changes.js';
import { canonicalTimeframe, DEFAULT_TIMEFRAME } from './timeframes.js';

/** What is shown when nothing was chosen and no market is known. */
const FALLBACK_SYMBOL = 'BTCUSDT';
/** Prices change several times a second while there are trades; after so long without one the chart says how old it is. */
const QUIET_MS = 120_000;

/** What a drawing is told, once there is one. */
export interface ChartObserver {
  redraw(): void;
  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void;
  annotate(): void;
  goTo(end: 'newest'): void;
}

/** The chart of the market in the address: loaded, then live, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class ChartStore {
  readonly #client = inject(CLIENT);
  readonly #document = inject(DOCUMENT);
  readonly #clock = injectClock();
  readonly #now = inject(Now);
  readonly #connection = inject(Connection);
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
  /** The right edge of what the viewer looks at in history, epoch milliseconds; undefined at the newest bucket. */
  #lookAtMs: number | undefined;
  #isGoingToNewest = false;

  /** The market that is shown; undefined until it is known which one. */
  readonly symbol = computed(() => this.#address.symbol() ?? this.#defaultSymbol());
  /** True where the address names no market, and one was chosen for the viewer. */
  readonly isDefaultSymbol = computed(() => this.#address.symbol() === undefined);
  readonly timeframe = computed(() =>
    canonicalTimeframe(this.#address.view().timeframe ?? DEFAULT_TIMEFRAME),
  );
  readonly isLoading = this.#isLoading.asReadonly();
  readonly market = this.#market.asReadonly();
  readonly troubles = this.#troubles.all;
  /** The venue whose prices are shown; undefined while there are none. */
  readonly candleVenue = computed(() => {
    this.#edition();
    return this.#session?.window.venue;
  });
  /** False where only a time further back is loaded. */
  readonly isAtPresent = computed(() => {
    this.#edition();
    return this.#session?.window.shown.toMs === undefined;
  });
  /** The time that is shown, once it is loaded. */
  readonly shown = computed<ChartSpan | undefined>(
    () => {
      this.#edition();
      const span = this.#session?.window.shown;
      return this.#isLoading() || span?.fromMs === undefined ? undefined : span;
    },
    { equal: (left, right) => left?.fromMs === right?.fromMs && left?.toMs === right?.toMs },
  );
  readonly pointCount = computed(() => {
    this.#edition();
    return (this.#session?.window.candles.length ?? 0) + (this.#session?.window.buckets.length ?? 0);
  });

  /** Everything to draw, ascending. */
  readonly content = computed<ChartContent>(() => {
    this.#edition();
    return chartContent(this.timeframe(), this.#session?.window, this.#holes(), this.#serverMs());
  });

  /** When a price last changed, by the viewer's clock, where that is longer ago than trades let expect. */
  readonly quietSinceMs = computed(() => {
    const viewerMs = this.#now.viewerMs();
    this.#edition();
    const changedMs = this.#session?.pricesChangedMs;
    return changedMs === undefined || viewerMs - changedMs < QUIET_MS ? undefined : changedMs;
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
    watchLosses(this.#connection, {
      lost: () => this.#session?.lost(),
      back: () => this.#session?.catchUp(),
    });
    watchHoles(inject(VenueStore), this.#clock, () => this.#session?.lookForHoles());
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

  /** Loads on towards the present where the chart shows a time further back. */
  loadNewer(): void {
    this.#session?.loadNewer();
  }

  /** The viewer looks there now, and wants to go on looking there in every market and timeframe. */
  lookAt(view: KeptView): void {
    this.#lookAtMs =
      isFollowing(view.position) && this.#session?.window.shown.toMs === undefined ? undefined : view.rightMs;
  }

  /** The viewer goes to the newest bucket; where the chart has only a time further back, it is loaded and gone to. */
  wantNewest(): void {
    this.#lookAtMs = undefined;
    this.#isGoingToNewest = this.#session?.showNewest() === true;
  }

  /** Asks again at once for all that does not work, also for what was refused for good. */
  retry(): void {
    this.#client.retryNow();
    this.#session?.retry();
  }

  candleAt(startMs: number): CandlePoint | undefined {
    return this.#session?.window.candleAt(startMs);
  }

  bucketAt(startMs: number): BucketPoint | undefined {
    return this.#session?.window.bucketAt(startMs);
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
    this.#edition.update((edition) => edition + 1);
    if (view === undefined) return;
    this.#session = new ChartSession(
      {
        source: new ChartSource(this.#client, view),
        clock: this.#clock,
        nowMs: () => this.#serverMs(),
        timeframe: view.timeframe,
        count: candleCountFor(this.#width()),
        troubles: this.#troubles,
      },
      {
        loaded: () => this.#loaded(),
        changed: (candles, buckets) => this.#changes.add(candles, buckets),
        known: () => this.#annotate(),
        holes: (holes) => {
          this.#holes.set(holes);
          this.#observer?.annotate();
        },
        market: (market) => this.#market.set(market),
        lookAtMs: () => this.#lookAtMs,
      },
    );
  }

  #loaded(): void {
    this.#changes.clear();
    this.#edition.update((edition) => edition + 1);
    this.#isLoading.set(false);
    this.#observer?.redraw();
    if (this.#isGoingToNewest) this.#observer?.goTo('newest');
    this.#isGoingToNewest = false;
  }

  #annotate(): void {
    this.#edition.update((edition) => edition + 1);
    this.#observer?.annotate();
  }

  /** The server's clock at this moment, epoch milliseconds: the page's is renewed once a second, and not while it sleeps. */
  #serverMs(): number {
    return untracked(() => this.#clock.nowMs() + this.#now.ms() - this.#now.viewerMs());
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
}
