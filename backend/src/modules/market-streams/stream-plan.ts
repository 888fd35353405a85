import { type VenueId } from '@orderfox/domain';
import { type BookMarket } from '../books/book-market.js';
import { mainContract } from '../symbols/main-contract.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type BarMarket } from '../trade-bars/bar-market.js';
import { type FundingContract } from './funding-source.js';
import { standingVenue } from './standing-venue.js';
import { streamKey, type StreamKind } from './stream-entry.js';

/** What is to be published now. */
export interface StreamPlan {
  /** Canonical symbols, by the key of their stream. */
  readonly liquidations: ReadonlyMap<string, string>;
  readonly bars: ReadonlyMap<string, BarMarket>;
  readonly books: ReadonlyMap<string, BookMarket>;
  readonly funding: ReadonlyMap<string, FundingContract>;
}

/** What a plan is made of. */
export interface StreamPlanParts {
  readonly prefix: string;
  readonly symbols: readonly string[];
  readonly catalog: Pick<SymbolCatalog, 'find' | 'instruments' | 'catalogue'>;
  readonly barsOf: (symbol: string) => readonly BarMarket[];
  readonly booksOf: (symbol: string) => readonly BookMarket[];
  /** Venues by what they have, the preferred first. */
  readonly venues: Readonly<Record<'bars' | 'books' | 'funding', readonly VenueId[]>>;
  /**
   * The venues that stand for a symbol since an earlier plan, by the plain key; those of this one are added. Nobody takes
   * their place while a list of contracts lacks theirs: a stream would go on with another venue.
   */
  readonly standing: Map<string, VenueId>;
}

/** Which streams there are, by the lists of contracts as they are known now. */
export function planStreams(parts: StreamPlanParts): StreamPlan {
  const { prefix, catalog, venues } = parts;
  const symbols = [...new Set(parts.symbols.map((name) => catalog.find(name)?.id ?? name))];
  const isKnown = (venue: VenueId) => (catalog.catalogue(venue)?.instruments.length ?? 0) > 0;
  const keyed = <M>(
    kind: StreamKind,
    order: readonly VenueId[],
    of: (symbol: string) => readonly (readonly [VenueId, M])[],
  ) =>
    new Map(
      symbols.flatMap((symbol) => {
        const markets = of(symbol);
        const plain = streamKey(prefix, symbol, kind);
        const listed = new Set(markets.map(([venue]) => venue));
        const standing = parts.standing.get(plain) ?? standingVenue(order, listed, isKnown);
        if (standing !== undefined) parts.standing.set(plain, standing);
        return markets.map(([venue, market]): readonly [string, M] => [
          venue === standing ? plain : streamKey(prefix, symbol, kind, venue),
          market,
        ]);
      }),
    );
  const fundingOf = (symbol: string) =>
    venues.funding.flatMap((venue): readonly (readonly [VenueId, FundingContract])[] => {
      const listed = catalog.instruments(venue).all();
      const main = mainContract(listed.filter((instrument) => instrument.symbol === symbol));
      return main === undefined ? [] : [[venue, { venue, symbol, venueSymbol: main.venueSymbol }]];
    });
  const byVenue = <M extends { readonly venue: { readonly id: VenueId } }>(markets: readonly M[]) =>
    markets.map((market): readonly [VenueId, M] => [market.venue.id, market]);
  return {
    liquidations: new Map(symbols.map((symbol) => [streamKey(prefix, symbol, 'liquidations'), symbol])),
    bars: keyed('trades', venues.bars, (symbol) => byVenue(parts.barsOf(symbol))),
    books: keyed('book', venues.books, (symbol) => byVenue(parts.booksOf(symbol))),
    funding: keyed('funding', venues.funding, fundingOf),
  };
}
