import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  MismatchDirection,
  type IChartApi,
  type ISeriesApi,
  type MouseEventParams,
} from 'lightweight-charts';
import { amountText } from './axis-text.js';
import { translucent } from './chart-colours.js';
import { type ChartDrawing, type ChartLook, type DrawingOwner } from './chart-drawing.js';
import { candleOptions, chartOptions } from './chart-options.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { HatchPrimitive, type HatchSource } from './hatch-primitive.js';
import { indexAt, isFollowing, restoredPosition, type KeptView } from './kept-view.js';
import { LiquidationPane } from './liquidation-pane.js';
import {
  barTimes,
  candleBar,
  millisecondsOf,
  secondsOf,
  tradedBar,
  type CandleBar,
  type HistogramBar,
} from './series-points.js';
import { SeriesWriter } from './series-writer.js';

/** Older buckets are wanted when fewer than this many are left of the view. */
const READ_AHEAD_BARS = 60;
const RIGHT_MARGIN_BARS = 4;
const BAR_PX = 6;
const MOST_BAR_PX = 120;

/** The chart as lightweight-charts draws it; nothing else knows that library's series and scales. */
export class LightweightDrawing implements ChartDrawing {
  readonly #chart: IChartApi;
  readonly #price: ISeriesApi<'Candlestick'>;
  readonly #traded: ISeriesApi<'Histogram'>;
  readonly #candles: SeriesWriter<CandleBar>;
  readonly #volumes: SeriesWriter<HistogramBar>;
  readonly #hatch = new HatchPrimitive(() => this.#hatched());
  #liquidations: LiquidationPane | undefined;
  #look: ChartLook;
  /** Start of every bar, ascending, epoch milliseconds. */
  #times: number[] = [];
  #timeframe: string | undefined;
  #pointedMs: number | undefined;
  /** Bars between the newest one and the right edge, as it was when the chart was last seen. */
  #position = RIGHT_MARGIN_BARS;

