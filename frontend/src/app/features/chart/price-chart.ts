import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { Copier } from '../../core/copier.js';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { Shortcuts } from '../../core/shortcuts.js';
import { Connection } from '../../graphql/connection.js';
import { Pane, type PaneState } from '../../ui/pane.js';
import { SystemStore } from '../system/system-store.js';
import { VenueStore } from '../venues/venue-store.js';
import { BarTable } from './bar-table.js';
import { ChosenParts } from './chart-choices.js';
import { DRAW_CHART, type ChartDrawing, type DrawingOwner, type PointedPlace } from './chart-drawing.js';
import { chartKeyAction, type ChartKeeper } from './chart-keys.js';
import { ChartLegend } from './chart-legend.js';
import { ChartLooks } from './chart-look.js';
import { ChartNotes } from './chart-notes.js';
import { FlowStore } from './flow-store.js';
import { chartState } from './chart-state.js';
import { ChartStore } from './chart-store.js';
import { chartSummary } from './chart-summary.js';
import { ChartTools } from './chart-tools.js';
import { ChartTooltip } from './chart-tooltip.js';
import { FullScreen } from './full-screen.js';
import { isHatched } from './hatch-ranges.js';
import { TableSwitch } from './table-switch.js';
import { isIntraday } from './timeframes.js';
import { tooltipSentence, tooltipView } from './tooltip-text.js';

const SUMMARY_EVERY_MS = 10_000;
/** What draws could not be loaded: it is tried again after so long. */
const BEGIN_AGAIN_MS = 3_000;

