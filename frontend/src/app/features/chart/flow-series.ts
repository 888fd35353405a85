import { type LineData, type UTCTimestamp } from 'lightweight-charts';
import { type FlowPoint } from './chart-points.js';
import { type HatchRange, isHatched } from './hatch-ranges.js';
import { secondsOf, type HistogramBar } from './series-points.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

const DAY_MS = 86_400_000;
/** The library joins all points of a line; what must not be seen is drawn in no colour. */
const UNSEEN = 'rgba(0, 0, 0, 0)';

/** A point of the sum over the day; its colour is that of the line from it to the next one. */
export type CvdBar = LineData<UTCTimestamp>;

/** What a line is drawn in: where the sum is whole, and where something of the day is missing from it. */
export interface CvdColours {
  readonly whole: string;
  readonly partial: string;
}

/** What takers bought, upwards. */
export function buysBar({ startMs, buysUsd }: FlowPoint): HistogramBar {
  return { time: secondsOf(startMs), value: Number(buysUsd) };
}

/** What takers sold, downwards. */
export function sellsBar({ startMs, sellsUsd }: FlowPoint): HistogramBar {
  return { time: secondsOf(startMs), value: -Number(sellsUsd) };
}

/** A point of the line. The line ends with the day, and where trades before the next point are not known. */
export function cvdBar(
  point: FlowPoint,
  next: FlowPoint | undefined,
  context: {
    readonly timeframe: string;
    readonly hatched: readonly HatchRange[];
    readonly colours: CvdColours;
  },
): CvdBar {
  const { startMs, cvdUsd, isCvdPartial } = point;
  const { whole, partial } = context.colours;
  const colour = isCvdPartial ? partial : whole;
  const goesOn = next === undefined || joins(point, next, context);
  return { time: secondsOf(startMs), value: Number(cvdUsd), color: goesOn ? colour : UNSEEN };
}

function joins(
  { startMs }: FlowPoint,
  next: FlowPoint,
  { timeframe, hatched }: { readonly timeframe: string; readonly hatched: readonly HatchRange[] },
): boolean {
  if (bucketStartMs('1d', startMs) !== bucketStartMs('1d', next.startMs)) return false;
  for (let ms = stepBucketMs(timeframe, startMs); ms < next.startMs; ms = stepBucketMs(timeframe, ms))
    if (isHatched(hatched, ms)) return false;
  return true;
}

/** Whether every bucket is a day or more: then each has a sum of its own, and there is no line. */
export function isDaily(timeframe: string): boolean {
  return stepBucketMs(timeframe, 0) >= DAY_MS;
}
