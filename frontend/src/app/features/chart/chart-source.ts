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
/** As many gaps as the server gives at once. */
const MAX_GAPS = 500;

/** What the server knows of one view, in the chart's own words. Everything throws what the client throws. */
export class ChartSource {
  readonly #venues: string[] | undefined;

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

  /** Candles of a span, ascending, at most `limit`: the newest ones where there are more. */
  async candles({ fromMs, toMs }: ChartSpan, limit: number): Promise<readonly CandlePoint[]> {
    const { symbol, timeframe } = this.view;
    const question = {
      symbol,
      timeframe,
      ...(fromMs !== undefined && { from: fromMs }),
      ...(toMs !== undefined && { to: toMs }),
    };
    const ask = (variables: typeof question & { limit?: number }) =>
      this.client.query(CandlesDocument, variables);
    const { candles } = await ask({ ...question, limit }).catch((error: unknown) => {
      // An operator may allow fewer rows than the API does: then as many as the server gives by itself.
      if (error instanceof ApiError && error.details.argument === 'limit') return ask(question);
      throw error;
    });
    return candles.map(candlePoint);
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

  /** Stretches in which liquidations may be missing, from `fromMs` on. */
  async holes(fromMs: number): Promise<readonly FeedHole[]> {
    const { feedGaps } = await this.client.query(ChartGapsDocument, { from: fromMs, first: MAX_GAPS });
    return feedGaps
      .filter(({ stream, venue }) => stream === LIQUIDATION_STREAM && this.#venues?.includes(venue) !== false)
      .map(({ venue, from, to }) => ({ venue, fromMs: from, toMs: to ?? undefined }));
  }

  /** The newest candle, then each change of it and each that follows. */
  candleUpdates(): Updates<CandlePoint> {
    const { symbol, timeframe } = this.view;
    const results = this.client.subscribe(CandleUpdatedDocument, { symbol, timeframe });
    return updates(results, ({ candleUpdated }) => [candlePoint(candleUpdated)]);
  }

  /** The newest buckets, then those that changed. */
  bucketUpdates(): Updates<BucketPoint> {
    const { symbol, timeframe } = this.view;
    const results = this.client.subscribe(VolumeUpdatedDocument, {
      symbol,
      timeframe,
      ...(this.#venues !== undefined && { venues: this.#venues }),
    });
    return updates(results, ({ volumeUpdated }) => volumeUpdated.buckets.map(bucketPoint));
  }
}

/** A stream of points. */
export interface Updates<T> {
  /** Calls `take` with what arrives until it is ended; rejects when the server refuses for good. */
  each(take: (points: readonly T[]) => void): Promise<void>;
  end(): void;
}

function updates<TResult, T>(
  results: Stream<TResult>,
  pointsOf: (result: TResult) => readonly T[],
): Updates<T> {
  return {
    async each(take) {
      for await (const result of results) take(pointsOf(result));
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
