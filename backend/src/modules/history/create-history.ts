import { createJsonFetch, type Clock } from '@orderfox/feed';
import { type Config } from '../../core/config.js';
import { type Log } from '../../core/log.js';
import { recordedSymbols } from '../feeds/recorded-symbols.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type SymbolInterest } from '../symbols/symbol-interest.js';
import { HistoryClient } from './history-client.js';
import { HistoryLoader, type HistoryLoaderParts } from './history-loader.js';

/** For one request, from start to the last byte. */
const TIMEOUT_MS = 15_000;
/** A thousand rows have less than half of it. */
const MAX_BYTES = 4 * 1_024 * 1_024;

/** What the history needs of the rest of the program. */
export interface HistoryNeeds {
  readonly config: Pick<Config, 'venues' | 'SYMBOLS' | 'LIQUIDATION_SYMBOLS' | 'LIQUIDATION_API_BASE_URL'>;
  readonly catalog: SymbolCatalog;
  readonly interest: SymbolInterest;
  readonly bus: HistoryLoaderParts['bus'];
  readonly recorder: HistoryLoaderParts['recorder'];
  readonly quarantine: HistoryLoaderParts['quarantine'];
  readonly clock: Clock;
  readonly log: Log;
}

/** Past liquidations from a service outside, started; undefined where none is configured. */
export function startHistory(needs: HistoryNeeds): HistoryLoader | undefined {
  const { config, catalog, clock, log } = needs;
  const root = config.LIQUIDATION_API_BASE_URL;
  if (root === undefined) return undefined;
  const venue = config.venues.find(({ history }) => history !== undefined);
  if (venue?.history === undefined) {
    log.warn({}, 'LIQUIDATION_API_BASE_URL is set, but VENUES names no venue whose history it could have.');
    return undefined;
  }
  const records = recordedSymbols(config.LIQUIDATION_SYMBOLS, (name) => catalog.find(name));
  const client = new HistoryClient({
    root,
    venue: venue.id,
    history: venue.history,
    instruments: catalog.instruments(venue.id),
    records,
    // Its own, so that it neither waits for the venues nor they for it.
    http: createJsonFetch({ clock, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, maxConcurrent: 2 }),
    clock,
  });
  const loader = new HistoryLoader({ ...needs, client, venue: venue.id });
  loader.start();
  wantFirst(config.SYMBOLS, catalog, loader);
  return loader;
}

/** Wants the symbols that are shown first, each as soon as the catalogue knows it. */
function wantFirst(names: readonly string[], catalog: SymbolCatalog, loader: HistoryLoader): void {
  const waiting = new Set(names);
  const look = () => {
    for (const name of waiting) {
      const symbol = catalog.find(name)?.id;
      if (symbol !== undefined && loader.want(symbol, undefined, true)) waiting.delete(name);
    }
    if (waiting.size === 0) stop();
  };
  const stop = catalog.onChange(look);
  look();
}
