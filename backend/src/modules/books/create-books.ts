import { LiveSocket, type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type BookVenue } from './book-market.js';
import { BookQueryReader } from './book-query-reader.js';
import { BookStreams } from './book-streams.js';
import { type BooksModuleParts } from './books.module.js';
import { StandingBooks } from './standing-books.js';

/** What books need of the rest of the program. */
export interface BooksNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS'>;
  readonly limits: {
    /** Levels of each side of an answer. */
    readonly levels: number;
    /** Books that are followed at once. */
    readonly followed: number;
  };
  /** What one client may have followed; the usual if absent. */
  readonly clients?: ClientLimits;
  readonly catalog: SymbolCatalog;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Order books of the configured venues, in the order of the list of venues; nothing is asked or opened yet. */
export function createBooks(needs: BooksNeeds): BooksModuleParts {
  const { config, limits, clients, catalog, http, clock, random, log } = needs;
  const venues = VENUE_ADAPTERS.filter(({ id }) => config.venues.some((venue) => venue.id === id)).flatMap(
    (adapter) => bookVenue(adapter, config),
  );
  const known = VENUE_ADAPTERS.map(({ id }) => id);
  const questions = new BookQueryReader(catalog, venues, known, limits.levels);
  const streams = new BookStreams({
    http,
    openSocket: (options) => new LiveSocket(options),
    clock,
    random,
    log,
    maxBooks: limits.followed,
    reserved: new Set(config.SYMBOLS).size * venues.length,
    ...(clients && { clients }),
    marketNow: (market) => questions.marketNow(market),
  });
  const standing = new StandingBooks({
    symbols: config.SYMBOLS,
    catalog,
    questions,
    streams,
    clock,
    onError: (err) => log.error({ err }, 'the book of a symbol that is always followed is not'),
  });
  return { streams, questions, standing };
}

function bookVenue(
  { id, name, roots, books }: VenueAdapter,
  { venueRoots }: Pick<Config, 'venueRoots'>,
): readonly BookVenue[] {
  return books === undefined ? [] : [{ id, name, roots: venueRoots.get(id) ?? roots, books }];
}
