import { type Candle } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';

/** Told in place of a candle: more was missed than is told again. The candles that follow do not join those before. */
export class CandlesMissed {
  readonly error = new ApiError(
    'UNAVAILABLE',
    'The live candles broke off for so long that they do not go on where they ended: they begin anew. Read `candles` again for what lies between.',
  );
}

/** What a stream of candles tells. */
export type CandleNews = Candle | CandlesMissed;

/** The candle that is told. Throws ApiError UNAVAILABLE in place of those that are not. */
export function candleOf(news: CandleNews): Candle {
  if (news instanceof CandlesMissed) throw news.error;
  return news;
}
