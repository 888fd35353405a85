import { createJsonFetch, FakeClock } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { readConfig } from '../../core/config.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { createCandles } from './create-candles.js';

/** For specs: the API with candles of simulated venues, at a time that the spec moves; clients live by real time. */
export class CandlesForTests {
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
    const http = createJsonFetch({ clock });
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

  async stop(): Promise<void> {
    await this.api.stop();
    await this.feeds.stop();
    await this.venues.stop();
  }
}
