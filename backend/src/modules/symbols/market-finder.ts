import { type Instrument, type VenueId } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { type CatalogueProblem } from './catalogue-state.js';
import { mainContract } from './main-contract.js';
import { type MarketSymbol } from './market-symbol.js';
import { type SymbolCatalog } from './symbol-catalog.js';
import { unknownSymbol } from './unknown-symbol.js';

/** A venue that has what is looked for. */
export interface MarketVenue {
  readonly id: VenueId;
  /** Display name. */
  readonly name: string;
}

/** Why a venue has none of a market. */
export type MarketAbsence =
  /** It is not configured, or has no such thing at all. */
  | { readonly kind: 'NOT_CONFIGURED' }
  /** Its list of contracts is known, and does not have it. */
  | { readonly kind: 'NOT_LISTED' }
  /** Nobody knows: its list of contracts is not loaded. Without a problem it is being asked for the first time. */
  | { readonly kind: 'NOT_LOADED'; readonly problem?: CatalogueProblem };

/** What a finder works with. */
export interface MarketFinderParts<V extends MarketVenue, M> {
  readonly catalog: Pick<SymbolCatalog, 'ready' | 'find' | 'suggest' | 'instruments' | 'catalogue'>;
  /** Those that are configured and have such a thing, the preferred first. */
  readonly venues: readonly V[];
  /** Identifiers of all venues that there are. */
  readonly known: readonly string[];
  /** What markets are looked for: `candles`, or `order book` with `an` before it. */
  readonly what: { readonly noun: string; readonly article?: string };
  /** The market that a contract is; undefined where it has no such thing. */
  readonly marketOf: (venue: V, instrument: Instrument) => M | undefined;
}

/** Finds the markets that are meant by a symbol and, where one is said, a venue; and says why there is none. */
export class MarketFinder<V extends MarketVenue, M extends { readonly venue: V }> {
  constructor(private readonly parts: MarketFinderParts<V, M>) {}

  /** The markets of a symbol over all venues that have one, the preferred first; none for a symbol that is not known. */
  marketsOf(name: string): readonly M[] {
    const { catalog, venues, marketOf } = this.parts;
    const symbol = catalog.find(name);
    if (symbol === undefined) return [];
    return venues.flatMap((venue): readonly M[] => {
      const markets = new Map<Instrument, M>();
      for (const instrument of catalog.instruments(venue.id).all()) {
        const market = instrument.symbol === symbol.id ? marketOf(venue, instrument) : undefined;
        if (market !== undefined) markets.set(instrument, market);
      }
      const main = mainContract([...markets.keys()]);
      const market = main && markets.get(main);
      return market === undefined ? [] : [market];
    });
  }

  /** Why a venue, by its identifier, has no market that `marketsOf` would have named. */
  absenceOf(venue: string): MarketAbsence {
    const asked = this.parts.venues.filter(({ id }) => id === venue);
    if (asked.length === 0) return { kind: 'NOT_CONFIGURED' };
    if (this.#unloaded(asked).length === 0) return { kind: 'NOT_LISTED' };
    const problem = this.parts.catalog.catalogue(venue)?.problem;
    return { kind: 'NOT_LOADED', ...(problem && { problem }) };
  }

  /**
   * The symbol that a name means, whoever has it. Rejects with ApiError: UNKNOWN_SYMBOL; UNAVAILABLE where that cannot be said
   * because a list of contracts is not loaded.
   */
  async symbol(name: string): Promise<MarketSymbol> {
    await this.parts.catalog.ready();
    const symbol = this.parts.catalog.find(name);
    if (symbol === undefined) throw this.#unknownSymbol(name);
    return symbol;
  }

  /**
   * The markets that are meant, the preferred first: one where a venue is said, at least one in any case. Rejects with
   * ApiError: UNKNOWN_SYMBOL; BAD_USER_INPUT for a venue that is none or has no such market; UNAVAILABLE where that cannot
   * be said because a list of contracts is not loaded, and while no venue has the market.
   */
  async find(name: string, venue?: string | null): Promise<readonly [M, ...M[]]> {
    const { venues, known, what } = this.parts;
    const symbol = await this.symbol(name);
    const listed = this.marketsOf(name);
    const id = typeof venue === 'string' ? venue : undefined;
    const [first, ...others] = id === undefined ? listed : listed.filter((each) => each.venue.id === id);
    if (first !== undefined) return [first, ...others];
    if (id !== undefined && !known.includes(id)) {
      throw badVenue(`there is none of this name; known are ${known.join(', ')}`);
    }
    const unloaded = this.#unloaded(id === undefined ? venues : venues.filter((each) => each.id === id));
    const article = what.article === undefined ? '' : `${what.article} `;
    if (unloaded.length > 0) {
      throw this.#notLoaded(unloaded, `so it is not known who has ${article}${what.noun} of ${symbol.id}`);
    }
    if (id === undefined) {
      throw new ApiError(
        'UNAVAILABLE',
        `No venue has ${article}${what.noun} of ${symbol.id} now. Try again later, or ask for another symbol.`,
      );
    }
    const these = listed.map((each) => each.venue.id).join(', ');
    throw badVenue(`${id} has no ${what.noun} of ${symbol.id}; these do: ${these || 'none'}`);
  }

  /** A name that is in no list is unknown only where all lists are known. */
  #unknownSymbol(name: string): ApiError {
    const { catalog, venues } = this.parts;
    const unloaded = this.#unloaded(venues);
    const unknown = unknownSymbol(name, catalog);
    if (unloaded.length === 0) return unknown;
    return this.#notLoaded(unloaded, 'so it is not known whether there is such a symbol', unknown.extensions);
  }

  /** Venues that are asked, and of whose contracts nothing is known yet. */
  #unloaded(venues: readonly V[]): readonly V[] {
    return venues.filter(({ id }) => this.parts.catalog.catalogue(id)?.instruments.length === 0);
  }

  #notLoaded(
    venues: readonly V[],
    consequence: string,
    details: Readonly<Record<string, unknown>> = {},
  ): ApiError {
    const names = venues.map(({ name }) => name);
    const problems = venues.flatMap(({ id, name }) => {
      const problem = this.parts.catalog.catalogue(id)?.problem;
      return problem === undefined ? [] : [{ name, ...problem }];
    });
    const reasons = problems.map(
      ({ name, message, sinceMs }) =>
        `${name}: ${message}, since ${new Date(sinceMs).toISOString().slice(11, 19)} UTC`,
    );
    const [list, is] = names.length === 1 ? ['list', 'is'] : ['lists', 'are'];
    const subject = `The ${list} of contracts of ${names.join(', ')} ${is} not loaded`;
    const why = reasons.length > 0 ? `. ${reasons.join('; ')}.` : ' yet. Try again in a moment.';
    const since = problems.length > 0 && { since: Math.min(...problems.map(({ sinceMs }) => sinceMs)) };
    const { suggestions } = details;
    return new ApiError('UNAVAILABLE', `${subject}, ${consequence}${why}`, {
      venues: venues.map(({ id }) => id),
      ...since,
      ...(suggestions !== undefined && { suggestions }),
    });
  }
}

function badVenue(problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `venue: ${problem}`, { argument: 'venue' });
}
