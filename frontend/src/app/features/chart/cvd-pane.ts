import { LineSeries, LineStyle, type IChartApi, type ISeriesApi } from 'lightweight-charts';
import { signedAmountText } from './axis-text.js';
import { type ChartLook, type DrawnContent } from './chart-drawing.js';
import { type FlowPoint } from './chart-points.js';
import { cvdBar, isDaily, type CvdBar } from './flow-series.js';
import { HatchPrimitive, type HatchSource } from './hatch-primitive.js';
import { type HatchRange } from './hatch-ranges.js';
import { PaneLabel } from './pane-label.js';
import { secondsOf } from './series-points.js';
import { SeriesWriter } from './series-writer.js';

/** The sum of what takers bought minus what they sold, from 00:00 UTC on: a line for each day. */
export class CvdPane {
  readonly #series: ISeriesApi<'Line'>;
  readonly #writer: SeriesWriter<CvdBar>;
  readonly #hatch: HatchPrimitive;
  readonly #label: PaneLabel;
  #timeframe = '';
  #hatched: readonly HatchRange[] = [];
  #last: FlowPoint | undefined;

  constructor(
    private readonly chart: IChartApi,
    paneIndex: number,
    private readonly look: ChartLook,
    hatched: () => HatchSource,
  ) {
    const { colours } = look;
    this.#series = chart.addSeries(
      LineSeries,
      {
        color: colours.accent,
        lineWidth: 2,
        lastValueVisible: true,
        priceLineVisible: false,
        crosshairMarkerVisible: false,
        priceFormat: { type: 'custom', minMove: 1, formatter: signedAmountText },
      },
      paneIndex,
    );
    this.#series.priceScale().applyOptions({ scaleMargins: { top: 0.24, bottom: 0.1 } });
    this.#series.createPriceLine({
      price: 0,
      color: colours.line,
      lineWidth: 1,
      lineStyle: LineStyle.Solid,
      axisLabelVisible: false,
    });
    this.#writer = new SeriesWriter<CvdBar>(this.#series);
    this.#hatch = new HatchPrimitive(hatched);
    this.#series.getPane().attachPrimitive(this.#hatch);
    this.#label = new PaneLabel(this.#series.getPane(), colours);
  }

  set({ timeframe, flow }: DrawnContent): void {
    const { points, hatched, label } = flow;
    this.#timeframe = timeframe;
    this.#hatched = hatched;
    this.#last = points.at(-1);
    this.#series.applyOptions({ pointMarkersVisible: isDaily(timeframe) });
    this.#writer.set(points.map((point, at) => this.#bar(point, points[at + 1])));
    this.annotate(label, hatched);
  }

  canUpdate({ startMs }: FlowPoint): boolean {
    return this.#writer.canUpdate(secondsOf(startMs));
  }

  update(point: FlowPoint, next: FlowPoint | undefined): void {
    const last = this.#last;
    // Only now is known whether the line goes on from the one before.
    if (last !== undefined && point.startMs > last.startMs) this.#writer.update(this.#bar(last, point));
    this.#writer.update(this.#bar(point, next));
    if (point.startMs >= (last?.startMs ?? -Infinity)) this.#last = point;
  }

  /** Draws what is not known as it is now, and says whose trades these are and whether the newest sum is whole. */
  annotate(label: string, hatched: readonly HatchRange[]): void {
    this.#hatched = hatched;
    this.#hatch.renew();
    const partial = this.#last?.isCvdPartial === true ? ' · incomplete, so grey' : '';
    this.#label.say(`CVD from 00:00 UTC, USD${partial} · ${label}`);
  }

  /** The axis follows what is drawn again, after it was dragged. */
  followAmounts(): void {
    this.#series.priceScale().applyOptions({ autoScale: true });
  }

  /** Takes the pane away; the library drops a pane without series. */
  remove(): void {
    this.#label.remove();
    this.#series.getPane().detachPrimitive(this.#hatch);
    this.chart.removeSeries(this.#series);
  }

  #bar(point: FlowPoint, next: FlowPoint | undefined): CvdBar {
    const { accent, faint } = this.look.colours;
    return cvdBar(point, next, {
      timeframe: this.#timeframe,
      hatched: this.#hatched,
      colours: { whole: accent, partial: faint },
    });
  }
}
