import { FakeClock } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { readConfig } from '../../core/config.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { venueRequests } from '../feeds/limited-http-for-tests.js';
import { createCandles } from './create-candles.js';

/** What subscribers of specs ask for. */
export const CANDLE_FIELDS = 'venue timestamp open high low close volume isClosed';

/** A candle as a subscriber is told it, the fields that specs look at. */
export interface CandleTold {
  readonly venue: string;
  readonly timestamp: number;
  readonly open: string;
  readonly close: string;
  readonly volume: string;
  readonly isClosed: boolean;
}

/** For specs: the API with candles of simulated venues, at a time that the spec moves; clients live by real time. */
export class CandlesForTests {
  readonly #clients: Client[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly venues: SimulatedVenues,
    readonly candles: ReturnType<typeof createCandles>,
    readonly api: ApiForTests,
    private readonly feeds: FeedsForTests,
  ) {}

  static async start(postgres: PostgresForTests, nowMs: number, maxRows = 1_000): Promise<CandlesForTests> {
    await postgres.database.writer.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
    const clock = new FakeClock(nowMs);
    const venues = new SimulatedVenues({ scheduler: clock });
    const roots = await venues.start();
    const http = venueRequests(clock, roots).fetch;
    const pool = postgres.database.writer;
    const feeds = new FeedsForTests({ roots, http, pool, clock, records: () => false });
    const { catalog, supervisor, bus, repository: gaps } = feeds;
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const config = { venues: VENUE_ADAPTERS, venueRoots: new Map(Object.entries(roots)), MAX_ROWS: maxRows };
    const candles = createCandles({ config, catalog, http, clock, random: () => 0.5, log });
    const api = await ApiForTests.start(postgres, {
      config: readConfig({ MAX_ROWS: String(maxRows) }),
      catalog,
      supervisor,
      bus,
      gaps,
      candles,
    });
    await catalog.attempted();
    return new CandlesForTests(clock, venues, candles, api, feeds);
  }

  /** One subscriber on a socket of its own: what it was told, its errors, and how to end it. */
  subscribe(given: { readonly symbol?: string; readonly timeframe?: string; readonly venue?: string } = {}) {
    const client = createClient({ url: this.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    this.#clients.push(client);
    const told: CandleTold[] = [];
    const errors: unknown[] = [];
    const query = `subscription ($symbol: ID!, $timeframe: Timeframe!, $venue: ID) {
      candleUpdated(symbol: $symbol, timeframe: $timeframe, venue: $venue) { ${CANDLE_FIELDS} }
    }`;
    const variables = { symbol: 'BTCUSDT', timeframe: '1m', ...given };
    const end = client.subscribe<{ candleUpdated: CandleTold }>(
      { query, variables },
      {
        next: ({ data, errors: problems }) => {
          if (data) told.push(data.candleUpdated);
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
