import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Completeness, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { AppModule } from './app.module.js';
import { configuredLimits } from './configured-limits.js';
import { ClientLedger } from './core/clients/client-ledger.js';
import { type ClientLimits } from './core/clients/client-limits.js';
import { HostCheck } from './core/clients/host-check.js';
import { ProxyTrust } from './core/clients/proxy-trust.js';
import { type Config } from './core/config.js';
import { type Database } from './core/database.js';
import { ApiPolicy } from './core/graphql/api-policy.js';
import { ErrorFormatter } from './core/graphql/error-formatter.js';
import { TroubleLog } from './core/graphql/trouble-log.js';
import { type SocketLimits } from './core/graphql-socket/socket-limits.js';
import { HttpApplication } from './core/http/http-application.js';
import { type Metrics } from './core/http/metrics.js';
import { registerReaderMetrics } from './core/http/reader-metrics.js';
import { DataVersions } from './core/http/response-cache/data-versions.js';
import { type Log } from './core/log.js';
import { type MarketBus } from './core/market-bus.js';
import { type ArchiveStatus } from './modules/archive/archiver.js';
import { registerBasisMetrics } from './modules/basis/basis-metrics.js';
import { type BasisModuleParts } from './modules/basis/basis.module.js';
import { registerBookTopMetrics } from './modules/book-tops/book-top-metrics.js';
import { type BookTopsModuleParts } from './modules/book-tops/book-tops.module.js';
import { registerBookMetrics } from './modules/books/book-metrics.js';
import { type BooksModuleParts } from './modules/books/books.module.js';
import { registerCandleMetrics } from './modules/candles/candle-metrics.js';
import { registerCandleStreamMetrics } from './modules/candles/candle-stream-metrics.js';
import { type CandlesModuleParts } from './modules/candles/candles.module.js';
import { compatProtocols } from './modules/compat/compat-protocols.js';
import { MarketNames } from './modules/compat/market-names.js';
import { type FeedGapRepository } from './modules/feeds/feed-gap.repository.js';
import { type FeedSupervisor } from './modules/feeds/feed-supervisor.js';
import { type FundingModuleParts } from './modules/funding/funding.module.js';
import { FilterReader } from './modules/liquidation/filter-reader.js';
import { type HistoryStatus } from './modules/history/history-status.js';
import { CursorCodec } from './modules/liquidation/liquidation-cursor.js';
import { lastingLiquidations, liquidationVersions } from './modules/liquidation/liquidation-versions.js';
import { type LiquidationRepository } from './modules/liquidation/liquidation.repository.js';
import { type RecorderState } from './modules/liquidation/recorder-status.js';
import { type RedisStatus } from './modules/market-streams/redis-state.js';
import { type OpenInterestModuleParts } from './modules/open-interest/open-interest.module.js';
import { registerSeriesMetrics } from './modules/polled/series-metrics.js';
import { type SymbolCatalog } from './modules/symbols/symbol-catalog.js';
import { SymbolInterest } from './modules/symbols/symbol-interest.js';
import { symbolVersions } from './modules/symbols/symbol-versions.js';
import { HealthCheck } from './modules/system/health.js';
import { type Release } from './modules/system/system-state.js';
import { registerTradeBarMetrics } from './modules/trade-bars/trade-bar-metrics.js';
import { type TradeBarsModuleParts } from './modules/trade-bars/trade-bars.module.js';
import { registerTradeMetrics } from './modules/trades/trade-metrics.js';
import { type TradesModuleParts } from './modules/trades/trades.module.js';
import { VolumeBoard } from './modules/volume/volume-board.js';
import { registerVolumeMetrics } from './modules/volume/volume-metrics.js';
import { VolumeQueryReader } from './modules/volume/volume-query-reader.js';
import { VolumeReader } from './modules/volume/volume-reader.js';
import { volumeVersions } from './modules/volume/volume-versions.js';
import { VolumeRepository } from './modules/volume/volume.repository.js';

/** The web client's build, from `src` and from `dist` alike. */
const WEB_CLIENT = join(import.meta.dirname, '../../frontend/dist/browser');

/** What the API serves. All of it is made and owned by the caller. */
export interface ApiParts {
  readonly config: Config;
  readonly release: Release;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Pick<Database, 'reader'>;
  readonly repository: LiquidationRepository;
  readonly bus: MarketBus;
  readonly catalog: SymbolCatalog;
  readonly supervisor: FeedSupervisor;
  readonly gaps: FeedGapRepository;
  readonly candles: CandlesModuleParts;
  readonly books: BooksModuleParts;
  readonly bookTops: BookTopsModuleParts;
  readonly basis: BasisModuleParts;
  readonly trades: TradesModuleParts;
  readonly tradeBars: TradeBarsModuleParts;
  readonly openInterest: OpenInterestModuleParts;
  readonly funding: FundingModuleParts;
  readonly metrics: Metrics;
  readonly recorder: () => RecorderState;
  /** Hears what clients ask for. */
  readonly interest?: SymbolInterest;
  /** How the history outside stands, where one is configured. */
  readonly history?: () => HistoryStatus | undefined;
  /** How the archive stands, where there is one. */
  readonly archive?: () => ArchiveStatus | undefined;
  /** How publishing to Redis stands, where it is configured. */
  readonly redis?: () => RedisStatus | undefined;
  /** For specs, which cannot wait for the real limits. */
  readonly limits?: Partial<SocketLimits>;
  readonly clientLimits?: Partial<ClientLimits>;
  /** Folder of the built web client, unless it is the usual one. */
  readonly webClient?: string;
}

