import { ApiError } from '../../core/graphql-errors.js';
import { type BarMarket } from './bar-market.js';
import { type ShownBar } from './bar-series.js';

/** Told in place of bars: what is stored cannot be read, and what is in memory does not join what was read before. */
export class BarsOut {
  readonly error: ApiError;

  /** `sinceMs`: epoch ms since when. */
  constructor({ venue, instrument: { symbol } }: BarMarket, sinceMs: number) {
    this.error = new ApiError(
      'UNAVAILABLE',
      `The bars of ${symbol} cannot be read now: the database does not answer. They go on by themselves.`,
      { venue: venue.id, symbol, since: sinceMs },
    );
  }
}

/** What a stream of bars tells. */
export type BarNews = ShownBar | BarsOut;

/** The bar that is told. Throws ApiError UNAVAILABLE in place of those that cannot come. */
export function barOf(news: BarNews): ShownBar {
  if (news instanceof BarsOut) throw news.error;
  return news;
}
