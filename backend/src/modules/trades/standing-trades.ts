import { StandingMarkets, type StandingMarketsParts } from '../symbols/standing-markets.js';
import { tradeKey, type TradeMarket } from './trade-market.js';
import { type TradeQueryReader } from './trade-query-reader.js';
import { type TradeStreams } from './trade-streams.js';

/** What standing trades need. */
export interface StandingTradesParts extends Pick<
  StandingMarketsParts<TradeMarket>,
  'symbols' | 'catalog' | 'clock' | 'onError'
> {
  readonly questions: Pick<TradeQueryReader, 'marketsOf'>;
  readonly streams: Pick<TradeStreams, 'stand'>;
}

/** Follows the trades of a few symbols at all venues that list them, so that the newest are there at once. */
export class StandingTrades extends StandingMarkets<TradeMarket> {
  constructor({ questions, streams, ...parts }: StandingTradesParts) {
    super({
      ...parts,
      marketsOf: (symbol) => questions.marketsOf(symbol),
      keyOf: tradeKey,
      keep: (market) => streams.stand(market),
    });
  }
}
