import {
  ApiError,
  type CandleFieldsFragment,
  type ChartGapsQuery,
  type LiquidationVolumeFieldsFragment as VolumeFields,
  type StreamOptions,
  type TradeBarFieldsFragment,
  type TradeGapsQuery,
  type VolumeUpdatedSubscription,
} from '@orderfox/client';
import { Feed } from './feed.js';
import { aCandle, FIRST_MINUTE_MS } from './samples.js';

/** What a chart asked for. */
export interface ChartQuestion {
  readonly symbol: string;
  readonly timeframe: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly venues?: readonly string[];
  readonly venue?: string;
  readonly first?: number;
}

/** A stream that a chart opened. */
interface OpenedFeed<T> {
  readonly question: ChartQuestion;
  readonly feed: Feed<T>;
  /** Tells the chart that its stream did not work and is opened again. */
  readonly retried: (error: Error) => void;
}

/** The part of a scripted server that charts speak to. */
export class ChartScript {
  readonly asked: { readonly name: string; readonly question: ChartQuestion }[] = [];
  readonly candleFeeds: OpenedFeed<{ candleUpdated: CandleFieldsFragment }>[] = [];
  readonly volumeFeeds: OpenedFeed<VolumeUpdatedSubscription>[] = [];
  readonly barFeeds: OpenedFeed<{ tradeBarUpdated: TradeBarFieldsFragment }>[] = [];
  tradeGaps: TradeGapsQuery['tradeGaps'] = [];
  bars: (
    question: ChartQuestion,
  ) => readonly TradeBarFieldsFragment[] | Promise<readonly TradeBarFieldsFragment[]> = () => [];
  gaps: ChartGapsQuery['feedGaps'] | ((question: ChartQuestion) => ChartGapsQuery['feedGaps']) = [];
  /** What the next questions are answered; throw from them, or answer later. */
  candles: (
    question: ChartQuestion,
  ) => readonly CandleFieldsFragment[] | Promise<readonly CandleFieldsFragment[]> = () => [];
  volume: (question: ChartQuestion) => readonly VolumeFields[] | Promise<readonly VolumeFields[]> = () => [];

  async answer(name: string, variables: unknown): Promise<unknown> {
    const question = variables as ChartQuestion;
    this.asked.push({ name, question });
    switch (name) {
      case 'Candles':
        return { candles: await this.candles(question) };
      case 'LiquidationVolume':
        return { liquidationVolume: await this.volume(question) };
      case 'ChartGaps':
        return { feedGaps: typeof this.gaps === 'function' ? this.gaps(question) : this.gaps };
      case 'TradeBars':
        return { tradeBars: await this.bars(question) };
      case 'TradeGaps':
        return { tradeGaps: this.tradeGaps };
      case 'ChartMarket':
        return {
          symbol: {
            id: question.symbol,
            baseAsset: question.symbol.replace('USDT', ''),
            quoteAsset: 'USDT',
            priceFormat: { precision: 2, minMove: 0.01 },
          },
        };
      default:
        throw new Error(`No answer scripted for ${name}`);
    }
  }

  /** A stream, or undefined for a subscription that no chart opens. */
  open(
    name: string,
    variables: unknown,
    options: StreamOptions,
  ): AsyncIterableIterator<unknown, undefined> | undefined {
    const question = variables as ChartQuestion;
    if (name === 'CandleUpdated') return opened(this.candleFeeds, question, options);
    if (name === 'TradeBarUpdated') return opened(this.barFeeds, question, options);
    if (name === 'VolumeUpdated') return opened(this.volumeFeeds, question, options);
    return undefined;
  }

  /** What was asked so far under one name. */
  questions(name: string): readonly ChartQuestion[] {
    return this.asked.filter((each) => each.name === name).map(({ question }) => question);
  }

  pushCandle(candle: CandleFieldsFragment): void {
    this.candleFeeds.at(-1)?.feed.push({ candleUpdated: candle });
  }

  pushBar(bar: TradeBarFieldsFragment): void {
    this.barFeeds.at(-1)?.feed.push({ tradeBarUpdated: bar });
  }

  pushBuckets(buckets: readonly VolumeFields[], isUpdate = true): void {
    const opened = this.volumeFeeds.at(-1);
    if (opened === undefined) throw new Error('No stream was opened');
    const { symbol, timeframe } = opened.question;
    opened.feed.push({ volumeUpdated: { symbol, timeframe, isUpdate, buckets: [...buckets] } });
  }
}

function opened<T>(feeds: OpenedFeed<T>[], question: ChartQuestion, options: StreamOptions): Feed<T> {
  const feed = new Feed<T>();
  feeds.push({ question, feed, retried: (error) => options.onRetry?.(error) });
  return feed;
}

const MINUTE_MS = 60_000;
const DEFAULT_CANDLES = 500;

/** Minutes of the samples. */
export const minuteOf = (ms: number): number => Math.floor((ms - FIRST_MINUTE_MS) / MINUTE_MS);

/** Answers as the server does of a venue that has a candle of every minute from `first` to `newest()`. */
export function everyMinute(
  newest: () => number,
  { first = -1_000_000, venue = 'binance' }: { readonly first?: number; readonly venue?: string } = {},
): ChartScript['candles'] {
  return ({ from, to, limit = DEFAULT_CANDLES }) => {
    const end = to === undefined ? newest() + 1 : minuteOf(to + MINUTE_MS - 1);
    const begin = from === undefined ? end - limit : minuteOf(from);
    if (end - begin > limit) throw new ApiError('RANGE_TOO_WIDE', 'Too many candles', { argument: 'from' });
    const [oldest, last] = [Math.max(begin, first), Math.min(end - 1, newest())];
    return Array.from({ length: Math.max(0, last - oldest + 1) }, (_, index) =>
      aCandle(oldest + index, { venue, isClosed: oldest + index < newest() }),
    );
  };
}
