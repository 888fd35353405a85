import { StandingMarkets, type StandingMarketsParts } from '../symbols/standing-markets.js';
import { bookKey, type BookMarket } from './book-market.js';
import { type BookQueryReader } from './book-query-reader.js';
import { type BookStreams } from './book-streams.js';

/** What standing books need. */
export interface StandingBooksParts extends Pick<
  StandingMarketsParts<BookMarket>,
  'symbols' | 'catalog' | 'clock' | 'onError'
> {
  readonly questions: Pick<BookQueryReader, 'marketsOf'>;
  readonly streams: Pick<BookStreams, 'stand'>;
}

/** Follows the books of a few symbols at all venues that list them, whether anybody looks or not. */
export class StandingBooks extends StandingMarkets<BookMarket> {
  constructor({ questions, streams, ...parts }: StandingBooksParts) {
    super({
      ...parts,
      marketsOf: (symbol) => questions.marketsOf(symbol),
      keyOf: bookKey,
      keep: (market) => streams.stand(market),
    });
  }
}
