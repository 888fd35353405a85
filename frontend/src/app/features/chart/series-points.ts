import {
  type CandlestickData,
  type HistogramData,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { type ChartColours, translucent } from './chart-colours.js';
import { type ChartContent, type FlowContent } from './chart-drawing.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { bucketStarts } from './timeframes.js';

/** The most bars between the oldest and the newest one. */
const MAX_BARS = 20_000;

/** The library counts seconds. */
export const secondsOf = (startMs: number): UTCTimestamp => (startMs / 1_000) as UTCTimestamp;
export const millisecondsOf = (seconds: number): number => seconds * 1_000;

export type CandleBar = CandlestickData<UTCTimestamp> | WhitespaceData<UTCTimestamp>;
export type HistogramBar = HistogramData<UTCTimestamp>;

/**
 * Start of every bar, ascending: each bucket from the oldest to the newest point, so that time runs evenly where nothing
 * is known, and whatever point a server puts elsewhere.
 */
export function barTimes(
  { timeframe, candles, buckets }: Pick<ChartContent, 'timeframe' | 'candles' | 'buckets'>,
  flow?: Pick<FlowContent, 'points'>,
): readonly number[] {
  const known = [...candles, ...buckets, ...(flow?.points ?? [])].map(({ startMs }) => startMs);
  if (known.length === 0) return [];
  const [first, last] = [
    known.reduce((least, ms) => Math.min(least, ms), Infinity),
    known.reduce((most, ms) => Math.max(most, ms), -Infinity),
  ];
  return [...new Set([...bucketStarts(timeframe, first, last, MAX_BARS), ...known])].sort((a, b) => a - b);
}

export function candleBar({ startMs, open, high, low, close }: CandlePoint): CandlestickData<UTCTimestamp> {
  return {
    time: secondsOf(startMs),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  };
}

/** Coins traded, in the colour of where the price went. */
export function tradedBar(
  { startMs, open, close, volume }: CandlePoint,
  colours: ChartColours,
): HistogramBar {
  const colour = Number(close) >= Number(open) ? colours.positive : colours.negative;
  return { time: secondsOf(startMs), value: Number(volume), color: translucent(colour, 0.28) };
}

/** Shorts liquidated, upwards. */
export function shortsBar({ startMs, shortsUsd }: BucketPoint): HistogramBar {
  return { time: secondsOf(startMs), value: Number(shortsUsd) };
}

/** Longs liquidated, downwards. */
export function longsBar({ startMs, longsUsd }: BucketPoint): HistogramBar {
  return { time: secondsOf(startMs), value: -Number(longsUsd) };
}

/** Shorts minus longs, in the colour of the side that lost more. */
export function netBar({ startMs, netUsd }: BucketPoint, colours: ChartColours): HistogramBar {
  const value = Number(netUsd);
  return { time: secondsOf(startMs), value, color: value >= 0 ? colours.positive : colours.negative };
}
