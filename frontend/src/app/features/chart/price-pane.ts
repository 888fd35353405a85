import {
  CandlestickSeries,
  HistogramSeries,
  MismatchDirection,
  type IChartApi,
  type ISeriesApi,
} from 'lightweight-charts';
import { amountText } from './axis-text.js';
import { type ChartLook } from './chart-drawing.js';
import { candleOptions } from './chart-options.js';
import { type CandlePoint } from './chart-points.js';
import { candleBar, secondsOf, tradedBar, type CandleBar, type HistogramBar } from './series-points.js';
import { SeriesWriter } from './series-writer.js';

/** The upper part of the chart: candles, and at their foot the coins that were traded. It knows nothing of liquidations. */
export class PricePane {
  readonly series: ISeriesApi<'Candlestick'>;
  readonly #traded: ISeriesApi<'Histogram'>;
  readonly #candles: SeriesWriter<CandleBar>;
  readonly #volumes: SeriesWriter<HistogramBar>;
  #look: ChartLook;
  #newest: CandlePoint | undefined;
  #lineColour = '';

  constructor(chart: IChartApi, look: ChartLook) {
    this.#look = look;
    this.#traded = chart.addSeries(HistogramSeries, {
      priceScaleId: 'traded',
      lastValueVisible: false,
      priceLineVisible: false,
      priceFormat: { type: 'custom', minMove: 0.000_001, formatter: amountText },
    });
    this.#traded.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.series = chart.addSeries(CandlestickSeries, candleOptions(look));
    this.series.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.2 } });
    this.#candles = new SeriesWriter<CandleBar>(this.series, (bar) => 'open' in bar);
    this.#volumes = new SeriesWriter<HistogramBar>(this.#traded);
  }

  /** Draws all candles; where one of `times` has none, its place stays empty. */
  set(times: readonly number[], candles: readonly CandlePoint[]): void {
    const known = new Map(candles.map((candle) => [candle.startMs, candle]));
    this.#candles.set(
      times.map((startMs) => {
        const candle = known.get(startMs);
        return candle === undefined ? { time: secondsOf(startMs) } : candleBar(candle);
      }),
    );
    this.#volumes.set(candles.map((candle) => this.#tradedBar(candle)));
    this.#newest = candles.at(-1);
    this.#colourLine();
  }

  canUpdate({ startMs }: CandlePoint): boolean {
    return this.#candles.canUpdate(secondsOf(startMs));
  }

  update(candle: CandlePoint): void {
    this.#candles.update(candleBar(candle));
    this.#volumes.update(this.#tradedBar(candle));
    if (candle.startMs >= (this.#newest?.startMs ?? -Infinity)) this.#newest = candle;
    this.#colourLine();
  }

  look(look: ChartLook): void {
    this.#look = look;
    this.series.applyOptions(candleOptions(look));
    this.#traded.applyOptions({ visible: look.choices.volume });
    this.#colourLine();
  }

  /** The last price at the bar with this index or before it; 0 where none is known. */
  priceAt(index: number): number {
    const bar = this.series.dataByIndex(index, MismatchDirection.NearestLeft);
    return bar !== null && 'close' in bar ? bar.close : 0;
  }

  /** The axis of prices follows them again, after it was dragged. */
  followPrices(): void {
    this.series.priceScale().applyOptions({ autoScale: true });
  }

  #tradedBar(candle: CandlePoint): HistogramBar {
    const { colours } = this.#look;
    return { ...tradedBar(candle, colours), color: isRising(candle) ? colours.tradedUp : colours.tradedDown };
  }

  /** The price line says where the newest candle goes. Left to the library it would take the fill of a hollow one. */
  #colourLine(): void {
    const { positive, negative } = this.#look.colours;
    const colour = this.#newest === undefined || isRising(this.#newest) ? positive : negative;
    if (colour === this.#lineColour) return;
    this.#lineColour = colour;
    this.series.applyOptions({ priceLineColor: colour });
  }
}

function isRising({ open, close }: CandlePoint): boolean {
  return Number(close) >= Number(open);
}
