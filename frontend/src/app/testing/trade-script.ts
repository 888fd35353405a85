import {
  type StreamOptions,
  type TradeAddedSubscription,
  type TradeAddedSubscriptionVariables,
  type TradeFieldsFragment,
  type TradesQueryVariables,
} from '@orderfox/client';
import { Feed } from './feed.js';

/** A stream that a tape opened. */
interface OpenedTrades {
  readonly question: TradeAddedSubscriptionVariables;
  readonly feed: Feed<TradeAddedSubscription>;
  /** Tells that the stream did not work and is opened again. */
  readonly retried: (error: Error) => void;
}

/** The part of a scripted server that tapes of trades speak to. */
export class TradeScript {
  readonly opened: OpenedTrades[] = [];
  readonly asked: TradesQueryVariables[] = [];
  /** What the next questions are answered, newest first; throw from it, or answer later. */
  newest: (
    question: TradesQueryVariables,
  ) => readonly TradeFieldsFragment[] | Promise<readonly TradeFieldsFragment[]> = () => [];

  /** The newest stream. */
  get stream(): OpenedTrades {
    const stream = this.opened.at(-1);
    if (stream === undefined) throw new Error('No stream was opened');
    return stream;
  }

  /** An answer, or undefined for a question that no tape asks. */
  answer(name: string, variables: unknown): Promise<unknown> | undefined {
    if (name !== 'Trades') return undefined;
    const question = variables as TradesQueryVariables;
    this.asked.push(question);
    return (async () => ({ trades: await this.newest(question) }))();
  }

  /** A stream, or undefined for a subscription that no tape opens. */
  open(
    name: string,
    variables: unknown,
    options: StreamOptions,
  ): AsyncIterableIterator<unknown, undefined> | undefined {
    if (name !== 'TradeAdded') return undefined;
    const feed = new Feed<TradeAddedSubscription>();
    const question = variables as TradeAddedSubscriptionVariables;
    this.opened.push({ question, feed, retried: (error) => options.onRetry?.(error) });
    return feed;
  }

  /** Tells the newest stream of trades. */
  push(...trades: readonly TradeFieldsFragment[]): void {
    for (const trade of trades) this.stream.feed.push({ tradeAdded: trade });
  }
}

/** A taker's purchase of 0.5 BTC; `seq` makes it one of many, a tenth of a second after the one before. */
export function aTrade(seq: number, change: Partial<TradeFieldsFragment> = {}): TradeFieldsFragment {
  return {
    id: `binance:BTCUSDT:${seq}`,
    venue: 'binance',
    venueSymbol: 'BTCUSDT',
    timestamp: Date.UTC(2026, 0, 27, 14, 27, 0) + seq * 100,
    takerSide: 'BUY',
    price: '100.1',
    priceFormatted: '100.10',
    quantity: '0.5',
    quantityFormatted: '0.500',
    notionalUsd: '50.05',
    isAfterGap: false,
    missedBefore: null,
    ...change,
  };
}

/** Trades from the first number up to and with the second, as `trades` answers: newest first. */
export function newestTrades(first: number, last: number): TradeFieldsFragment[] {
  return Array.from({ length: last - first + 1 }, (_, at) => aTrade(last - at));
}
