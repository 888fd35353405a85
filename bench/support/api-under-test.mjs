/**
 * The product's API put together from the build as the application does it, without feeds: what a bench publishes on the
 * bus is all that happens.
 */
import { randomUUID } from 'node:crypto';
import { Backoff, systemClock } from '@orderfox/feed';
import { createApi } from '../../backend/dist/api.js';
import { readConfig } from '../../backend/dist/core/config.js';
import { Metrics } from '../../backend/dist/core/http/metrics.js';
import { MarketBus } from '../../backend/dist/core/market-bus.js';
import { createBasis } from '../../backend/dist/modules/basis/create-basis.js';
import { createBookTops } from '../../backend/dist/modules/book-tops/create-book-tops.js';
import { createBooks } from '../../backend/dist/modules/books/create-books.js';
import { createCandles } from '../../backend/dist/modules/candles/create-candles.js';
import { createFunding } from '../../backend/dist/modules/funding/create-funding.js';
import { createOpenInterest } from '../../backend/dist/modules/open-interest/create-open-interest.js';
import { createTradeBars } from '../../backend/dist/modules/trade-bars/create-trade-bars.js';
import { createTrades } from '../../backend/dist/modules/trades/create-trades.js';
import { CoverageWriter } from '../../backend/dist/modules/feeds/coverage-writer.js';
import { FeedSupervisor } from '../../backend/dist/modules/feeds/feed-supervisor.js';
import { SymbolCatalog } from '../../backend/dist/modules/symbols/symbol-catalog.js';

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.error(message, fields),
  error: (fields, message) => console.error(message, fields),
};

/**
 * Resolves with the running API, its bus and its port. `symbols` is the catalogue; `settings` are configuration variables,
 * such as those that raise the limits of one address, from which a bench comes with all its clients. `onBus` gets the bus
 * before anybody listens to it, and so can be the first to hear of each event.
 */
export async function startApi({ database, repository, gaps, symbols, settings, limits, onBus }) {
  const [clock, random] = [systemClock, Math.random];
  const bus = new MarketBus((error) => console.error('a listener failed', error));
  onBus?.(bus);
  const catalog = new SymbolCatalog({ venues: [], fallback: symbols, clock, onListenerError: console.error });
  const supervisor = new FeedSupervisor({
    venues: [],
    catalog,
    records: () => true,
    openSocket: () => {
      throw new Error('no feed, no socket');
    },
    events: { offer: () => undefined },
    refusals: { keep: () => undefined },
    storage: () => ({ state: 'OK' }),
    repository: gaps,
    writer: new CoverageWriter({ repository: gaps, clock, backoff: new Backoff(random), log }),
    bus,
    clock,
    random,
    log,
  });
  const metrics = new Metrics();
  const config = readConfig(settings);
  const http = () => Promise.reject(new Error('nobody asks a venue'));
  const needs = { config, database, catalog, http, clock, random, log };
  const books = createBooks({ ...needs, limits: { levels: 50, followed: 100 } });
  const trades = createTrades({ ...needs, limits: { followed: 100, kept: 500, perSecond: 10_000 } });
  const api = await createApi({
    config,
    candles: createCandles(needs),
    books,
    bookTops: createBookTops({ ...needs, books }),
    basis: createBasis({ ...needs, books }),
    trades,
    tradeBars: createTradeBars({ ...needs, trades }),
    openInterest: createOpenInterest({ ...needs, midOf: () => undefined }),
    funding: createFunding(needs),
    release: { version: randomUUID(), startedAtMs: clock.nowMs(), simulated: false },
    clock,
    random,
    log,
    database,
    repository,
    bus,
    catalog,
    supervisor,
    gaps,
    metrics,
    recorder: () => 'RECORDING',
    ...(limits && { limits }),
  });
  return { api, bus, metrics, port: await api.http.listen(0, '127.0.0.1') };
}

const NO_LIMIT = '1000000000';

/** Settings for many clients at one address: a bench comes from one; everywhere else an address is one client. */
export function roomFor(sockets) {
  const room = String(sockets + 100);
  return {
    MAX_SOCKETS: room,
    MAX_SOCKETS_PER_ADDRESS: room,
    MAX_SUBSCRIPTIONS: room,
    MAX_SUBSCRIPTIONS_PER_ADDRESS: room,
    MAX_COST_PER_MINUTE: NO_LIMIT,
    CONNECTIONS_PER_MINUTE: NO_LIMIT,
    CONNECTION_BURST: NO_LIMIT,
    REQUESTS_PER_MINUTE: NO_LIMIT,
    REQUEST_BURST: NO_LIMIT,
  };
}
