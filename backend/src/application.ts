import { type Clock, type Random } from '@orderfox/feed';
import { createApi, type Api } from './api.js';
import { configuredLimits } from './configured-limits.js';
import { type Config } from './core/config.js';
import { DataDirectory } from './core/data-directory.js';
import { Database } from './core/database.js';
import { Metrics } from './core/http/metrics.js';
import { type Log } from './core/log.js';
import { MarketBus } from './core/market-bus.js';
import { PartitionKeeper } from './core/partition-keeper.js';
import { registerPartitionMetrics } from './core/partition-metrics.js';
import { claimStoreKind } from './core/store-kind.js';
import { MARKET_DATA_TABLES } from './market-data-tables.js';
import { MarketPipeline } from './market-pipeline.js';
import { MIGRATIONS } from './migrations/index.js';
import { registerArchiveMetrics } from './modules/archive/archive-metrics.js';
import { createArchive } from './modules/archive/create-archive.js';
import { LiquidationTable } from './modules/liquidation/liquidation.table.js';
import { createMarketStreams } from './modules/market-streams/create-market-streams.js';
import { type MarketStreams } from './modules/market-streams/market-streams.js';
import { registerMarketStreamMetrics } from './modules/market-streams/register-market-stream-metrics.js';
import { registerPipelineMetrics } from './pipeline-metrics.js';

/** What the process gives the application. */
export interface ApplicationParts {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** How to undo a step of the start. */
interface Undo {
  readonly what: string;
  readonly run: () => Promise<unknown>;
}

/** The whole program in one process, from the data directory to the open port. */
export class Application {
  #stopping: Promise<void> | undefined;

  private constructor(
    private readonly parts: ApplicationParts,
    private readonly api: Api,
    private readonly undo: readonly Undo[],
    /** Where it is reached, such as `http://127.0.0.1:8000`. */
    readonly url: string,
  ) {}

  /**
   * Takes the data directory, opens the database, starts to record, opens the feeds, listens: in this order, so that
   * everything that arrives finds a place. If a step fails, those before it are undone and its error is thrown.
   */
  static async start(parts: ApplicationParts): Promise<Application> {
    const { config, clock, log } = parts;
    for (const warning of config.warnings) log.warn({}, warning);
    const undo: Undo[] = [];
    try {
      const directory = await DataDirectory.claim(config.DATA_DIR);
      undo.unshift({ what: 'the data directory', run: () => directory.release() });
      const database = await openDatabase(parts, directory);
      undo.unshift({ what: 'the database', run: () => database.close() });
      await claimStoreKind(database.writer, config.SIMULATED);
      const partitions = new PartitionKeeper({
        pool: database.writer,
        clock,
        log,
        tables: MARKET_DATA_TABLES,
        retentionDays: config.RETENTION_DAYS,
      });
      undo.unshift({ what: 'the partitions of market data', run: () => partitions.stop() });
      await partitions.start();
      const bus = new MarketBus((err, type) => log.error({ err, type }, 'a listener of the bus failed'));
      const pipeline = new MarketPipeline({ ...parts, database, directory, bus });
      undo.unshift({ what: 'feeds and recorder', run: () => pipeline.stop() });
      await pipeline.recorder.start();
      pipeline.startHistory();

      const release = { version: parts.version, startedAtMs: clock.nowMs(), simulated: config.SIMULATED };
      const metrics = new Metrics();
      registerPartitionMetrics(metrics, partitions);
      registerPipelineMetrics(metrics, pipeline, { bus, clock, release });
      const streams = await openStreams(parts, { pipeline, database, bus });
      if (streams !== undefined) registerMarketStreamMetrics(metrics, streams);
      const {
        repository,
        catalog,
        supervisor,
        gaps,
        candles,
        books,
        bookTops,
        basis,
        trades,
        tradeBars,
        openInterest,
        funding,
      } = pipeline;
      const { interest } = pipeline;
      const recorder = () => pipeline.recorder.status().state;
      const history = () => pipeline.history?.status();
      const archiver = createArchive({ ...parts, catalog, database, directory });
      if (archiver !== undefined) registerArchiveMetrics(metrics, archiver);
      const archive = () => archiver?.status;
      const served = {
        config,
        release,
        clock,
        log,
        database,
        repository,
        bus,
        catalog,
        supervisor,
        gaps,
        candles,
        books,
        bookTops,
        basis,
        trades,
        tradeBars,
        openInterest,
        funding,
      };
      const redis = () => streams?.status();
      const api = await createApi({ ...served, metrics, recorder, interest, history, archive, redis });
      undo.splice(1, 0, { what: 'the connections', run: () => api.http.close() });
      const port = await api.http.listen(config.BACKEND_PORT, config.BACKEND_HOST);
      books.standing.start();
      basis.standing.start();
      bookTops.sampler.start();
      trades.standing.start();
      openInterest.board.start();
      funding.board.start();
      if (archiver !== undefined) {
        // When what was received is safe, and before the database goes.
        undo.splice(2, 0, { what: 'the archive', run: () => archiver.stop() });
        archiver.start();
      }
      if (streams !== undefined) {
        undo.unshift({ what: 'publishing to Redis', run: () => streams.stop() });
        streams.start();
      }
      return new Application(parts, api, undo, urlOf(config.BACKEND_HOST, port));
    } catch (error) {
      await runAll(undo, log);
      throw error;
    }
  }

  /**
   * Says that it is not ready and accepts no more, closes the feeds, lets the recorder finish or spool, closes the
   * clients' sockets so that they come back, then the database. Never rejects. May be called twice.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.api.health.stopping();
    this.api.http.stopAccepting();
    await runAll(this.undo, this.parts.log);
  }
}

async function runAll(undo: readonly Undo[], log: Log): Promise<void> {
  for (const { what, run } of undo) {
    try {
      await run();
    } catch (err) {
      log.error({ err }, `${what} could not be closed`);
    }
  }
}

/** Publishing to Redis, where it is configured; nothing is connected yet. */
async function openStreams(
  { config, clock, random, log }: ApplicationParts,
  { pipeline, database, bus }: { pipeline: MarketPipeline; database: Database; bus: MarketBus },
): Promise<MarketStreams | undefined> {
  if (config.REDIS_URL === undefined) return undefined;
  const { repository, catalog, books, trades, tradeBars, funding } = pipeline;
  const { storeId } = await repository.latest();
  return createMarketStreams({
    config,
    url: config.REDIS_URL,
    most: configuredLimits(config).redis,
    ...{ database, storeId, repository, bus, catalog, books, trades, tradeBars, funding, clock, random, log },
  });
}

function openDatabase({ config, clock, log }: ApplicationParts, directory: DataDirectory): Promise<Database> {
  return Database.open({
    ...(config.DATABASE_URL !== undefined && { address: { connectionString: config.DATABASE_URL } }),
    directory,
    migrations: MIGRATIONS,
    entities: [LiquidationTable],
    clock,
    maxWaiting: configuredLimits(config).database.waitingQueries,
    onNotice: (message) => log.info({}, message),
  });
}

/** An address that can be opened: a server that listens everywhere is reached at localhost too. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
