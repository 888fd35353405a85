import {
  type OrderBookFieldsFragment,
  type OrderBookLevelFieldsFragment,
  type OrderBookUpdatedSubscription,
  type OrderBookUpdatedSubscriptionVariables,
  type StreamOptions,
} from '@orderfox/client';
import { Feed } from './feed.js';

/** A stream that an order book opened. */
interface OpenedBook {
  readonly question: OrderBookUpdatedSubscriptionVariables;
  readonly feed: Feed<OrderBookUpdatedSubscription>;
  /** Tells that the stream did not work and is opened again. */
  readonly retried: (error: Error) => void;
}

/** The part of a scripted server that order books speak to. */
export class BookScript {
  readonly opened: OpenedBook[] = [];

  /** The newest stream. */
  get stream(): OpenedBook {
    const stream = this.opened.at(-1);
    if (stream === undefined) throw new Error('No stream was opened');
    return stream;
  }

  /** A stream, or undefined for a subscription that no order book opens. */
  open(
    name: string,
    variables: unknown,
    options: StreamOptions,
  ): AsyncIterableIterator<unknown, undefined> | undefined {
    if (name !== 'OrderBookUpdated') return undefined;
    const feed = new Feed<OrderBookUpdatedSubscription>();
    const question = variables as OrderBookUpdatedSubscriptionVariables;
    this.opened.push({ question, feed, retried: (error) => options.onRetry?.(error) });
    return feed;
  }

  /** Tells the newest stream of a book. */
  push(book: OrderBookFieldsFragment): void {
    this.stream.feed.push({ orderBookUpdated: book });
  }
}

/** One coin at a price, one after the other. */
function side(prices: readonly string[]): OrderBookLevelFieldsFragment[] {
  return prices.map((price, at) => ({
    price,
    priceFormatted: Number(price).toFixed(2),
    quantity: '1',
    quantityFormatted: '1.000',
    total: String(at + 1),
    totalFormatted: `${at + 1}.000`,
  }));
}

/** A whole book around 100.05 with two bids and three asks; `change` makes it another. */
export function aBook(change: Partial<OrderBookFieldsFragment> = {}): OrderBookFieldsFragment {
  return {
    venue: 'binance',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    state: 'LIVE',
    reason: 'the book is whole',
    since: Date.UTC(2026, 0, 27, 14, 27, 0),
    until: null,
    tickSize: '0.1',
    rounding: '0.1',
    timestamp: Date.UTC(2026, 0, 27, 14, 27, 39),
    bids: side(['100', '99.9']),
    asks: side(['100.1', '100.2', '100.3']),
    mid: '100.05',
    midFormatted: '100.05',
    spread: '0.1',
    spreadFormatted: '0.1',
    spreadBps: 9.995002498750624,
    spreadBpsFormatted: '9.995',
    depth10Bps: {
      ...{ bidUsd: '199.9', bidUsdFormatted: '200', isBidFloor: false },
      ...{ askUsd: '100.1', askUsdFormatted: '100', isAskFloor: false },
    },
    ...change,
  };
}

/** What the server says of a book that is not whole. */
export function anAbsentBook(change: Partial<OrderBookFieldsFragment> = {}): OrderBookFieldsFragment {
  return aBook({
    state: 'RESYNCING',
    reason: 'changes were missed; waiting for the whole book',
    timestamp: null,
    bids: null,
    asks: null,
    mid: null,
    midFormatted: null,
    spread: null,
    spreadFormatted: null,
    spreadBps: null,
    spreadBpsFormatted: null,
    depth10Bps: null,
    ...change,
  });
}
