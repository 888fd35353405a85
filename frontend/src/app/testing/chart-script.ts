import {
  type CandleFieldsFragment,
  type ChartGapsQuery,
  type LiquidationVolumeFieldsFragment as VolumeFields,
  type VolumeUpdatedSubscription,
} from '@orderfox/client';
import { Feed } from './feed.js';

/** What a chart asked for. */
export interface ChartQuestion {
  readonly symbol: string;
  readonly timeframe: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly venues?: readonly string[];
}

/** A stream that a chart opened. */
interface OpenedFeed<T> {
  readonly question: ChartQuestion;
  readonly feed: Feed<T>;
}

/** The part of a scripted server that charts speak to. */
export class ChartScript {
  readonly asked: { readonly name: string; readonly question: ChartQuestion }[] = [];
  readonly candleFeeds: OpenedFeed<{ candleUpdated: CandleFieldsFragment }>[] = [];
  readonly volumeFeeds: OpenedFeed<VolumeUpdatedSubscription>[] = [];
  gaps: ChartGapsQuery['feedGaps'] = [];
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
        return { feedGaps: this.gaps };
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
  open(name: string, variables: unknown): AsyncIterableIterator<unknown, undefined> | undefined {
    const question = variables as ChartQuestion;
    if (name === 'CandleUpdated') return opened(this.candleFeeds, question);
    if (name === 'VolumeUpdated') return opened(this.volumeFeeds, question);
    return undefined;
  }

  pushCandle(candle: CandleFieldsFragment): void {
    this.candleFeeds.at(-1)?.feed.push({ candleUpdated: candle });
  }

  pushBuckets(buckets: readonly VolumeFields[], isUpdate = true): void {
    const opened = this.volumeFeeds.at(-1);
    if (opened === undefined) throw new Error('No stream was opened');
    const { symbol, timeframe } = opened.question;
    opened.feed.push({ volumeUpdated: { symbol, timeframe, isUpdate, buckets: [...buckets] } });
  }
}

function opened<T>(feeds: OpenedFeed<T>[], question: ChartQuestion): Feed<T> {
  const feed = new Feed<T>();
  feeds.push({ question, feed });
  return feed;
}