/** The API, put together and not listening yet. */
export interface Api {
  readonly http: HttpApplication;
  readonly health: HealthCheck;
}

/** Puts the API together. Rejects when the database cannot say which store it is. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const { config, release, clock, log, database, repository, bus, catalog, supervisor, gaps, metrics } =
    parts;
  const limits = configuredLimits(config);
  const trust = ProxyTrust.parse(config.TRUST_PROXY);
  const ledger = new ClientLedger({ ...limits.client, ...parts.clientLimits }, trust, clock);
  const policy = new ApiPolicy(limits.api);
  const trouble = new TroubleLog(log, clock, randomUUID);
  const errors = new ErrorFormatter(trouble, limits.api);
  const cursors = new CursorCodec((await repository.latest()).storeId);
  const ports = {
    release,
    nowMs: () => clock.nowMs(),
    recorder: parts.recorder,
    lastCursor: async () => cursors.encode((await repository.latest()).lastSeq),
    pingDatabase: async () => {
      await database.reader.query('SELECT 1');
    },
    venues: () => supervisor.venueStatuses(),
    ...(parts.history && { history: parts.history }),
    ...(parts.archive && { archive: parts.archive }),
    ...(parts.redis && { redis: parts.redis }),
  };
  const health = new HealthCheck(ports, clock);
  const interest = parts.interest ?? new SymbolInterest();
  const venueIds = VENUE_ADAPTERS.map(({ id }) => id);
  const reader = new VolumeReader(new VolumeRepository(database), gaps, completenessOf);
  const volume = {
    volume: reader,
    board: new VolumeBoard({ reader, bus, clock, maxFeeds: limits.volume.feeds }),
    queries: new VolumeQueryReader(new FilterReader(catalog, repository, venueIds), clock, interest),
  };
  interest.watchedThrough(() => volume.board.symbols());
  registerReaderMetrics(metrics, database.reader);
  registerVolumeMetrics(metrics, volume.board);
  registerCandleMetrics(metrics, parts.candles.store);
  registerCandleStreamMetrics(metrics, parts.candles.streams);
  registerBookMetrics(metrics, parts.books.streams);
  registerBookTopMetrics(metrics, parts.bookTops.sampler, parts.bookTops.writer);
  registerBasisMetrics(metrics, parts.basis.board, parts.basis.rates);
  registerTradeMetrics(metrics, parts.trades.streams);
  registerTradeBarMetrics(metrics, parts.tradeBars.recorder, parts.tradeBars.streams);
  registerSeriesMetrics(metrics, 'orderfox_open_interest', 'Open interest', parts.openInterest.board);
  registerSeriesMetrics(metrics, 'orderfox_funding', 'Funding', parts.funding.board);
  const versions = new DataVersions(
    symbolVersions(catalog),
    liquidationVersions(repository, catalog),
    volumeVersions(volume.queries, volume.volume, catalog),
  );
  const root = AppModule.with({
    policy,
    errors,
    spend: (request, points) => ledger.spend(ledger.clientOf(request.raw), points),
    clientOf: (request) => ledger.clientOf(request.raw),
    clock,
    log,
    catalog,
    feeds: { supervisor, gaps, catalog, bus },
    liquidation: { repository, cursors, catalog, bus, interest, venueIds },
    volume,
    candles: parts.candles,
    books: parts.books,
    bookTops: parts.bookTops,
    basis: parts.basis,
    trades: parts.trades,
    tradeBars: parts.tradeBars,
    openInterest: parts.openInterest,
    funding: parts.funding,
    compat: { ledger, versions, metrics },
    system: { ports, health, metrics },
  });
  const http = await HttpApplication.create({
    root,
    policy,
    errors,
    trouble,
    socketLimits: { ...limits.socket, ...parts.limits },
    httpLimits: limits.http,
    ledger,
    hosts: new HostCheck(config.ALLOWED_HOSTS, config.BACKEND_HOST),
    clock,
    log,
    metrics,
    versions,
    lasting: lastingLiquidations(catalog),
    origins: config.CORS_ORIGINS,
    allowNoOrigin: config.ALLOW_NO_ORIGIN,
    webClient: parts.webClient ?? WEB_CLIENT,
    protocols: (sessions) => compatProtocols(sessions, new MarketNames(catalog), limits.books.levels),
  });
  return { http, health };
}

/** What a venue's feed carries; undefined for a venue that this program does not know. */
function completenessOf(venue: VenueId): Completeness | undefined {
  return VENUE_ADAPTERS.find(({ id }) => id === venue)?.completeness;
}
