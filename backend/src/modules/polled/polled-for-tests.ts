import { createJsonFetch, FakeClock, type JsonFetch } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { type PostgresForTests } from '../../testing/postgres-for-tests.js';
import { FeedsForTests } from '../feeds/feeds-for-tests.js';
import { createFunding } from '../funding/create-funding.js';
import { type FundingModuleParts } from '../funding/funding.module.js';
import { createOpenInterest } from '../open-interest/create-open-interest.js';
import { type MidPrice } from '../open-interest/open-interest-point.js';
import { type OpenInterestModuleParts } from '../open-interest/open-interest.module.js';

/** What a spec may choose. */
export interface PolledChoice {
  readonly symbols?: readonly string[];
  readonly midOf?: MidPrice;
  /** Venues of before a restart go on. */
  readonly venues?: SimulatedVenues;
  readonly clock?: FakeClock;
}

/** A state of a venue as a subscriber is told it. */
export interface Told {
  readonly venue: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | null;
  readonly listing: string;
  readonly isStale: boolean;
  readonly ageMs: number | null;
  readonly point: Readonly<Record<string, unknown>> | null;
  readonly settled?: Readonly<Record<string, unknown>> | null;
}

/** For specs: the API with polled series of simulated venues, at a time that the spec moves; clients live by real time. */
export class PolledForTests {
  readonly #clients: Client[] = [];

  private constructor(
    readonly clock: FakeClock,
    readonly venues: SimulatedVenues,
    readonly openInterest: OpenInterestModuleParts,
    readonly funding: FundingModuleParts,
    readonly api: ApiForTests,
    /** Every request to a venue: its address and when it was made, epoch ms. */
    readonly asked: readonly { readonly url: URL; readonly atMs: number }[],
    private readonly underWay: { readonly count: number },
    private readonly feeds: FeedsForTests,
  ) {}

  static async start(
    postgres: PostgresForTests,
    nowMs: number,
    choice: PolledChoice = {},
  ): Promise<PolledForTests> {
    const clock = choice.clock ?? new FakeClock(nowMs);
    const venues = choice.venues ?? new SimulatedVenues({ scheduler: clock });
    const roots = choice.venues === undefined ? await venues.start() : venues.urls;
    const asked: { readonly url: URL; readonly atMs: number }[] = [];
    const door = createJsonFetch({ clock });
    const underWay = { count: 0 };
    const http: JsonFetch = async (address, ask) => {
      asked.push({ url: new URL(address), atMs: clock.nowMs() });
      underWay.count += 1;
      try {
        return await door(address, ask);
      } finally {
        underWay.count -= 1;
      }
    };
    const { database } = postgres;
    const feeds = new FeedsForTests({ roots, http, pool: database.writer, clock, records: () => false });
    const { catalog, supervisor, bus, repository: gaps } = feeds;
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const config = {
      venues: VENUE_ADAPTERS,
      venueRoots: new Map(Object.entries(roots)),
      SYMBOLS: [...(choice.symbols ?? ['BTCUSDT'])],
      RETENTION_DAYS: 30,
    };
    const needs = { config, database, catalog, http, clock, random: () => 0.5, log };
    const openInterest = createOpenInterest({ ...needs, midOf: choice.midOf ?? (() => undefined) });
    const funding = createFunding(needs);
    const api = await ApiForTests.start(postgres, {
      catalog,
      supervisor,
      bus,
      gaps,
      openInterest,
      funding,
    });
    await catalog.attempted();
    return new PolledForTests(clock, venues, openInterest, funding, api, asked, underWay, feeds);
  }

  /** Begins to poll the markets of `SYMBOLS`. */
  begin(): void {
    this.openInterest.board.start();
    this.funding.board.start();
  }

  /** What a subscriber on a socket of its own is told, and how to end it. */
  subscribe(query: string, field: string) {
    const client = createClient({ url: this.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    this.#clients.push(client);
    const told: Told[] = [];
    const errors: unknown[] = [];
    const end = client.subscribe<Record<string, Told>>(
      { query },
      {
        next: ({ data, errors: problems }) => {
          const state = data?.[field];
          if (state !== undefined) told.push(state);
          if (problems) errors.push(...problems);
        },
        error: (error) => errors.push(error),
        complete: () => undefined,
      },
    );
    return { told, errors, end };
  }

  /** Posts one operation, and lets time pass until it is answered: answers may wait for what is fetched. */
  post(query: string, variables: object = {}): ReturnType<ApiForTests['post']> {
    return this.meanwhile(this.api.post(query, variables));
  }

  /** Lets time pass, unless a request is on its way: however slow the machine, no venue is too slow then. */
  pass(ms: number): void {
    if (this.underWay.count === 0) this.clock.advance(ms);
  }

  /** Lets time pass until something has come. */
  async meanwhile<T>(coming: Promise<T>): Promise<T> {
    let isThere = false;
    const there = () => void (isThere = true);
    coming.then(there, there);
    await waitFor(() => {
      if (!isThere) this.pass(20);
      return isThere;
    });
    return coming;
  }

  /** Ends our side; the venues go on. */
  async stopOurs(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    await this.api.stop();
    await this.feeds.stop();
  }

  async stop(): Promise<void> {
    await this.stopOurs();
    await this.venues.stop();
  }
}
