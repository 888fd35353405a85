import { FakeClock } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { venueRequests } from '../feeds/limited-http-for-tests.js';
import { createTrades } from './create-trades.js';
import { type TradesModuleParts } from './trades.module.js';

/** What subscribers of specs ask for. */
export const TRADE_FIELDS =
  'id venue symbol venueSymbol takerSide price quantity notionalUsd timestamp isAfterGap missedBefore';

/** A trade as a subscriber is told it. */
export interface TradeTold {
  readonly id: string;
  readonly venue: string;
  readonly takerSide: string;
  readonly price: string;
  readonly quantity: string;
  readonly notionalUsd: string;
  readonly timestamp: number;
  readonly isAfterGap: boolean;
  readonly missedBefore: number | null;
}

/** For specs: the API with trades of simulated venues, at a time that the spec moves; clients live by real time. */
export class TradesForTests {
  readonly #clients: Client[] = [];
  readonly #listeners: WebSocket[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly venues: SimulatedVenues,
    readonly trades: TradesModuleParts,
    readonly api: ApiForTests,
    private readonly feeds: FeedsForTests,
  ) {}

  static async start(postgres: PostgresForTests, nowMs: number): Promise<TradesForTests> {
    await postgres.database.writer.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
    const clock = new FakeClock(nowMs);
    const venues = new SimulatedVenues({ scheduler: clock, flow: { tradesPerSecond: 20 } });
    const roots = await venues.start();
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
    const limits = { followed: 100, kept: 500, perSecond: 10_000 };
    const trades = createTrades({ config, limits, catalog, http, clock, random: () => 0.5, log });
    const api = await ApiForTests.start(postgres, { catalog, supervisor, bus, gaps, trades });
    await catalog.attempted();
    return new TradesForTests(clock, venues, trades, api, feeds);
  }

  /** One subscriber on a socket of its own: what it was told, its errors, and how to end it. */
  subscribe(given: { readonly symbol?: string; readonly venue?: string } = {}) {
    const client = createClient({ url: this.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    this.#clients.push(client);
    const told: TradeTold[] = [];
    const errors: unknown[] = [];
    const query = `subscription ($symbol: ID!, $venue: ID) { tradeAdded(symbol: $symbol, venue: $venue) { ${TRADE_FIELDS} } }`;
    const end = client.subscribe<{ tradeAdded: TradeTold }>(
      { query, variables: { symbol: 'BTCUSDT', ...given } },
      {
        next: ({ data, errors: problems }) => {
          if (data) told.push(data.tradeAdded);
          if (problems) errors.push(...problems);
        },
        error: (error) => errors.push(error),
        complete: () => undefined,
      },
    );
    return { told, errors, end };
  }

  /** Somebody else who listens to a venue's market, so that it goes on while we are away. */
  async listenBeside(path: string): Promise<void> {
    const socket = new WebSocket(`${this.venues.urls.binance.ws}${path}`);
    this.#listeners.push(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  }

  /** Whether something is so; where it is not, time passes: for those who ask until it is. */
  step(condition: () => unknown, stepMs = 50): unknown {
    const met = condition();
    if (!met) this.clock.advance(stepMs);
    return met;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    for (const socket of this.#listeners) socket.terminate();
    await this.api.stop();
    await this.feeds.stop();
    await this.venues.stop();
  }
}
