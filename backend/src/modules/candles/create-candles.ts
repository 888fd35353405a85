import { LiveSocket, type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type CandleVenue } from './candle-market.js';
import { CandleQueryReader } from './candle-query-reader.js';
import { CandleReader } from './candle-reader.js';
import { CandleStore } from './candle-store.js';
import { CandleStreams } from './candle-streams.js';
import { type CandlesModuleParts } from './candles.module.js';

/** What candles need of the rest of the program. */
export interface CandlesNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'MAX_ROWS'>;
  readonly catalog: SymbolCatalog;
  /** What one client may have; absent: as by default. */
  readonly clients?: ClientLimits;
  /** Shared by everybody who asks the venues. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Candles of the configured venues, in the order of the list of venues; nothing is asked or opened yet. */
export function createCandles(needs: CandlesNeeds): CandlesModuleParts {
  const { config, catalog, clients, http, clock, random, log } = needs;
  const venues = VENUE_ADAPTERS.filter(({ id }) => config.venues.some((venue) => venue.id === id)).flatMap(
    (adapter) => candleVenue(adapter, config),
  );
  const store = new CandleStore({ http, clock });
  const reader = new CandleReader({ store, clock, log });
  const openSocket = (options: ConstructorParameters<typeof LiveSocket>[0]) => new LiveSocket(options);
  const streams = new CandleStreams({
    ...{ store, reader, openSocket, clock, random, log },
    ...(clients !== undefined && { clients }),
  });
  const known = VENUE_ADAPTERS.map(({ id }) => id);
  const questions = new CandleQueryReader(catalog, venues, known, clock, config.MAX_ROWS);
  return { store, reader, streams, questions };
}

function candleVenue(
  { id, name, roots, candles }: VenueAdapter,
  { venueRoots }: Pick<Config, 'venueRoots'>,
): readonly CandleVenue[] {
  return candles === undefined ? [] : [{ id, name, roots: venueRoots.get(id) ?? roots, candles }];
}
