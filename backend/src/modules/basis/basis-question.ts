import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';
import { basisPairOf, type BasisPair } from './basis-pair.js';

/** Turns the name of any market of a coin into the pair of that coin. */
export class BasisQuestion {
  constructor(private readonly catalog: Pick<SymbolCatalog, 'ready' | 'find' | 'suggest'>) {}

  /** Rejects with ApiError: UNKNOWN_SYMBOL; UNAVAILABLE while no contract is known. */
  async pair(name: string): Promise<BasisPair> {
    await this.catalog.ready();
    const symbol = this.catalog.find(name);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    return basisPairOf(symbol.baseAsset);
  }
}
