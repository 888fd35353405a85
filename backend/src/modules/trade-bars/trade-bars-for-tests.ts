import { type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { SimulatedVenues, type SimulatedVenueId, type TradeTruth } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { WebSocket } from 'ws';
import { type ClientLimits } from '../../core/clients/client-limits.js';
import { type Log } from '../../core/log.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { venueRequests } from '../feeds/limited-http-for-tests.js';
import { createTrades } from '../trades/create-trades.js';
import { type TradesModuleParts } from '../trades/trades.module.js';
import { forgetBars } from './bars-for-tests.js';
import { createTradeBars } from './create-trade-bars.js';
import { type TradeBarsModuleParts } from './trade-bars.module.js';

/** One run of the part of the program that records trades. */
export interface TradesLife {
  readonly trades: TradesModuleParts;
  readonly tradeBars: TradeBarsModuleParts;
  /** It dies: nothing of it reaches the store from now on. */
  readonly kill: () => Promise<void>;
  /** It ends as the program does. */
  readonly stop: () => Promise<void>;
}

/** For specs: simulated venues, a real store, and recorders that live one after the other. */
export class TradeBarsForTests {
  /** What was logged. */
  readonly said: string[] = [];
  readonly #listeners: WebSocket[] = [];
  readonly #lives: TradesLife[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly venues: SimulatedVenues,
    readonly feeds: FeedsForTests,
    private readonly postgres: PostgresForTests,
    private readonly roots: Readonly<Record<string, { readonly ws: string; readonly rest: string }>>,
  ) {}

  static async start(postgres: PostgresForTests, nowMs: number): Promise<TradeBarsForTests> {
    const pool = postgres.database.writer;
    await pool.query('TRUNCATE feed_gap, feed_progress, venue_catalogue');
    await forgetBars(pool);
    const clock = new FakeClock(nowMs);
    const venues = new SimulatedVenues({ scheduler: clock, flow: { tradesPerSecond: 10 } });
    const roots = await venues.start();
    const http = venueRequests(clock, roots).fetch;
    const feeds = new FeedsForTests({ roots, http, pool, clock, records: () => false });
    const made = new TradeBarsForTests(clock, venues, feeds, postgres, roots);
    await feeds.catalog.start();
    await feeds.catalog.attempted();
    return made;
  }

  /** Begins to record BTCUSDT at all venues. `clients`: what one client may have followed, where that is not as usual. */
  live(clients?: ClientLimits): TradesLife {
    const { clock, feeds, roots } = this;
    const write: Log['info'] = (fields, message) => {
      this.said.push([message, fields.err].filter(Boolean).join(' '));
    };
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const config = {
      venues: VENUE_ADAPTERS,
      venueRoots: new Map(Object.entries(roots)),
      SYMBOLS: ['BTCUSDT'],
    };
    const { catalog } = feeds;
    const limits = { followed: 100, kept: 500, perSecond: 10_000 };
    const http = venueRequests(clock, roots).fetch;
    const shares = clients && { clients };
    const trades = createTrades({ config, limits, ...shares, catalog, http, clock, random: () => 0.5, log });
    const { database } = this.postgres;
    let isDead = false;
    const query = database.writer.query.bind(database.writer);
    const mortal = new Proxy(database.writer, {
      get: (pool, name): unknown => {
        if (name !== 'query') return Reflect.get(pool, name);
        return isDead ? () => new Promise(() => undefined) : query;
      },
    });
    const pools = { writer: mortal, reader: database.reader };
    const tradeBars = createTradeBars({ database: pools, retentionDays: 30, trades, ...shares, clock, log });
    trades.standing.start();
    const end = async () => {
      trades.standing.stop();
      await trades.streams.close();
    };
    const life = {
      trades,
      tradeBars,
      kill: async () => {
        isDead = true;
        await end();
      },
      stop: async () => {
        tradeBars.streams.close();
        await end();
        await tradeBars.recorder.stop();
      },
    };
    this.#lives.push(life);
    return life;
  }

  /** Somebody else who listens to a venue's market, so that it goes on while we are away. */
  async listenBeside(path: string): Promise<void> {
    const socket = new WebSocket(`${this.venues.urls.binance.ws}${path}`);
    this.#listeners.push(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  }

  /** Lets time pass until something is so, however busy the machine is. */
  until(condition: () => unknown, stepMs = 100): Promise<unknown> {
    const step = async () => {
      const met = await condition();
      if (!met) this.clock.advance(stepMs);
      return met;
    };
    const describe = () =>
      JSON.stringify([
        this.said.slice(-5),
        ...this.#lives.map(({ trades, tradeBars }) => [trades.streams.counts(), tradeBars.recorder.counts()]),
      ]);
    return waitFor(step, { withinMs: 30_000, describe });
  }

  /** Lets so much time pass, at a pace at which what is sent arrives. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    const endMs = this.clock.nowMs() + ms;
    await this.until(() => this.clock.nowMs() >= endMs, stepMs);
  }

  /** All that a venue traded, in the words of the program. */
  truth(venue: SimulatedVenueId, venueSymbol: string, asTrade: (one: TradeTruth) => Trade): readonly Trade[] {
    return this.venues.tradesOf(venue, venueSymbol).map(asTrade);
  }

  async stop(): Promise<void> {
    for (const socket of this.#listeners) socket.terminate();
    for (const life of this.#lives) await life.kill();
    await this.feeds.stop();
    await this.venues.stop();
  }
}