  constructor(
    element: HTMLElement,
    private readonly owner: DrawingOwner,
    look: ChartLook,
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
    this.#traded = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'traded',
      lastValueVisible: false,
      priceLineVisible: false,
      priceFormat: { type: 'custom', minMove: 0.000_001, formatter: amountText },
    });
    this.#traded.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#price = this.#chart.addSeries(CandlestickSeries, candleOptions(look));
    this.#price.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.2 } });
    this.#price.getPane().attachPrimitive(this.#hatch);
    this.#candles = new SeriesWriter<CandleBar>(this.#price, (bar) => 'open' in bar);
    this.#volumes = new SeriesWriter<HistogramBar>(this.#traded);
    this.look(look);
    this.#followScale();
    this.#chart.subscribeCrosshairMove((event) => this.#point(event));
  }

  redraw(): void {
    const content = this.owner.content();
    const view = this.#view();
    const candles = new Map(content.candles.map((candle) => [candle.startMs, candle]));
    this.#times = [...barTimes(content)];
    this.#chart.applyOptions(chartOptions(this.#look, content.timeframe));
    this.#candles.set(
      this.#times.map((startMs) => {
        const candle = candles.get(startMs);
        return candle === undefined ? { time: secondsOf(startMs) } : candleBar(candle);
      }),
    );
    this.#volumes.set(content.candles.map((candle) => tradedBar(candle, this.#look.colours)));
    this.#liquidations?.set(content.buckets);
    this.#timeframe = content.timeframe;
    this.annotate();
    if (view === undefined || this.#times.length === 0) return;
    this.#position = restoredPosition(view, content.timeframe, this.#times);
    this.#chart.timeScale().scrollToPosition(this.#position, false);
  }

  update(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    const isPossible =
      candles.every(({ startMs }) => this.#candles.canUpdate(secondsOf(startMs))) &&
      buckets.every((bucket) => this.#liquidations?.canUpdate(bucket) !== false) &&
      [...candles, ...buckets].every(({ startMs }) => this.#hasPlace(startMs));
    if (!isPossible) {
      this.redraw();
      return;
    }
    for (const candle of candles) {
      this.#candles.update(candleBar(candle));
      this.#volumes.update(tradedBar(candle, this.#look.colours));
    }
    for (const bucket of buckets) this.#liquidations?.update(bucket);
    const last = this.#times.at(-1) ?? -Infinity;
    const added = [...candles, ...buckets].map(({ startMs }) => startMs).filter((startMs) => startMs > last);
    this.#times.push(...[...new Set(added)].sort((a, b) => a - b));
  }

  annotate(): void {
    const { averages } = this.owner.content();
    this.#hatch.renew();
    this.#liquidations?.annotate(averages);
  }

  look(look: ChartLook): void {
    const before = this.#look;
    this.#look = look;
    const { timeframe } = this.owner.content();
    this.#chart.applyOptions(chartOptions(look, timeframe));
    this.#price.applyOptions(candleOptions(look));
    this.#traded.applyOptions({ visible: look.choices.volume });
    // Bars carry their colours: they are made anew with them.
    const isShown = this.#liquidations !== undefined;
    const isSame =
      before.colours === look.colours &&
      before.choices.net === look.choices.net &&
      before.choices.average === look.choices.average &&
      isShown === look.choices.liquidations;
    if (isSame) return;
    const heights = this.#chart.panes().map((pane) => pane.getStretchFactor());
    this.#liquidations?.remove();
    this.#liquidations = undefined;
    if (look.choices.liquidations) {
      this.#liquidations = new LiquidationPane(this.#chart, 1, look, () => this.#hatched());
      const [price = 2.2, liquidations = 1] = isShown ? heights : [];
      this.#chart.panes()[0]?.setStretchFactor(price);
      this.#chart.panes()[1]?.setStretchFactor(liquidations);
    }
    if (this.#timeframe !== undefined) this.redraw();
  }

  step(steps: number): void {
    const scale = this.#chart.timeScale();
    const from =
      this.#pointedMs === undefined
        ? indexAt(this.#times, this.#view()?.rightMs ?? Infinity)
        : indexAt(this.#times, this.#pointedMs) + steps;
    const index = Math.min(this.#times.length - 1, Math.max(0, from));
    const startMs = this.#times[index];
    if (startMs === undefined) return;
    const x = scale.timeToCoordinate(secondsOf(startMs)) ?? 0;
    if (x < 0 || x > scale.width()) scale.scrollToPosition(index - this.#times.length + 1, false);
    const level = this.#price.dataByIndex(index, MismatchDirection.NearestLeft);
    const price = level !== null && 'close' in level ? level.close : 0;
    this.#chart.setCrosshairPosition(price, secondsOf(startMs), this.#price);
    this.#pointedMs = startMs;
    const y = this.#price.priceToCoordinate(price) ?? 0;
    this.owner.pointed({ startMs, x: scale.timeToCoordinate(secondsOf(startMs)) ?? 0, y });
  }

  unpoint(): void {
    this.#chart.clearCrosshairPosition();
    this.#pointedMs = undefined;
    this.owner.pointed(undefined);
  }

  zoom(factor: number): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
  }

  goTo(end: 'oldest' | 'newest'): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const width = range === null ? 0 : range.to - range.from;
    scale.scrollToPosition(
      end === 'newest' ? RIGHT_MARGIN_BARS : Math.min(0, width - this.#times.length),
      false,
    );
  }

  destroy(): void {
    this.#chart.remove();
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
    const right = Math.min(last, Math.max(0, Math.floor(last + this.#position)));
    return {
      timeframe: this.#timeframe,
      position: this.#position,
      lastMs,
      rightMs: this.#times[right] ?? lastMs,
    };
  }

  #followScale(): void {
    const scale = this.#chart.timeScale();
    scale.subscribeVisibleLogicalRangeChange((range) => {
      if (range === null || scale.width() === 0) return;
      this.#position = scale.scrollPosition();
      this.owner.following(isFollowing(this.#position));
      if (range.from < READ_AHEAD_BARS) this.owner.reachedStart();
    });
    let wasHidden = true;
    scale.subscribeSizeChange((width) => {
      // Without a width every bar is pushed out of sight, and the library would leave them there.
      if (wasHidden && width > 0) scale.scrollToPosition(this.#position, false);
      wasHidden = width === 0;
    });
  }

  #hatched(): HatchSource {
    return {
      ranges: this.owner.content().hatched,
      times: this.#times,
      colour: translucent(this.#look.colours.text, 0.28),
    };
  }

  #point({ time, point }: MouseEventParams): void {
    if (time === undefined || point === undefined) {
      this.#pointedMs = undefined;
      this.owner.pointed(undefined);
      return;
    }
    const startMs = millisecondsOf(Number(time));
    this.#pointedMs = startMs;
    this.owner.pointed({ startMs, x: point.x, y: point.y });
  }
}
