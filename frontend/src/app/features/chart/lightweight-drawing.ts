import { createChart, type IChartApi } from 'lightweight-charts';
import { type Clock } from '../../core/clock.js';
import { BarPointer } from './bar-pointer.js';
import { type BucketSpan, type ChartDrawing, type ChartLook, type DrawingOwner } from './chart-drawing.js';
import { chartOptions } from './chart-options.js';
import { type BucketPoint, type CandlePoint, type FlowPoint } from './chart-points.js';
import {
  indexAt,
  isFollowing,
  restoredPosition,
  rightmostBar,
  ViewMemory,
  type KeptView,
} from './kept-view.js';
import { LowerPanes } from './lower-panes.js';
import { PaneSplit } from './pane-split.js';
import { PricePane } from './price-pane.js';
import { barTimes } from './series-points.js';
import { barsInView } from './visible-range.js';

/** Older buckets are wanted when fewer than this many are left of the view. */
const READ_AHEAD_BARS = 60;
const RIGHT_MARGIN_BARS = 4;
const BAR_PX = 6;
const MOST_BAR_PX = 120;

/** The chart as lightweight-charts draws it; nothing else knows that library's series and scales. */
export class LightweightDrawing implements ChartDrawing {
  readonly #chart: IChartApi;
  readonly #prices: PricePane;
  readonly #pointer: BarPointer;
  readonly #split: PaneSplit;
  readonly #lower: LowerPanes;
  #look: ChartLook;
  /** Start of every bar, ascending, epoch milliseconds. */
  #times: number[] = [];
  #timeframe: string | undefined;
  /** Bars between the newest one and the right edge, as it was when the chart was last seen. */
  #position = RIGHT_MARGIN_BARS;
  readonly #memory = new ViewMemory();
  /** Ends the wait for the scale to take its new place; undefined while it stands where it should. */
  #settling: (() => void) | undefined;

