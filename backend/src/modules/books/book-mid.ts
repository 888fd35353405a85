import { type DecimalString, type Instrument } from '@orderfox/domain';
import { type BooksModuleParts } from './books.module.js';

/**
 * Half way between best bid and best ask of a contract's book as it is now, exact. Undefined where the book is not followed
 * or not whole: nothing is asked for.
 */
export function bookMid(
  { streams, questions }: Pick<BooksModuleParts, 'streams' | 'questions'>,
  { venue, symbol, venueSymbol }: Instrument,
): DecimalString | undefined {
  const market = questions
    .marketsOf(symbol)
    .find((each) => each.venue.id === venue && each.instrument.venueSymbol === venueSymbol);
  if (market === undefined) return undefined;
  const { source } = streams.open(market, { limit: 1 });
  const [key] = source.keys();
  return key === undefined ? undefined : source.read(key)?.mid;
}
