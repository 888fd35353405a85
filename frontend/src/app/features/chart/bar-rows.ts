import { type Zone } from '../../core/time-text.js';
import { bucketText } from './axis-text.js';
import { type BucketSpan, type ChartContent, type FlowContent } from './chart-drawing.js';
import { isHatched } from './hatch-ranges.js';
import { barTimes } from './series-points.js';
import { isIntraday } from './timeframes.js';

/** How much of a bucket's liquidations its sums hold; `none` where nothing was liquidated, as far as is known. */
export type RowQuality = 'exact' | 'floor' | 'incomplete' | 'none' | 'not known';

/** One bar of the chart with its exact values: plain decimal strings; undefined for what is not known. */
export interface BarRow {
  readonly startMs: number;
  /** Start in UTC, ISO 8601. */
  readonly iso: string;
  /** Start in the viewer's zone, for people. */
  readonly time: string;
  readonly open: string | undefined;
  readonly high: string | undefined;
  readonly low: string | undefined;
  readonly close: string | undefined;
  /** Coins traded. */
  readonly volume: string | undefined;
  /** Whose prices these are. */
  readonly priceVenue: string | undefined;
  /** USD. */
  readonly longsUsd: string | undefined;
  /** USD. */
  readonly shortsUsd: string | undefined;
  readonly count: string | undefined;
  /** What takers bought, in USD. */
  readonly buysUsd: string | undefined;
  /** What takers sold, in USD. */
  readonly sellsUsd: string | undefined;
  /** Buys minus sells since 00:00 UTC, in USD. */
  readonly cvdUsd: string | undefined;
  readonly quality: RowQuality;
}

/** Which bars become rows, and how. */
export interface RowChoice {
  readonly span: BucketSpan;
  readonly zone: Zone;
  /** The most rows; the newest are kept. */
  readonly limit: number;
  /** Liquidations before this are not known, whatever the feeds say: they could not be read. Epoch milliseconds. */
  readonly unreadBeforeMs: number;
}

/** The columns of exact values, in their order; the unit stands in the name. */
export const VALUE_COLUMNS = [
  ['open', 'Open'],
  ['high', 'High'],
  ['low', 'Low'],
  ['close', 'Close'],
  ['volume', 'Traded'],
  ['longsUsd', 'Longs, USD'],
  ['shortsUsd', 'Shorts, USD'],
  ['count', 'Liquidations'],
] as const;

/** The columns of what takers did. */
export const FLOW_COLUMNS = [
  ['buysUsd', 'Taker buys, USD'],
  ['sellsUsd', 'Taker sells, USD'],
  ['cvdUsd', 'CVD, USD'],
] as const;

/** The bars of a span with exact values, newest first, and how many there are without the limit. */
export function barRows(
  content: ChartContent,
  { span, zone, limit, unreadBeforeMs }: RowChoice,
  flow?: FlowContent,
): { readonly rows: readonly BarRow[]; readonly total: number } {
  const { timeframe, hatched } = content;
  const candles = new Map(content.candles.map((candle) => [candle.startMs, candle]));
  const buckets = new Map(content.buckets.map((bucket) => [bucket.startMs, bucket]));
  const flows = new Map(flow?.points.map((point) => [point.startMs, point]));
  const starts = barTimes(content, flow).filter(
    (startMs) => startMs >= span.firstMs && startMs <= span.lastMs,
  );
  const rows = starts
    .slice(-limit)
    .reverse()
    .map((startMs): BarRow => {
      const candle = candles.get(startMs);
      const bucket = buckets.get(startMs);
      const isPartial = isHatched(hatched, startMs);
      const isFull = bucket !== undefined && bucket.count > 0;
      const isUnknown = !isFull && (isPartial || startMs < unreadBeforeMs);
      const empty = isUnknown ? undefined : '0';
      const taken = flows.get(startMs);
      const untraded = flow === undefined || isHatched(flow.hatched, startMs) ? undefined : '0';
      return {
        startMs,
        iso: new Date(startMs).toISOString(),
        time: bucketText(startMs, zone, isIntraday(timeframe)),
        open: candle?.open,
        high: candle?.high,
        low: candle?.low,
        close: candle?.close,
        volume: candle?.volume,
        priceVenue: candle?.venue,
        longsUsd: isFull ? bucket.longsUsd : empty,
        shortsUsd: isFull ? bucket.shortsUsd : empty,
        count: isFull ? String(bucket.count) : empty,
        buysUsd: taken?.buysUsd ?? untraded,
        sellsUsd: taken?.sellsUsd ?? untraded,
        cvdUsd: taken?.cvdUsd,
        quality: isFull ? qualityOf(bucket.quality, isPartial) : isUnknown ? 'not known' : 'none',
      };
    });
  return { rows, total: starts.length };
}

/** The rows as CSV (RFC 4180, UTC, plain decimals); what is not known is an empty field. */
export function barCsv(rows: readonly BarRow[]): string {
  const names = ['time', 'open', 'high', 'low', 'close', 'volume', 'longs_usd', 'shorts_usd', 'liquidations'];
  const taken = ['taker_buys_usd', 'taker_sells_usd', 'cvd_usd'];
  const lines = rows.map((row) =>
    [
      row.iso,
      ...VALUE_COLUMNS.map(([column]) => row[column] ?? ''),
      row.quality,
      row.priceVenue ?? '',
      ...FLOW_COLUMNS.map(([column]) => row[column] ?? ''),
    ].join(','),
  );
  return [[...names, 'quality', 'price_venue', ...taken].join(','), ...lines, ''].join('\r\n');
}

function qualityOf(quality: 'EXACT' | 'FLOOR' | 'PARTIAL', isPartial: boolean): RowQuality {
  if (isPartial || quality === 'PARTIAL') return 'incomplete';
  return quality === 'FLOOR' ? 'floor' : 'exact';
}
