import { HistogramSeries, LineStyle, type IChartApi } from 'lightweight-charts';
import { amountText } from './axis-text.js';
import { type ChartLook, type DrawnContent } from './chart-drawing.js';
import { type FlowPoint } from './chart-points.js';
import { buysBar, sellsBar } from './flow-series.js';
import { HatchPrimitive, type HatchSource } from './hatch-primitive.js';
import { PaneLabel } from './pane-label.js';
import { secondsOf, type HistogramBar } from './series-points.js';
import { SeriesWriter } from './series-writer.js';

/** What takers bought, upwards from zero, and sold, downwards. */
export class TakersPane {
  readonly #bars;
  readonly #hatch: HatchPrimitive;
  readonly #label: PaneLabel;

  constructor(
    private readonly chart: IChartApi,
    paneIndex: number,
    { colours }: ChartLook,
    hatched: () => HatchSource,
  ) {
    const add = (color: string, barOf: (point: FlowPoint) => HistogramBar) => {
      const series = chart.addSeries(
        HistogramSeries,
        {
          color,
          base: 0,
          lastValueVisible: false,
          priceLineVisible: false,
          priceFormat: { type: 'custom', minMove: 1, formatter: amountText },
        },
        paneIndex,
      );
      return { series, writer: new SeriesWriter<HistogramBar>(series), barOf };
    };
    this.#bars = [add(colours.positive, buysBar), add(colours.negative, sellsBar)] as const;
    const [{ series }] = this.#bars;
    series.priceScale().applyOptions({ scaleMargins: { top: 0.2, bottom: 0.06 } });
    series.createPriceLine({
      price: 0,
      color: colours.line,
      lineWidth: 1,
      lineStyle: LineStyle.Solid,
      axisLabelVisible: false,
    });
    this.#hatch = new HatchPrimitive(hatched);
    series.getPane().attachPrimitive(this.#hatch);
    this.#label = new PaneLabel(series.getPane(), colours);
  }

  set({ flow }: DrawnContent): void {
    for (const { writer, barOf } of this.#bars) writer.set(flow.points.map(barOf));
    this.annotate(flow.label);
  }

  canUpdate({ startMs }: FlowPoint): boolean {
    return this.#bars.every(({ writer }) => writer.canUpdate(secondsOf(startMs)));
  }

  update(point: FlowPoint): void {
    for (const { writer, barOf } of this.#bars) writer.update(barOf(point));
  }

  /** Draws what is not known as it is now, and says whose trades these are. */
  annotate(label: string): void {
    this.#hatch.renew();
    this.#label.say(`Takers: buys up, sells down, USD · ${label}`);
  }

  /** The axis follows what is drawn again, after it was dragged. */
  followAmounts(): void {
    this.#bars[0].series.priceScale().applyOptions({ autoScale: true });
  }

  /** Takes the pane away; the library drops a pane without series. */
  remove(): void {
    this.#label.remove();
    this.#bars[0].series.getPane().detachPrimitive(this.#hatch);
    for (const { series } of this.#bars) this.chart.removeSeries(series);
  }
}