  constructor(
    element: HTMLElement,
    private readonly owner: DrawingOwner,
    look: ChartLook,
    private readonly clock: Clock,
  ) {
    this.#look = look;
    this.#chart = createChart(element, {
      ...chartOptions(look, owner.content().timeframe),
      autoSize: true,
    });
    this.#chart.timeScale().applyOptions({
      rightOffset: RIGHT_MARGIN_BARS,
      barSpacing: BAR_PX,
      minBarSpacing: 1,
      // Left out it would follow the width, and an element without one would squeeze every bar for good.
      maxBarSpacing: MOST_BAR_PX,
    });
    this.#prices = new PricePane(this.#chart, look);
    this.#lower = new LowerPanes(
      this.#chart,
      () => owner.content(),
      () => this.#times,
    );
    this.#pointer = new BarPointer(this.#chart, this.#prices, owner, clock, () => this.#times);
    this.#split = new PaneSplit(this.#chart, element, (shares) => owner.split(shares));
    this.look(look);
    this.#followScale();
  }

  redraw(): void {
    const content = this.owner.content();
    const view = this.#memory.chosen ?? this.#view();
    this.#settle();
    if (content.timeframe !== this.#timeframe) this.#pointer.clear();
    this.#times = [...barTimes(content, content.flow)];
    this.#chart.applyOptions(chartOptions(this.#look, content.timeframe));
    this.#prices.set(this.#times, content.candles);
    this.#lower.set(content);
    this.#timeframe = content.timeframe;
    this.annotate();
    if (view !== undefined && this.#times.length > 0) {
      this.#position = restoredPosition(view, content.timeframe, this.#times);
      this.#chart.timeScale().scrollToPosition(this.#position, false);
    }
    this.#memory.restored(this.#view());
    // Once more: the library asked for its frame only now, and must come first.
    this.#settle();
    this.#pointer.keep();
  }

  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    const isPossible =
      candles.every((candle) => this.#prices.canUpdate(candle)) &&
      buckets.every((bucket) => this.#lower.canUpdate(bucket)) &&
      [...candles, ...buckets].every(({ startMs }) => this.#hasPlace(startMs));
    if (!isPossible) {
      this.redraw();
      return;
    }
    this.#append([...candles, ...buckets]);
    for (const candle of candles) this.#prices.update(candle);
    for (const bucket of buckets) this.#lower.update(bucket);
    this.#pointer.keep();
  }

  updateFlow(points: readonly FlowPoint[]): void {
    if (this.#timeframe === undefined || !this.#lower.hasFlow) return;
    const isPossible = points.every(
      (point) => this.#lower.canUpdateFlow(point) && this.#hasPlace(point.startMs),
    );
    // Without a point it is another market, and what is drawn is not its.
    if (!isPossible || this.owner.content().flow.points.length === 0) {
      this.redraw();
      return;
    }
    this.#append(points);
    this.#lower.updateFlow(points);
    this.#pointer.keep();
  }

  annotate(): void {
    this.#lower.annotate();
  }

  look(look: ChartLook): void {
    this.#look = look;
    const { timeframe } = this.owner.content();
    this.#chart.applyOptions(chartOptions(look, timeframe));
    this.#prices.look(look);
    if (this.#lower.look(look) && this.#timeframe !== undefined) this.redraw();
    this.#split.set(look.shares, this.#lower.shown);
  }

  step(steps: number): void {
    this.#pointer.step(steps, this.#view()?.rightMs ?? Infinity);
  }

  unpoint(): void {
    this.#pointer.clear();
  }

  zoom(factor: number): void {
    this.#pointer.zoom(factor);
  }

  reset(): void {
    this.#chart.timeScale().resetTimeScale();
    this.#prices.followPrices();
    this.#lower.followAmounts();
    this.#pointer.keep();
    this.owner.wantsNewest();
  }

  goTo(end: 'oldest' | 'newest'): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const width = range === null ? 0 : range.to - range.from;
    scale.scrollToPosition(
      end === 'newest' ? RIGHT_MARGIN_BARS : Math.min(0, width - this.#times.length),
      false,
    );
    this.#pointer.keep();
    if (end === 'newest') this.owner.wantsNewest();
  }

  inView(): BucketSpan | undefined {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    return range === null ? undefined : barsInView(range, this.#times);
  }

  destroy(): void {
    this.#settling?.();
    this.#pointer.destroy();
    this.#split.destroy();
    this.#chart.remove();
  }

  /**
   * Before they are drawn: the second series that takes a new bar has the library tell what is in view at once, where the
   * last digits differ, and a place reckoned from one bar too few would be kept as the viewer's choice.
   */
  #append(points: readonly { readonly startMs: number }[]): void {
    const last = this.#times.at(-1) ?? -Infinity;
    const added = points.map(({ startMs }) => startMs).filter((startMs) => startMs > last);
    this.#times.push(...[...new Set(added)].sort((a, b) => a - b));
  }

  /** Bars are appended or changed in place; one between two others moves all that follow. */
  #hasPlace(startMs: number): boolean {
    return (
      startMs > (this.#times.at(-1) ?? -Infinity) || this.#times[indexAt(this.#times, startMs)] === startMs
    );
  }

  #view(): KeptView | undefined {
    const last = this.#times.length - 1;
    const lastMs = this.#times[last];
    if (lastMs === undefined || this.#timeframe === undefined) return undefined;
    const right = rightmostBar(this.#position, this.#times.length);
    return {
      timeframe: this.#timeframe,
      position: this.#position,
      rightMs: this.#times[right] ?? lastMs,
    };
  }

  /** The scale moves with the next frame; until then it stands somewhere among the new bars. */
  #settle(): void {
    this.#settling?.();
    this.#settling = this.clock.beforePaint(() => {
      this.#settling = undefined;
      this.#tellRange();
    });
  }

  /** Tells the owner what is in view. */
  #tellRange(): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null || scale.width() === 0 || this.#settling !== undefined) return;
    this.#position = scale.scrollPosition();
    this.owner.following(isFollowing(this.#position));
    const view = this.#view();
    if (view !== undefined && this.#memory.seen(view)) this.owner.looked(view);
    if (range.from < READ_AHEAD_BARS) this.owner.reachedStart();
    if (range.to > this.#times.length - READ_AHEAD_BARS) this.owner.reachedEnd();
  }

  #followScale(): void {
    const scale = this.#chart.timeScale();
    scale.subscribeVisibleLogicalRangeChange(() => this.#tellRange());
    let wasHidden = true;
    scale.subscribeSizeChange((width) => {
      // Without a width every bar is pushed out of sight, and the library would leave them there.
      if (wasHidden && width > 0) scale.scrollToPosition(this.#position, false);
      wasHidden = width === 0;
    });
  }
}
