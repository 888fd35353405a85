import {
  ApiError,
  CandlesDocument,
  CandleUpdatedDocument,
  ChartGapsDocument,
  ChartMarketDocument,
  LiquidationVolumeDocument,
  VolumeUpdatedDocument,
  type CandleFieldsFragment,
  type LiquidationVolumeFieldsFragment,
  type OrderFoxClient,
  type Stream,
} from '@orderfox/client';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { type FeedHole } from './hatch-ranges.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** What a chart shows: one market, one timeframe, and the liquidations of these venues; none named means all. */
export interface ChartView {
  readonly symbol: string;
  readonly timeframe: string;
  readonly venues: readonly string[];
}

/** A stretch of time, epoch milliseconds: from the bucket that holds the first up to, and without, the second. */
export interface ChartSpan {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** What a chart must know of a market. */
export interface ChartMarket {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Digits after the point of a price, and the step between prices; undefined where no venue told them. */
  readonly precision: number | undefined;
  readonly minMove: number | undefined;
}

/** The feed whose holes leave liquidations out. */
const LIQUIDATION_STREAM = 'liquidations';
/** As many gaps as the server gives at once, and how often it is asked for more. */
const MAX_GAPS = 500;
const MAX_GAP_PAGES = 20;
/** As many candles as the API gives at once. */
const MAX_CANDLES = 1_000;

/** What the server knows of one view, in the chart's own words. Everything throws what the client throws. */
export class ChartSource {
  readonly #venues: string[] | undefined;
  /** As many candles as it gives at once, as far as is known. */
  #mostCandles = MAX_CANDLES;

  constructor(
    private readonly client: OrderFoxClient,
    private readonly view: ChartView,
  ) {
    this.#venues = view.venues.length === 0 ? undefined : [...view.venues];
  }

  async market(): Promise<ChartMarket | undefined> {
    const { symbol } = await this.client.query(ChartMarketDocument, { symbol: this.view.symbol });
    return symbol === null
      ? undefined
      : {
          symbol: symbol.id,
          baseAsset: symbol.baseAsset,
          quoteAsset: symbol.quoteAsset,
          precision: symbol.priceFormat?.precision,
          minMove: symbol.priceFormat?.minMove,
        };
  }

