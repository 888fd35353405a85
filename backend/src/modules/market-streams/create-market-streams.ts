import { type VenueId } from '@orderfox/domain';
import { type Clock, type Random } from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { type Config } from '../../core/config.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { type MarketBus } from '../../core/market-bus.js';
import { BookTopSampler } from '../book-tops/book-top-sampler.js';
import { type BooksModuleParts } from '../books/books.module.js';
import { type FundingModuleParts } from '../funding/funding.module.js';
import { FundingRepository } from '../funding/funding.repository.js';
import { CursorCodec } from '../liquidation/liquidation-cursor.js';
import { type LiquidationRepository } from '../liquidation/liquidation.repository.js';
import { OpenInterestRepository } from '../open-interest/open-interest.repository.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type TradeBarsModuleParts } from '../trade-bars/trade-bars.module.js';
import { seriesKey } from '../trade-bars/trade-bar.repository.js';
import { type TradesModuleParts } from '../trades/trades.module.js';
import { BarSource } from './bar-source.js';
import { BOOK_EVERY_MS } from './book-publisher.js';
import { FollowedFunding } from './followed-funding.js';
import { FundingSource } from './funding-source.js';
import { LiquidationSource } from './liquidation-source.js';
import { MarketStreams } from './market-streams.js';
import { planStreams, type StreamPlan } from './stream-plan.js';
import { type TailSource } from './tail-source.js';

/** The venue whose funding older readers of these streams expect under the plain name. */
const FUNDING_FIRST: VenueId = 'bybit';
/** What the keys of simulated streams begin with. */
const SIMULATED = 'simulated:';
/** The best price of each side is all that is wanted of the levels. */
const TOP = { limit: 1 };

/** What streams need of the rest of the program. */
export interface MarketStreamsNeeds {
  readonly config: Pick<Config, 'REDIS_KEY_PREFIX' | 'SIMULATED' | 'venues' | 'SYMBOLS' | 'RETENTION_DAYS'>;
  /** `redis[s]://…`, checked. */
  readonly url: string;
  readonly most: { readonly books: number; readonly entries: number };
  readonly database: Pick<Database, 'writer' | 'reader'>;
  /** Names the open store, see StreamPosition. */
  readonly storeId: string;
  readonly repository: LiquidationRepository;
  readonly bus: MarketBus;
  readonly catalog: SymbolCatalog;
  readonly books: Pick<BooksModuleParts, 'streams' | 'questions'>;
  readonly trades: Pick<TradesModuleParts, 'questions'>;
  readonly tradeBars: Pick<TradeBarsModuleParts, 'reader' | 'recorder'>;
  readonly funding: Pick<FundingModuleParts, 'board'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Publishing to the configured Redis; nothing is connected yet. */
export function createMarketStreams(needs: MarketStreamsNeeds): MarketStreams {
  const { config, url, most, catalog, books, trades, clock, random, log } = needs;
  const having = (has: (adapter: VenueAdapter) => unknown): readonly VenueId[] =>
    VENUE_ADAPTERS.filter(
      (adapter) => has(adapter) !== undefined && config.venues.some(({ id }) => id === adapter.id),
    ).map(({ id }) => id);
  const funding = having((adapter) => adapter.funding);
  // What is simulated must never be taken for real, nor set the real streams aside.
  const prefix = `${config.REDIS_KEY_PREFIX}${config.SIMULATED ? SIMULATED : ''}`;
  const standing = new Map<string, VenueId>();
  return new MarketStreams({
    url,
    prefix,
    most,
    plan: () =>
      planStreams({
        prefix,
        symbols: config.SYMBOLS,
        catalog,
        standing,
        barsOf: (symbol) => trades.questions.marketsOf(symbol),
        booksOf: (symbol) => books.questions.marketsOf(symbol),
        venues: {
          bars: having((adapter) => adapter.trades),
          books: having((adapter) => adapter.books),
          funding: funding.toSorted((a, b) => Number(b === FUNDING_FIRST) - Number(a === FUNDING_FIRST)),
        },
      }),
    sources: sourcesOf(needs),
    listen: (streams) => listen(streams, needs),
    clock,
    random,
    log,
  });
}

function sourcesOf(needs: MarketStreamsNeeds): (plan: StreamPlan) => readonly TailSource[] {
  const { config, database, storeId, repository, tradeBars, clock } = needs;
  const cursors = new CursorCodec(storeId);
  const rates = new FundingRepository(database);
  const openInterest = new OpenInterestRepository(database);
  const { reader } = tradeBars;
  const retentionDays = config.RETENTION_DAYS;
  return (plan) => [
    ...[...plan.liquidations].map(([key, symbol]) => new LiquidationSource(key, symbol, repository, cursors)),
    ...[...plan.bars].map(([key, market]) => new BarSource(key, market, { reader, clock, retentionDays })),
    ...[...plan.funding].map(([key, contract]) => new FundingSource(key, contract, { rates, openInterest })),
  ];
}

function listen(
  streams: MarketStreams,
  { config, bus, catalog, books, tradeBars, funding, clock, log }: MarketStreamsNeeds,
): () => void {
  const sampler = new BookTopSampler({
    markets: () => streams.books,
    bookOf: (market) => books.streams.now(market, TOP),
    heardMs: (market) => books.streams.heardMs(market),
    clock,
    onTops: (tops) => streams.takeTops(tops),
    everyMs: BOOK_EVERY_MS,
  });
  sampler.start();
  const followed = new FollowedFunding({
    subscribe: (symbol, onChanged) => funding.board.stream(symbol).source.subscribe(onChanged),
    onChanged: (venue) =>
      streams.touch(({ kind, name }) => kind === 'funding' && name.startsWith(`${venue}|`)),
    log,
  });
  // Which symbol a name of the configuration means may become known only later.
  const follow = () => followed.follow(new Set(config.SYMBOLS.map((name) => catalog.find(name)?.id ?? name)));
  follow();
  const ends = [
    () => sampler.stop(),
    () => followed.stop(),
    catalog.onChange(() => {
      streams.replan();
      follow();
    }),
    bus.subscribe('liquidation-recorded', ({ liquidation: { symbol } }) =>
      streams.touch(({ kind, name }) => kind === 'liquidations' && name === symbol),
    ),
    tradeBars.recorder.onWritten((series) => {
      const written = seriesKey(series);
      streams.touch(({ kind, name }) => kind === 'trades' && name === written);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
