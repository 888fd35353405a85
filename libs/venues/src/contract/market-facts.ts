import { type Trade } from '@orderfox/domain';
import { type WireLevel } from '../book/book-update.js';
import { type NormalisedBooks } from '../venue-books.js';
import { type NormalisedTrades } from '../venue-trades.js';

/** All that a trade says, what is worked out when it is asked for included, to be compared. */
export function tradeFacts(trade: Trade): Trade {
  const { type, venue, symbol, venueSymbol, takerSide, price, quantity, notionalUsd } = trade;
  const { tradeId, aggregateId, venueTimeMs, receivedTimeMs } = trade;
  return {
    ...{ type, venue, symbol, venueSymbol, takerSide, price, quantity, notionalUsd },
    ...{ tradeId, aggregateId, venueTimeMs, receivedTimeMs },
  };
}

/** All that is said of a frame of trades. */
export function tradesFacts({ trades, problems }: NormalisedTrades): NormalisedTrades {
  return { trades: trades.map(({ topic, trade }) => ({ topic, trade: tradeFacts(trade) })), problems };
}

/** All that is read of a frame of books: price and quantity of each level, and not what a venue adds. */
export function booksFacts({ updates, problems }: NormalisedBooks): NormalisedBooks {
  const read = (levels: readonly WireLevel[]) =>
    levels.map(([price, quantity]): WireLevel => [price, quantity]);
  return {
    updates: updates.map(({ topic, update }) => ({
      topic,
      update: { ...update, bids: read(update.bids), asks: read(update.asks) },
    })),
    problems,
  };
}
