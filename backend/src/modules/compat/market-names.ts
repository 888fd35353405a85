import { type SymbolCatalog } from '../symbols/symbol-catalog.js';

/** The names that markets go by in answers. */
export class MarketNames {
  constructor(private readonly catalog: Pick<SymbolCatalog, 'find'>) {}

  /** The canonical name of a market that was found; one that is only in the record has no other name. */
  canonical(name: string): string {
    return this.catalog.find(name)?.id ?? name.toUpperCase();
  }
}
