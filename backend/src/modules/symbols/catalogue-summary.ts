import { type VenueId } from '@orderfox/domain';
import { type CatalogueState } from './catalogue-state.js';
import { type SymbolSource } from './market-symbol.js';

/** How complete and how old the list of one venue's contracts is, for people. */
export interface CatalogueSummary {
  readonly venue: VenueId;
  /** Contracts that trade now. 0 while none is known. */
  readonly symbols: number;
  /** Epoch ms. */
  readonly fetchedAt?: number;
  readonly source: SymbolSource;
  /** One sentence; absent when the venue answered the last time. */
  readonly problem?: string;
  /** Epoch ms. */
  readonly retryAt?: number;
}

/** The public face of a catalogue's state. */
export function summariseCatalogue(state: CatalogueState): CatalogueSummary {
  return {
    venue: state.venue,
    symbols: state.instruments.filter((instrument) => instrument.trading).length,
    ...(state.fetchedMs !== undefined && { fetchedAt: state.fetchedMs }),
    source: state.source,
    ...(state.problem && { problem: state.problem.message, retryAt: state.problem.retryAtMs }),
  };
}
