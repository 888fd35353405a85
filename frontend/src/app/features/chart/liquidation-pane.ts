import {
  HistogramSeries,
  LineStyle,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
} from 'lightweight-charts';
import { amountText, signedAmountText } from './axis-text.js';
import { type ChartLook } from './chart-drawing.js';
import { type BucketPoint } from './chart-points.js';
import { HatchPrimitive, type HatchSource } from './hatch-primitive.js';
import { type SideAverages } from './series-maths.js';
import { longsBar, netBar, secondsOf, shortsBar, type HistogramBar } from './series-points.js';
import { SeriesWriter } from './series-writer.js';

type Histogram = ISeriesApi<'Histogram'>;

/** One histogram with what turns a bucket into its bar. */
interface Bars {
  readonly series: Histogram;
  readonly writer: SeriesWriter<HistogramBar>;
  readonly barOf: (bucket: BucketPoint) => HistogramBar;
}

/** The lower part of the chart: liquidations around zero, on a scale of their own; either both sides or their difference. */
export class LiquidationPane {
  readonly #bars: readonly Bars[];
  readonly #hatch: HatchPrimitive;
  #averages: readonly IPriceLine[] = [];

  constructor(
    private readonly chart: IChartApi,
    paneIndex: number,
    private readonly look: ChartLook,
    hatched: () => HatchSource,
  ) {
    const { colours, choices } = look;
    const add = (colour: string, barOf: Bars['barOf']): Bars => {
      const series = chart.addSeries(
        HistogramSeries,
        {
          color: colour,
          base: 0,
          lastValueVisible: false,
          priceLineVisible: false,
          priceFormat: {
            type: 'custom',
            minMove: 1,
            formatter: choices.net ? signedAmountText : amountText,
          },
        },
        paneIndex,
      );
      return { series, writer: new SeriesWriter<HistogramBar>(series), barOf };
    };
    this.#bars = choices.net
      ? [add(colours.positive, (bucket) => netBar(bucket, colours))]
      : [add(colours.positive, shortsBar), add(colours.negative, longsBar)];
    this.#bars[0]?.series.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.08 } });
    this.#bars[0]?.series.createPriceLine({
      price: 0,
      color: colours.line,
      lineWidth: 1,
      lineStyle: LineStyle.Solid,
      axisLabelVisible: false,
    });
    this.#hatch = new HatchPrimitive(hatched);
    this.#bars[0]?.series.getPane().attachPrimitive(this.#hatch);
  }

  set(buckets: readonly BucketPoint[]): void {
    for (const { writer, barOf } of this.#bars) writer.set(buckets.map(barOf));
  }

  canUpdate(bucket: BucketPoint): boolean {
    return this.#bars.every(({ writer }) => writer.canUpdate(secondsOf(bucket.startMs)));
  }

  update(bucket: BucketPoint): void {
    for (const { writer, barOf } of this.#bars) writer.update(barOf(bucket));
  }

  /** Draws averages and hatched stretches as they are now. A difference has no averages of its sides. */
  annotate(averages: SideAverages | undefined): void {
    this.#hatch.renew();
    const { choices } = this.look;
    const levels =
      averages === undefined || !choices.average || choices.net
        ? []
        : [averages.shortsUsd, -averages.longsUsd].filter((level) => level !== 0);
    if (levels.length === this.#averages.length) {
      levels.forEach((price, index) => this.#averages[index]?.applyOptions({ price }));
      return;
    }
    const series = this.#bars[0]?.series;
    for (const line of this.#averages) series?.removePriceLine(line);
    this.#averages = levels.flatMap((price) => {
      const line = series?.createPriceLine({
        price,
        color: this.look.colours.text,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: false,
      });
      return line === undefined ? [] : [line];
    });
  }

  /** The axis of amounts follows them again, after it was dragged. */
  followAmounts(): void {
    this.#bars[0]?.series.priceScale().applyOptions({ autoScale: true });
  }

  /** Takes the pane away; the library drops a pane without series. */
  remove(): void {
    this.#bars[0]?.series.getPane().detachPrimitive(this.#hatch);
    for (const { series } of this.#bars) this.chart.removeSeries(series);
  }
}
