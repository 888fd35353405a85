import { join } from 'node:path';
import { Backoff, createJsonFetch, LiveSocket, type Clock, type Random } from '@orderfox/feed';
import { type Config } from './core/config.js';
import { type DataDirectory } from './core/data-directory.js';
import { type Database } from './core/database.js';
import { type Log } from './core/log.js';
import { type MarketBus } from './core/market-bus.js';
import { CoverageWriter } from './modules/feeds/coverage-writer.js';
import { FeedGapRepository } from './modules/feeds/feed-gap.repository.js';
import { type StorageReport } from './modules/feeds/feed-ports.js';
import { FeedSupervisor } from './modules/feeds/feed-supervisor.js';
import { LiquidationRecorder } from './modules/liquidation/liquidation-recorder.js';
import { LiquidationRepository } from './modules/liquidation/liquidation.repository.js';
import { LiquidationSpool } from './modules/liquidation/liquidation-spool.js';
import { QuarantineRepository } from './modules/liquidation/quarantine.repository.js';
import { type RecorderStatus } from './modules/liquidation/recorder-status.js';
import { CatalogueRepository } from './modules/symbols/catalogue.repository.js';
import { SymbolCatalog } from './modules/symbols/symbol-catalog.js';
import { VenueCatalogue } from './modules/symbols/venue-catalogue.js';

/** What the pipeline works with. */
export interface PipelineParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly database: Database;
  readonly directory: DataDirectory;
  readonly bus: MarketBus;
}

/** The way of a liquidation from the venues to the bus: catalogue, feeds, recorder, quarantine. Made, not started. */
export class MarketPipeline {
  readonly repository: LiquidationRepository;
  readonly gaps: FeedGapRepository;
  readonly quarantine: QuarantineRepository;
  readonly recorder: LiquidationRecorder;
  readonly catalog: SymbolCatalog;
  readonly supervisor: FeedSupervisor;

  constructor(private readonly parts: PipelineParts) {
    const { database, clock } = parts;
    this.repository = new LiquidationRepository(database);
    this.gaps = new FeedGapRepository(database);
    this.quarantine = new QuarantineRepository(database, clock);
    this.recorder = this.#makeRecorder();
    this.catalog = this.#makeCatalog();
    this.supervisor = this.#makeSupervisor();
  }

  /** Closes the feeds, then brings what was received to safety. Within ten seconds, whatever is broken. */
  async stop(): Promise<void> {
    this.catalog.stop();
    await this.supervisor.stop();
    await Promise.all([this.recorder.stop(), this.quarantine.close()]);
  }

  #makeRecorder(): LiquidationRecorder {
    const { directory, bus, clock, log } = this.parts;
    const spool = new LiquidationSpool({
      path: join(directory.path, 'liquidations.spool'),
      onDamage: (damage) => log.error({ ...damage }, 'a part of the spool cannot be read and is left out'),
    });
    return new LiquidationRecorder({
      store: this.repository,
      spool,
      bus,
      quarantine: this.quarantine,
      clock,
      onStatus: ({ state, waiting, spooled, lastError }) => {
        const write = state === 'RECORDING' ? log.info.bind(log) : log.warn.bind(log);
        write({ state, waiting, spooled, lastError }, 'the recorder changed its state');
      },
    });
  }

  #makeCatalog(): SymbolCatalog {
    const { config, clock, random, log, database } = this.parts;
    const http = createJsonFetch({ clock });
    const store = new CatalogueRepository(database.writer);
    return new SymbolCatalog({
      venues: this.#venues().map(
        (venue) => (onChange) => new VenueCatalogue({ ...venue, http, store, clock, random, log, onChange }),
      ),
      fallback: config.SYMBOLS,
      clock,
      onListenerError: (err) => log.error({ err }, 'a listener of the catalogue failed'),
    });
  }

  #makeSupervisor(): FeedSupervisor {
    const { config, clock, random, log, bus } = this.parts;
    const wanted = new Set(config.LIQUIDATION_SYMBOLS);
    return new FeedSupervisor({
      venues: this.#venues(),
      catalog: this.catalog,
      records: (symbol) => wanted.has('*') || wanted.has(symbol),
      openSocket: (options) => new LiveSocket(options),
      events: this.recorder,
      refusals: this.quarantine,
      storage: () => storageReport(this.recorder.status()),
      repository: this.gaps,
      writer: new CoverageWriter({ repository: this.gaps, clock, backoff: new Backoff(random), log }),
      bus,
      clock,
      random,
      log,
    });
  }

  #venues() {
    const { venues, venueRoots } = this.parts.config;
    return venues.map((adapter) => ({ adapter, roots: venueRoots.get(adapter.id) ?? adapter.roots }));
  }
}

/** What the feeds have to know of recording. */
function storageReport({ state, unsafeSinceMs, lostSinceMs }: RecorderStatus): StorageReport {
  return {
    state: state === 'RECORDING' ? 'OK' : state === 'FULL' ? 'FULL' : 'DEGRADED',
    ...(unsafeSinceMs !== undefined && { unsafeSinceMs }),
    ...(lostSinceMs !== undefined && { lostSinceMs }),
  };
}
