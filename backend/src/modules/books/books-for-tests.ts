import { FakeClock } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { type BasisModuleParts } from '../basis/basis.module.js';
import { createBasis } from '../basis/create-basis.js';
import { type BookTopsModuleParts } from '../book-tops/book-tops.module.js';
import { createBookTops } from '../book-tops/create-book-tops.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { venueRequests } from '../feeds/limited-http-for-tests.js';
import { createBooks } from './create-books.js';
import { type BooksModuleParts } from './books.module.js';

/** What subscribers of specs ask for. */
export const BOOK_FIELDS =
  'venue symbol state reason since until timestamp tickSize rounding bestBid bestAsk mid spread spreadBps depth10Bps { bidUsd askUsd } bids { price quantity total } asks { price quantity total }';

/** A level as a subscriber is told it. */
export interface LevelTold {
  readonly price: string;
  readonly quantity: string;
  readonly total: string;
}

/** A book as a subscriber is told it, the fields that specs look at. */
export interface BookTold {
  readonly venue: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
  readonly timestamp: number | null;
  readonly rounding: string;
  readonly bestBid: string | null;
  readonly bestAsk: string | null;
  readonly spreadBps: number | null;
  readonly depth10Bps: { readonly bidUsd: string; readonly askUsd: string } | null;
  readonly bids: readonly LevelTold[] | null;
  readonly asks: readonly LevelTold[] | null;
}

/** What is not as usual. */
export interface BooksForTestsOptions {
  /** What one client may have followed. */
  readonly clients?: ClientLimits;
  /** What is done to the venues before they are asked for the first time. */
  readonly prepare?: (venues: SimulatedVenues) => void;
}

/** For specs: the API with order books of simulated venues, at a time that the spec moves; clients live by real time. */
export class BooksForTests {
  readonly #clients: Client[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly venues: SimulatedVenues,
    readonly books: BooksModuleParts,
    readonly bookTops: BookTopsModuleParts,
    readonly basis: BasisModuleParts,
    readonly api: ApiForTests,
    private readonly feeds: FeedsForTests,
  ) {}

  static async start(
    postgres: PostgresForTests,
    nowMs: number,
    { clients, prepare }: BooksForTestsOptions = {},
  ): Promise<BooksForTests> {
    await postgres.database.writer.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
    const clock = new FakeClock(nowMs);
    const venues = new SimulatedVenues({ scheduler: clock });
    const roots = await venues.start();
    prepare?.(venues);
    const http = venueRequests(clock, roots).fetch;
    const pool = postgres.database.writer;
    const feeds = new FeedsForTests({ roots, http, pool, clock, records: () => false });
    const { catalog, supervisor, bus, repository: gaps } = feeds;
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const config = {
      venues: VENUE_ADAPTERS,
      venueRoots: new Map(Object.entries(roots)),
      SYMBOLS: ['BTCUSDT'],
    };
    const limits = { levels: 50, followed: 100 };
    const shares = clients && { clients };
    const books = createBooks({ config, limits, ...shares, catalog, http, clock, random: () => 0.5, log });
    const bookTops = createBookTops({ config, database: postgres.database, books, clock, log });
    const basis = createBasis({ config, books, catalog, http, clock, log });
    const served = { catalog, supervisor, bus, gaps, books, bookTops, basis };
    const api = await ApiForTests.start(postgres, served);
    await catalog.attempted();
    return new BooksForTests(clock, venues, books, bookTops, basis, api, feeds);
  }

  /** One subscriber on a socket of its own: what it was told, its errors, and how to end it. */
  subscribe(given: Readonly<Record<string, unknown>> = {}) {
    const client = createClient({ url: this.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    this.#clients.push(client);
    const told: BookTold[] = [];
    const errors: unknown[] = [];
    const query = `subscription ($symbol: ID!, $venue: ID, $limit: Int, $rounding: Decimal) {
      orderBookUpdated(symbol: $symbol, venue: $venue, limit: $limit, rounding: $rounding) { ${BOOK_FIELDS} }
    }`;
    const variables = { symbol: 'BTCUSDT', ...given };
    const end = client.subscribe<{ orderBookUpdated: BookTold }>(
      { query, variables },
      {
        next: ({ data, errors: problems }) => {
          if (data) told.push(data.orderBookUpdated);
          if (problems) errors.push(...problems);
        },
        error: (error) => errors.push(error),
        complete: () => undefined,
      },
    );
    return { told, errors, end };
  }

  /** Whether something is so; where it is not, time passes: for those who ask until it is. */
  step(condition: () => unknown, stepMs = 50): unknown {
    const met = condition();
    if (!met) this.clock.advance(stepMs);
    return met;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    await this.api.stop();
    await this.feeds.stop();
    await this.venues.stop();
  }
}
