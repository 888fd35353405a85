import { inspect } from 'node:util';
import { type Liquidation, parseDecimal, type RecordedLiquidation } from '@orderfox/domain';
import { Backoff, systemClock } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { createApi, type Api, type ApiParts } from '../api.js';
import { configuredLimits } from '../configured-limits.js';
import { readConfig } from '../core/config.js';
import { Metrics } from '../core/http/metrics.js';
import { type Log } from '../core/log.js';
import { MarketBus } from '../core/market-bus.js';
import { createBasis } from '../modules/basis/create-basis.js';
import { createBookTops } from '../modules/book-tops/create-book-tops.js';
import { createBooks } from '../modules/books/create-books.js';
import { createCandles } from '../modules/candles/create-candles.js';
import { CoverageWriter } from '../modules/feeds/coverage-writer.js';
import { FeedGapRepository } from '../modules/feeds/feed-gap.repository.js';
import { FeedSupervisor } from '../modules/feeds/feed-supervisor.js';
import { createFunding } from '../modules/funding/create-funding.js';
import { LiquidationRepository } from '../modules/liquidation/liquidation.repository.js';
import { createOpenInterest } from '../modules/open-interest/create-open-interest.js';
import { CatalogueRepository } from '../modules/symbols/catalogue.repository.js';
import { SymbolCatalog } from '../modules/symbols/symbol-catalog.js';
import { instrument } from '../modules/symbols/symbols-for-tests.js';
import { VenueCatalogue } from '../modules/symbols/venue-catalogue.js';
import { createTradeBars } from '../modules/trade-bars/create-trade-bars.js';
import { createTrades } from '../modules/trades/create-trades.js';
import { type PostgresForTests } from './postgres-for-tests.js';

/** Contracts of the one venue double: enough for aliases and precisions. */
const CONTRACTS = [
  instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP' }),
  instrument({ venue: 'okx', venueSymbol: 'ETH-USDT-SWAP', baseAsset: 'ETH' }),
  instrument({ venue: 'okx', venueSymbol: 'SOL-USDT-SWAP', baseAsset: 'SOL' }),
];

function venueDouble(): VenueAdapter {
  const okx = VENUE_ADAPTERS.find(({ id }) => id === 'okx');
  if (okx === undefined) throw new Error('the list of venues has lost okx');
  return {
    ...okx,
    listInstruments: () => Promise.resolve(CONTRACTS),
    listVolumes24h: () => Promise.resolve(new Map()),
    feeds: () => [],
  };
}

/** A liquidation number `n`, one second apart, with everything filled in but for what the test says. */
export function liquidationForTests(n: number, given: Partial<Liquidation> = {}): Liquidation {
  const venueTimeMs = 1_700_000_000_000 + n * 1_000;
  return {
    type: 'liquidation',
    eventKey: `okx:BTCUSDT:${venueTimeMs}:${n}`,
    venue: 'okx',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTC-USDT-SWAP',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    liquidatedSide: 'LONG',
    side: 'SELL',
    quantity: parseDecimal('0.5'),
    price: parseDecimal('65000.1'),
    priceUsed: 'BANKRUPTCY',
    notionalUsd: parseDecimal('32500.05'),
    venueTimeMs,
    receivedTimeMs: venueTimeMs + 40,
    raw: '{}',
    ...given,
  };
}

/** For specs: the whole API on a real port and a real Postgres, with one venue double in place of the feeds. */
export class ApiForTests {
  readonly problems: string[] = [];
  readonly bus = new MarketBus((error) => this.problems.push(String(error)));
  readonly repository: LiquidationRepository;

  private constructor(
    readonly postgres: PostgresForTests,
    private api: Api | undefined,
    public url: string,
  ) {
    this.repository = new LiquidationRepository(postgres.database);
  }

  /** Starts it; `given` replaces single parts. */
  static async start(postgres: PostgresForTests, given: Partial<ApiParts> = {}): Promise<ApiForTests> {
    const made = new ApiForTests(postgres, undefined, '');
    const { database } = postgres;
    const clock = systemClock;
    const random = () => 0.5;
    const note: Log['warn'] = (fields, message) =>
      void made.problems.push(`${message} ${inspect(fields.err)}`);
    const log: Log = { debug: () => undefined, info: () => undefined, warn: note, error: note };
    const venue = { adapter: venueDouble(), roots: { ws: 'ws://127.0.0.1:1', rest: 'http://127.0.0.1:1' } };
    const unasked = () => Promise.reject(new Error('nobody asks'));
    const catalog = new SymbolCatalog({
      venues: [
        (onChange) =>
          new VenueCatalogue({
            ...venue,
            http: unasked,
            store: new CatalogueRepository(database.reader),
            clock,
            random,
            log,
            onChange,
          }),
      ],
      fallback: ['BTCUSDT'],
      clock,
      onListenerError: (error) => made.problems.push(String(error)),
    });
    const gaps = new FeedGapRepository(database);
    const supervisor = new FeedSupervisor({
      venues: [venue],
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
      bus: made.bus,
      clock,
      random,
      log,
    });
    const trades =
      given.trades ??
      createTrades({
        config: readConfig({}),
        limits: configuredLimits(readConfig({})).trades,
        catalog,
        http: unasked,
        clock,
        random,
        log,
      });
    const books =
      given.books ??
      createBooks({
        config: readConfig({}),
        limits: configuredLimits(readConfig({})).books,
        catalog,
        http: unasked,
        clock,
        random,
        log,
      });
    made.api = await createApi({
      config: readConfig({}),
      release: { version: '1.2.3', startedAtMs: clock.nowMs(), simulated: false },
      clock,
      log,
      database,
      repository: made.repository,
      bus: made.bus,
      catalog,
      supervisor,
      gaps,
      candles: createCandles({ config: readConfig({}), catalog, http: unasked, clock, random, log }),
      books,
      bookTops: createBookTops({ config: readConfig({}), database, books, clock: given.clock ?? clock, log }),
      basis: createBasis({ config: readConfig({}), books, catalog, http: unasked, clock, log }),
      trades,
      tradeBars:
        given.tradeBars ??
        createTradeBars({ database, retentionDays: 30, trades, clock: given.clock ?? clock, log }),
      openInterest: createOpenInterest({
        config: readConfig({}),
        database,
        catalog,
        http: unasked,
        midOf: () => undefined,
        clock,
        random,
        log,
      }),
      funding: createFunding({
        config: readConfig({}),
        database,
        catalog,
        http: unasked,
        clock,
        random,
        log,
      }),
      metrics: new Metrics(),
      recorder: () => 'RECORDING',
      ...given,
    });
    made.url = `http://127.0.0.1:${await made.api.http.listen(0, '127.0.0.1')}`;
    return made;
  }

  get running(): Api {
    if (this.api === undefined) throw new Error('the API is not running');
    return this.api;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  /** Commits events, then announces them, as the recorder does. */
  async record(...events: readonly Liquidation[]): Promise<readonly RecordedLiquidation[]> {
    const rows = await this.repository.record(events, systemClock.nowMs());
    for (const liquidation of rows) this.bus.publish({ type: 'liquidation-recorded', liquidation });
    return rows;
  }

  /** Posts one operation and gives the whole answer. */
  async post(query: string, variables: object = {}): Promise<ApiAnswer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as ApiAnswer;
  }

  async stop(): Promise<void> {
    await this.api?.http.close();
    this.api = undefined;
  }
}

/** An answer as it came. */
interface ApiAnswer {
  readonly data?: Record<string, unknown>;
  readonly errors?: ApiProblem[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An error as a client sees it. */
export interface ApiProblem {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}