/** Candles and, below them on the same axis, the liquidations of each bucket. */
@Component({
  selector: 'of-price-chart',
  imports: [BarTable, ChartLegend, ChartNotes, ChartTools, ChartTooltip, Pane],
  templateUrl: './price-chart.html',
  host: { class: 'price-chart' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PriceChart implements ChartKeeper {
  readonly #settings = inject(Settings);
  readonly #address = inject(PageAddress);
  readonly #venues = inject(VenueStore);
  readonly #parts = inject(ChosenParts);
  readonly #connection = inject(Connection);
  readonly #draw = inject(DRAW_CHART);
  readonly #clock = injectClock();
  readonly #destroyRef = inject(DestroyRef);
  readonly #looks = new ChartLooks();
  readonly #fullScreen = new FullScreen(
    inject<ElementRef<HTMLElement>>(ElementRef).nativeElement,
    this.#destroyRef,
  );
  protected readonly host = viewChild.required<ElementRef<HTMLElement>>('host');
  readonly #drawing = signal<ChartDrawing | undefined>(undefined);
  readonly #undrawnSinceMs = signal<number | undefined>(undefined);
  #cancelBegin: () => void = () => undefined;
  readonly #wasShown = signal(false);
  readonly #pointed = signal<PointedPlace | undefined>(undefined);
  readonly #flow = inject(FlowStore);
  protected readonly store = inject(ChartStore);
  protected readonly simulated = inject(SystemStore).simulated;

  protected readonly choices = this.#parts.choices;
  protected readonly isFollowing = signal(true);
  protected readonly spoken = signal('');
  protected readonly summary = signal('');

  protected readonly isFull = this.#fullScreen.isOn;
  protected readonly copied = inject(Copier).message;
  protected readonly table = new TableSwitch();

  /** Whose prices these are, and what the bars are of where that is not everything. */
  protected readonly sourceText = computed(() => {
    const { venues, side, minUsd } = this.#address.view();
    const prices = this.store.candleVenue();
    const names = venues.map((venue) => this.#venues.nameOf(venue)).join(', ');
    return [
      prices === undefined ? '' : `prices: ${this.#venues.nameOf(prices)}`,
      names === '' ? '' : `liquidations: ${names}`,
      side !== undefined || minUsd !== undefined ? 'both sides, any size' : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
  });

  protected readonly state = computed<PaneState>(() =>
    chartState({
      isLoading: this.store.isLoading(),
      hasPoints: this.store.pointCount() > 0,
      wasShown: this.#wasShown(),
      troubles: this.store.troubles(),
      undrawnSinceMs: this.#undrawnSinceMs(),
      lostSinceMs: this.#connection.lostSinceMs(),
      quietSinceMs: this.store.quietSinceMs(),
    }),
  );
  protected readonly tooltip = computed(() => {
    const place = this.#pointed();
    // What is still drawn while another market is on its way is not that market's.
    if (place === undefined || this.store.isLoading()) return undefined;
    const { timeframe, hatched } = this.store.content();
    const { startMs } = place;
    return {
      ...tooltipView({
        startMs,
        candle: this.store.candleAt(startMs),
        bucket: this.store.bucketAt(startMs),
        isHatched: isHatched(hatched, startMs),
        flow: this.#flow.isWanted()
          ? { point: this.#flow.at(startMs), isHatched: isHatched(this.#flow.content().hatched, startMs) }
          : undefined,
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
      const look = this.#looks.look();
      if (look !== undefined) untracked(() => this.#drawing()?.look(look));
    });
    effect(() => {
      const isLoading = this.store.isLoading();
      untracked(() => {
        if (isLoading) this.#forgetPlace();
        else this.#wasShown.set(true);
        this.#summarise();
      });
    });
    this.#destroyRef.onDestroy(this.#clock.every(SUMMARY_EVERY_MS, () => this.#summarise()));
    this.#destroyRef.onDestroy(() => this.#cancelBegin());
    afterNextRender(() => void this.#begin());
  }

  protected press(event: KeyboardEvent): void {
    const drawing = this.#drawing();
    const action = chartKeyAction(event);
    if (action === undefined || drawing === undefined || this.store.isLoading()) return;
    event.preventDefault();
    action(drawing, this);
    const place = this.tooltip();
    this.spoken.set(place === undefined ? '' : tooltipSentence(place));
  }

  protected retry(): void {
    this.store.retry();
    if (this.#undrawnSinceMs() === undefined) return;
    this.#cancelBegin();
    void this.#begin();
  }

  protected leave(): void {
    this.#drawing()?.unpoint();
  }

  protected showNewest(): void {
    this.#drawing()?.goTo('newest');
  }

  protected reset(): void {
    this.#drawing()?.reset();
  }

  protected switchFull(): void {
    this.#fullScreen.toggle();
  }

  growLiquidations(by: number): void {
    if (!this.choices().liquidations) return;
    this.#parts.share({ liquidations: this.#parts.shares().liquidations + by });
  }

  /** Lists the bars in view; while the newest is among them, those that come too. */
  openTable(): void {
    const span = this.store.isLoading() ? undefined : this.#drawing()?.inView();
    if (span === undefined) return;
    this.table.open(this.isFollowing() ? { ...span, lastMs: Infinity } : span, this.#pointed()?.startMs);
  }

  async #begin(): Promise<void> {
    const element = this.host().nativeElement;
    this.#looks.readFrom(element);
    const look = this.#looks.look();
    if (look === undefined) return;
    let drawing: ChartDrawing;
    try {
      drawing = await this.#draw(element, this.#owner(), look);
    } catch {
      this.#beginLater();
      return;
    }
    this.#undrawnSinceMs.set(undefined);
    const ends = [this.store.observe(drawing), this.#flow.observe(drawing)];
    this.#drawing.set(drawing);
    const newest = this.#looks.look();
    if (newest !== undefined && newest !== look) drawing.look(newest);
    const end = () => {
      for (const unobserve of ends) unobserve();
      drawing.destroy();
    };
    // The page may have gone while the library was on its way.
    if (this.#destroyRef.destroyed) end();
    else this.#destroyRef.onDestroy(end);
  }

  /** The server was lost while the library that draws was on its way. */
  #beginLater(): void {
    if (this.#destroyRef.destroyed) return;
    this.#undrawnSinceMs.update((sinceMs) => sinceMs ?? this.#clock.nowMs());
    this.#cancelBegin = this.#clock.after(BEGIN_AGAIN_MS, () => void this.#begin());
  }

  #owner(): DrawingOwner {
    return {
      content: () => untracked(() => ({ ...this.store.content(), flow: this.#flow.content() })),
      pointed: (place) => this.#pointed.set(place),
      reachedStart: () => this.store.loadOlder(),
      reachedEnd: () => this.store.loadNewer(),
      looked: (view) => this.store.lookAt(view),
      wantsNewest: () => this.store.wantNewest(),
      following: (isFollowing) => this.isFollowing.set(isFollowing),
      split: (shares) => this.#parts.share(shares),
    };
  }

  #registerKeys(shortcuts: Shortcuts): void {
    const keys = [
      { key: '0', label: 'Reset the zoom of the chart', run: () => this.reset() },
      { key: 't', label: 'Chart as table, and back', run: () => this.switchTable() },
      { key: 'f', label: 'Chart on the full screen, and back', run: () => this.switchFull() },
    ];
    for (const key of keys) shortcuts.register(key, this.#destroyRef);
  }

  protected switchTable(): void {
    if (this.table.span() === undefined) this.openTable();
    else this.table.close();
  }

  /** Another market or timeframe is on its way: nothing of the one before is pointed at or listed. */
  #forgetPlace(): void {
    this.#pointed.set(undefined);
    this.#drawing()?.unpoint();
    this.table.close();
  }

  #summarise(): void {
    const symbol = untracked(this.store.symbol) ?? '';
    const flow = untracked(() => (this.#flow.isWanted() ? this.#flow.content() : undefined));
    this.summary.set(
      chartSummary(symbol, untracked(this.store.content), untracked(this.#settings.zone), flow),
    );
  }
}