  /**
   * Candles of a span, ascending, of one venue: of that which is named, else of one that has them. Without a beginning the
   * newest, at most `limit`, and fewer where the server gives fewer at once; with both ends all of them, whatever the limit.
   */
  async candles(span: ChartSpan, limit: number, venue?: string): Promise<readonly CandlePoint[]> {
    const { symbol, timeframe } = this.view;
    const { fromMs, toMs } = span;
    const most = Math.min(limit, this.#mostCandles);
    if (fromMs !== undefined && toMs !== undefined) {
      const middleMs = stepBucketMs(timeframe, bucketStartMs(timeframe, fromMs), most);
      if (middleMs < toMs) {
        const first = await this.candles({ fromMs, toMs: middleMs }, limit, venue);
        // A venue that is not named may be another the next time.
        const rest = await this.candles({ fromMs: middleMs, toMs }, limit, venue ?? first[0]?.venue);
        return [...first, ...rest];
      }
    }
    try {
      const { candles } = await this.client.query(CandlesDocument, {
        symbol,
        timeframe,
        limit: most,
        ...(fromMs !== undefined && { from: fromMs }),
        ...(toMs !== undefined && { to: toMs }),
        ...(venue !== undefined && { venue }),
      });
      return candles.map(candlePoint);
    } catch (error) {
      if (!this.#learnsFrom(error, most)) throw error;
      return this.candles(span, limit, venue);
    }
  }

  /** Buckets with liquidations of a span, ascending. */
  async buckets({ fromMs, toMs }: ChartSpan): Promise<readonly BucketPoint[]> {
    const { symbol, timeframe } = this.view;
    const { liquidationVolume } = await this.client.query(LiquidationVolumeDocument, {
      symbol,
      timeframe,
      ...(this.#venues !== undefined && { venues: this.#venues }),
      ...(fromMs !== undefined && { from: fromMs }),
      ...(toMs !== undefined && { to: toMs }),
    });
    return liquidationVolume.map(bucketPoint);
  }

  /**
   * Stretches in which liquidations may be missing, of a span. What the server calls a hole is one here too: a stretch in
   * which the feed was not heard, however short, but not a moment.
   */
  async holes({ fromMs, toMs }: ChartSpan): Promise<readonly FeedHole[]> {
    const found = new Map<string, FeedHole>();
    let beforeMs = toMs;
    for (let page = 0; page < MAX_GAP_PAGES; page += 1) {
      const { feedGaps } = await this.client.query(ChartGapsDocument, {
        first: MAX_GAPS,
        stream: LIQUIDATION_STREAM,
        ...(fromMs !== undefined && { from: fromMs }),
        ...(beforeMs !== undefined && { to: beforeMs }),
        ...(this.#venues?.length === 1 && { venue: this.#venues[0] }),
      });
      for (const { venue, from, to } of feedGaps) {
        if (this.#venues?.includes(venue) === false || to === from) continue;
        found.set(`${venue} ${from} ${to}`, { venue, fromMs: from, toMs: to ?? undefined });
      }
      const oldestMs = feedGaps.at(-1)?.from;
      // They come newest first; those of one instant are told again at the end of the next page.
      if (feedGaps.length < MAX_GAPS || oldestMs === undefined || oldestMs === beforeMs) break;
      beforeMs = oldestMs;
    }
    return [...found.values()];
  }

  /** The newest candle, then each change of it and each that follows. `onRetry` is told why it is opened again. */
  candleUpdates(onRetry: (error: unknown) => void): Updates<readonly CandlePoint[]> {
    const { symbol, timeframe } = this.view;
    const results = this.client.subscribe(CandleUpdatedDocument, { symbol, timeframe }, { onRetry });
    return updates(results, ({ candleUpdated }) => [candlePoint(candleUpdated)]);
  }

  /** The newest buckets, then those that changed. `onRetry` is told why it is opened again. */
  bucketUpdates(onRetry: (error: unknown) => void): Updates<BucketNews> {
    const { symbol, timeframe } = this.view;
    const results = this.client.subscribe(
      VolumeUpdatedDocument,
      { symbol, timeframe, ...(this.#venues !== undefined && { venues: this.#venues }) },
      { onRetry },
    );
    return updates(results, ({ volumeUpdated: { isUpdate, buckets } }) => ({
      isUpdate,
      points: buckets.map(bucketPoint),
    }));
  }

  /** Whether the server gives fewer candles at once than were asked for: then the next question asks for fewer. */
  #learnsFrom(error: unknown, asked: number): boolean {
    if (!(error instanceof ApiError) || error.details.argument !== 'limit' || asked === 1) return false;
    const { maxLimit } = error.details;
    const fewer = typeof maxLimit === 'number' && maxLimit >= 1 && maxLimit < asked ? maxLimit : asked / 2;
    this.#mostCandles = Math.max(1, Math.floor(fewer));
    return true;
  }
}

/** What a stream of liquidation volume tells: all of the newest buckets, or those of them that changed. */
export interface BucketNews {
  readonly isUpdate: boolean;
  readonly points: readonly BucketPoint[];
}

/** A stream. */
export interface Updates<T> {
  /** Calls `take` with what arrives until it is ended; rejects when the server refuses for good. */
  each(take: (news: T) => void): Promise<void>;
  end(): void;
}

function updates<TResult, T>(results: Stream<TResult>, newsOf: (result: TResult) => T): Updates<T> {
  return {
    async each(take) {
      for await (const result of results) take(newsOf(result));
    },
    end: () => void results.return?.(),
  };
}

function candlePoint({
  venue,
  timestamp,
  open,
  high,
  low,
  close,
  volume,
  isClosed,
}: CandleFieldsFragment): CandlePoint {
  return { venue, startMs: timestamp, open, high, low, close, volume, isClosed };
}

function bucketPoint(fields: LiquidationVolumeFieldsFragment): BucketPoint {
  return {
    startMs: fields.timestamp,
    shortsUsd: fields.buyVolume,
    shortsText: fields.buyVolumeFormatted,
    longsUsd: fields.sellVolume,
    longsText: fields.sellVolumeFormatted,
    totalUsd: fields.totalVolume,
    totalText: fields.totalVolumeFormatted,
    netUsd: fields.deltaVolume,
    netText: fields.deltaVolumeFormatted,
    count: fields.count,
    revision: fields.revision,
    quality: fields.quality,
  };
}
