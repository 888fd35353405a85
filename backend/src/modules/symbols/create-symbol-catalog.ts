import { asking, type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { type Pool } from 'pg';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { CatalogueRepository } from './catalogue.repository.js';
import { SymbolCatalog } from './symbol-catalog.js';
import { VenueCatalogue } from './venue-catalogue.js';

/** What the catalogue needs of the rest of the program. */
export interface SymbolCatalogNeeds {
  readonly config: Pick<Config, 'venues' | 'venueRoots' | 'SYMBOLS'>;
  /** Shared by everybody who asks the venues, so that a ban of one holds for all. */
  readonly http: JsonFetch;
  readonly pool: Pick<Pool, 'query'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The catalogue of the configured venues, not started yet. */
export function createSymbolCatalog(needs: SymbolCatalogNeeds): SymbolCatalog {
  const { config, pool, clock, random, log } = needs;
  const http = asking(needs.http, { kind: 'CATALOGUE' });
  const store = new CatalogueRepository(pool);
  return new SymbolCatalog({
    venues: config.venues.map((adapter) => (onChange) => {
      const roots = config.venueRoots.get(adapter.id) ?? adapter.roots;
      return new VenueCatalogue({ adapter, roots, http, store, clock, random, log, onChange });
    }),
    fallback: config.SYMBOLS,
    clock,
    onListenerError: (err) => log.error({ err }, 'a listener to the catalogue failed'),
  });
}
