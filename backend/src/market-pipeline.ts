import { join } from 'node:path';
import { type Instrument } from '@orderfox/domain';
import { type Clock, type Random } from '@orderfox/feed';
import { configuredLimits } from './configured-limits.js';
import { type Config } from './core/config.js';
import { type DataDirectory } from './core/data-directory.js';
import { type Database } from './core/database.js';
import { type Log } from './core/log.js';
import { type MarketBus } from './core/market-bus.js';
import { type BasisModuleParts } from './modules/basis/basis.module.js';
import { createBasis } from './modules/basis/create-basis.js';
import { type BookTopsModuleParts } from './modules/book-tops/book-tops.module.js';
import { createBookTops } from './modules/book-tops/create-book-tops.js';
import { bookMid } from './modules/books/book-mid.js';
import { type BooksModuleParts } from './modules/books/books.module.js';
import { createBooks } from './modules/books/create-books.js';
import { type CandlesModuleParts } from './modules/candles/candles.module.js';
import { createCandles } from './modules/candles/create-candles.js';
import { createFeeds } from './modules/feeds/create-feeds.js';
import { createVenueRequests, type AskedVenues } from './modules/feeds/create-venue-requests.js';
import { type FeedGapRepository } from './modules/feeds/feed-gap.repository.js';
import { type FeedSupervisor } from './modules/feeds/feed-supervisor.js';
import { createFunding } from './modules/funding/create-funding.js';
import { type FundingModuleParts } from './modules/funding/funding.module.js';
import { startHistory } from './modules/history/create-history.js';
import { type HistoryLoader } from './modules/history/history-loader.js';
import { LiquidationRecorder } from './modules/liquidation/liquidation-recorder.js';
import { LiquidationRepository } from './modules/liquidation/liquidation.repository.js';
import { LiquidationSpool } from './modules/liquidation/liquidation-spool.js';
import { QuarantineRepository } from './modules/liquidation/quarantine.repository.js';
import { createOpenInterest } from './modules/open-interest/create-open-interest.js';
import { type OpenInterestModuleParts } from './modules/open-interest/open-interest.module.js';
import { createSymbolCatalog } from './modules/symbols/create-symbol-catalog.js';
import { type SymbolCatalog } from './modules/symbols/symbol-catalog.js';
import { SymbolInterest } from './modules/symbols/symbol-interest.js';
import { createTradeBars } from './modules/trade-bars/create-trade-bars.js';
import { type TradeBarsModuleParts } from './modules/trade-bars/trade-bars.module.js';
import { createTrades } from './modules/trades/create-trades.js';
import { type TradesModuleParts } from './modules/trades/trades.module.js';

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
  /** The one way to ask venues by REST. */
  readonly venues: AskedVenues;
  /** What clients ask for; the history is fetched by it. */
  readonly interest = new SymbolInterest();
  #history: HistoryLoader | undefined;
  readonly candles: CandlesModuleParts;
  readonly books: BooksModuleParts;
  readonly bookTops: BookTopsModuleParts;
  readonly basis: BasisModuleParts;
  readonly trades: TradesModuleParts;
  readonly tradeBars: TradeBarsModuleParts;
  readonly openInterest: OpenInterestModuleParts;
  readonly funding: FundingModuleParts;

  constructor(private readonly parts: PipelineParts) {
    const { database, clock } = parts;
    this.repository = new LiquidationRepository(database);
    this.quarantine = new QuarantineRepository(database, clock);
    this.recorder = this.#makeRecorder();
    const { config, random, log, bus } = parts;
    this.venues = createVenueRequests({ config, pool: database.writer, clock, random, log });
    const { requests } = this.venues;
    const http = requests.fetch;
    this.catalog = createSymbolCatalog({ config, http, pool: database.writer, clock, random, log });
    const { recorder, quarantine, catalog } = this;
    const limits = configuredLimits(config);
    const clients = limits.client;
    this.candles = createCandles({ config, clients, catalog, http, clock, random, log });
    this.books = createBooks({ config, limits: limits.books, clients, catalog, http, clock, random, log });
    const { books } = this;
    this.bookTops = createBookTops({ config, database, books, clock, log });
    this.basis = createBasis({ config, books, catalog, http, clock, log });
    this.trades = createTrades({ config, limits: limits.trades, clients, catalog, http, clock, random, log });
    this.tradeBars = createTradeBars({
      database,
      retentionDays: config.RETENTION_DAYS,
      trades: this.trades,
      clients,
      clock,
      log,
    });
    const midOf = (instrument: Instrument) => bookMid(this.books, instrument);
    const polled = { config, database, catalog, http, clock, random, log };
    this.openInterest = createOpenInterest({ ...polled, midOf });
    this.funding = createFunding(polled);
    const feeds = createFeeds({
      config,
      catalog,
      requests,
      recorder,
      quarantine,
      database,
      bus,
      clock,
      random,
      log,
    });
    this.supervisor = feeds.supervisor;
    this.gaps = feeds.gaps;
  }

  /** Past liquidations from outside; undefined where none are configured, and before `startHistory`. */
  get history(): HistoryLoader | undefined {
    return this.#history;
  }

  /** Begins to fetch past liquidations, where a service is configured. Once the recorder runs; nothing waits for it. */
  startHistory(): void {
    const { catalog, interest, recorder, quarantine } = this;
    this.#history ??= startHistory({ ...this.parts, catalog, interest, recorder, quarantine });
  }

  /** Closes the feeds and brings what was received to safety. Within nine seconds, whatever is broken. */
  async stop(): Promise<void> {
    this.#history?.stop();
    this.catalog.stop();
    this.venues.requests.close();
    // The supervisor closes the sockets before it waits for anything, so nothing more arrives. What it writes after that
    // must not keep the recorder from the disk: a database that hangs would take the time of both.
    const feeds = this.supervisor.stop();
    await Promise.all([feeds, this.recorder.stop(), this.quarantine.close(), this.venues.keeper.close()]);
  }

  #makeRecorder(): LiquidationRecorder {
    const { database, directory, bus, clock, log } = this.parts;
    const spool = new LiquidationSpool({
      path: join(directory.path, 'liquidations.spool'),
      onDamage: (damage) => log.error({ ...damage }, 'a part of the spool cannot be read and is left out'),
    });
    return new LiquidationRecorder({
      // On connections of its own: however many queries the API has to answer, recording never waits for one.
      store: new LiquidationRepository({ writer: database.writer, reader: database.writer }),
      spool,
      bus,
      quarantine: {
        keep: (refusals) => {
          this.quarantine.keep(refusals);
          this.supervisor.notStorable(refusals);
        },
      },
      clock,
      onStatus: ({ state, waiting, spooled, lastError }) => {
        const write = state === 'RECORDING' ? log.info.bind(log) : log.warn.bind(log);
        write({ state, waiting, spooled, lastError }, 'the recorder changed its state');
      },
    });
  }
}
