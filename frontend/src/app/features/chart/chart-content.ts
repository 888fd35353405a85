import { type ChartContent } from './chart-drawing.js';
import { type ChartWindow } from './chart-window.js';
import { hatchRanges, type FeedHole } from './hatch-ranges.js';
import { sideAverages } from './series-maths.js';

/** What is drawn of a window, nothing without one. A time of which nothing was told looks like one that was not heard. */
export function chartContent(
  timeframe: string,
  window: ChartWindow | undefined,
  holes: readonly FeedHole[],
  /** The server's clock, epoch milliseconds. */
  serverMs: number,
): ChartContent {
  const [candles, buckets] = [window?.candles ?? [], window?.buckets ?? []];
  const fromMs = Math.min(candles[0]?.startMs ?? Infinity, buckets[0]?.startMs ?? Infinity);
  const nowMs = Math.min(window?.shown.toMs ?? Infinity, serverMs);
  const untold = (window?.unknown() ?? []).map((stretch) => ({ venue: '', ...stretch }));
  return {
    timeframe,
    candles,
    buckets,
    hatched: hatchRanges(timeframe, [...holes, ...untold], buckets, { fromMs, nowMs }),
    averages: sideAverages(buckets),
  };
}
