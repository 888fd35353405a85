import { type Instrument } from '@orderfox/domain';
import { LiveSocket, type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { StandingTrades } from './standing-trades.js';
import { type TradeVenue } from './trade-market.js';
import { TradeQueryReader } from './trade-query-reader.js';
import { TradeStreams, type TradeLimits } from './trade-streams.js';
import { type TradesModuleParts } from './trades.module.js';

/** What trades need of the rest of the program. */
export interface TradesNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS'>;
  readonly limits: TradeLimits;
  /** What one client may have followed; the usual if absent. */
  readonly clients?: ClientLimits;
  readonly catalog: SymbolCatalog;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Trades of the configured venues, in the order of the list of venues; nothing is asked or opened yet. */
export function createTrades(needs: TradesNeeds): TradesModuleParts {
  const { config, limits, clients, catalog, http, clock, random, log } = needs;
  const venues = VENUE_ADAPTERS.filter(({ id }) => config.venues.some((venue) => venue.id === id)).flatMap(
    (adapter) => tradeVenue(adapter, config),
  );
  const known = VENUE_ADAPTERS.map(({ id }) => id);
  const questions = new TradeQueryReader(catalog, venues, known, limits.kept);
  const openSocket = (options: ConstructorParameters<typeof LiveSocket>[0]) => new LiveSocket(options);
  const instrumentNow = (instrument: Instrument) =>
    catalog.instruments(instrument.venue).get(instrument.venueSymbol) ?? instrument;
  const reserved = new Set(config.SYMBOLS).size * venues.length;
  const streams = new TradeStreams({
    ...{ http, openSocket, clock, random, log, instrumentNow },
    limits: { ...limits, reserved },
    ...(clients && { clients }),
  });
  const standing = new StandingTrades({
    symbols: config.SYMBOLS,
    catalog,
    questions,
    streams,
    clock,
    onError: (err) => log.error({ err }, 'the trades of a symbol of SYMBOLS cannot be followed'),
  });
  return { streams, questions, standing };
}

function tradeVenue(
  { id, name, roots, trades }: VenueAdapter,
  { venueRoots }: Pick<Config, 'venueRoots'>,
): readonly TradeVenue[] {
  return trades === undefined ? [] : [{ id, name, roots: venueRoots.get(id) ?? roots, trades }];
}
