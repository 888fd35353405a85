import { type CompatQuestion } from './compat-answers.js';
import { FixedOperation } from './fixed-operation.js';

const SYMBOLS = new FixedOperation(`{
  symbols {
    id baseAsset quoteAsset uiName
    priceFormat { type precision minMove }
    pricePrecision amountPrecision
    volume24h volume24hFormatted volumeVenues source
    markets { venue venueSymbol contractType trading multiplier sizeUnit contractSize tickSize quantityStep }
  }
}`);

/** All markets, the objects of GraphQL as they are. */
export const symbolList: CompatQuestion = {
  operation: SYMBOLS,
  variables: {},
  write: ({ symbols }) => symbols,
};
