import {
  ColorType,
  CrosshairMode,
  TickMarkType,
  type CandlestickSeriesPartialOptions,
  type DeepPartial,
  type Time,
  type TimeChartOptions,
} from 'lightweight-charts';
import { bucketText, longestTick, tickText, type TickKind } from './axis-text.js';
import { translucent } from './chart-colours.js';
import { type ChartLook } from './chart-drawing.js';
import { millisecondsOf } from './series-points.js';
import { isIntraday } from './timeframes.js';

const TICK_KINDS: Readonly<Record<TickMarkType, TickKind>> = {
  [TickMarkType.Year]: 'year',
  [TickMarkType.Month]: 'month',
  [TickMarkType.DayOfMonth]: 'day',
  [TickMarkType.Time]: 'time',
  [TickMarkType.TimeWithSeconds]: 'time',
};

// The only times the chart is given are counts of seconds.
const msOf = (time: Time): number => millisecondsOf(Number(time));

/** The chart as the page wants it to look. */
export function chartOptions(look: ChartLook, timeframe: string): DeepPartial<TimeChartOptions> {
  const { colours, zone } = look;
  const intraday = isIntraday(timeframe);
  const grid = { color: translucent(colours.line, 0.5) };
  const cursor = { color: colours.faint, labelBackgroundColor: colours.faint };
  return {
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.text,
      fontFamily: "'IBM Plex Mono', ui-monospace, monospace",
      fontSize: 11,
      // The logo brings a style element of its own, which the page's policy forbids: the page names TradingView itself.
      attributionLogo: false,
      panes: { separatorColor: colours.line, separatorHoverColor: translucent(colours.accent, 0.4) },
    },
    grid: { vertLines: grid, horzLines: grid },
    crosshair: { mode: CrosshairMode.Normal, vertLine: cursor, horzLine: cursor },
    rightPriceScale: { borderColor: colours.line, minimumWidth: 64 },
    timeScale: {
      borderColor: colours.line,
      timeVisible: intraday,
      secondsVisible: false,
      tickMarkMaxCharacterLength: Math.max(8, longestTick(zone, timeframe)),
      tickMarkFormatter: (time: Time, kind: TickMarkType) =>
        tickText(msOf(time), TICK_KINDS[kind], zone, intraday),
    },
    localization: {
      locale: 'en-GB',
      timeFormatter: (time: Time) => bucketText(msOf(time), zone, intraday),
    },
    // A finger that moves up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    kineticScroll: { touch: !look.isMotionReduced, mouse: false },
  };
}

/** Candles: a rising one is hollow, so that colour is not all that tells it from a falling one. */
export function candleOptions({
  colours,
  choices,
  precision,
  minMove,
}: ChartLook): CandlestickSeriesPartialOptions {
  return {
    upColor: colours.surface,
    downColor: colours.negative,
    borderUpColor: colours.positive,
    borderDownColor: colours.negative,
    wickUpColor: colours.positive,
    wickDownColor: colours.negative,
    priceLineVisible: choices.priceLine,
    lastValueVisible: choices.priceLine,
    priceFormat: { type: 'price', precision, minMove },
  };
}
