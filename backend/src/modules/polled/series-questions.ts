import { type VenueId } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';

/** Turns the names that a client gives into those of markets and venues. */
export class SeriesQuestions {
  /** `venues`: those that are configured; `known`: all that there are. */
  constructor(
    private readonly catalog: Pick<SymbolCatalog, 'ready' | 'find' | 'suggest'>,
    private readonly venues: readonly VenueId[],
    private readonly known: readonly VenueId[],
  ) {}

  /** The canonical symbol. Rejects with ApiError UNKNOWN_SYMBOL. */
  async symbol(name: string): Promise<string> {
    await this.catalog.ready();
    const symbol = this.catalog.find(name);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    return symbol.id;
  }

  /** The venue; undefined for all. Throws ApiError BAD_USER_INPUT. */
  venue(venue: string | null | undefined): VenueId | undefined {
    if (venue === undefined || venue === null || this.venues.includes(venue)) return venue ?? undefined;
    const problem = this.known.includes(venue)
      ? `${venue} is switched off on this server; there are ${this.venues.join(', ')}`
      : `there is none of this name; known are ${this.known.join(', ')}`;
    throw new ApiError('BAD_USER_INPUT', `venue: ${problem}`, { argument: 'venue' });
  }
}
