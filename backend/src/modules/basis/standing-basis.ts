import { StandingMarkets, type StandingMarketsParts } from '../symbols/standing-markets.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type BasisBoard } from './basis-board.js';
import { basisPairOf, type BasisPair } from './basis-pair.js';

/** What standing basis needs. */
export interface StandingBasisParts extends Pick<
  StandingMarketsParts<BasisPair>,
  'symbols' | 'clock' | 'onError'
> {
  readonly catalog: Pick<SymbolCatalog, 'onChange' | 'find'>;
  readonly board: Pick<BasisBoard, 'stand'>;
}

/** Follows the basis of a few symbols, whether anybody looks or not. */
export class StandingBasis extends StandingMarkets<BasisPair> {
  constructor({ catalog, board, ...parts }: StandingBasisParts) {
    super({
      ...parts,
      catalog,
      marketsOf: (symbol) => {
        const known = catalog.find(symbol);
        return known === undefined ? [] : [basisPairOf(known.baseAsset)];
      },
      keyOf: ({ symbol }) => symbol,
      keep: (pair) => board.stand(pair),
    });
  }
}
