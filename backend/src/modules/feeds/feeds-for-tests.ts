import {
  type FeedGap,
  type FeedStatus,
  type Liquidation,
  type Refusal,
  type VenueId,
} from '@orderfox/domain';
import {
  Backoff,
  LiveSocket,
  type Clock,
  type JsonFetch,
  type LiveSocketOptions,
  type VenueRequests,
} from '@orderfox/feed';
import { VENUE_ADAPTERS, type VenueRoots } from '@orderfox/venues';
import { type Pool } from 'pg';
import { type Log } from '../../core/log.js';
import { MarketBus } from '../../core/market-bus.js';
import { CatalogueRepository } from '../symbols/catalogue.repository.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { VenueCatalogue } from '../symbols/venue-catalogue.js';
import { CoverageWriter } from './coverage-writer.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { type EventSink, type StorageReport } from './feed-ports.js';
import { FeedSupervisor } from './feed-supervisor.js';
import { type FeedView, type VenueStatus } from './venue-status.js';

/** What a run for specs is made of. */
export interface FeedsForTestsParts {
  /** Which venues, and where they are. */
  readonly roots: Readonly<Partial<Record<VenueId, VenueRoots>>>;
  readonly http: JsonFetch;
  /** Of which `http` is the door, to be shown with the venues. */
  readonly requests?: VenueRequests;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly records?: (symbol: string) => boolean;
  /** Where events go besides `events`. */
  readonly sink?: EventSink;
}

/** For specs: catalogue and feeds as the application puts them together, with everything they said written down. */
export class FeedsForTests {
  readonly events: Liquidation[] = [];
  readonly refusals: Refusal[] = [];
  readonly statuses: FeedStatus[] = [];
  readonly gaps: FeedGap[] = [];
  readonly log: string[] = [];
  /** Options of every socket that was opened, oldest first. */
  readonly sockets: LiveSocketOptions[] = [];
  readonly bus = new MarketBus((error) => this.log.push(String(error)));
  readonly repository: FeedGapRepository;
  readonly catalog: SymbolCatalog;
  readonly supervisor: FeedSupervisor;
  storage: StorageReport = { state: 'OK' };

  constructor(parts: FeedsForTestsParts) {
    const { roots, http, pool, clock, sink } = parts;
    const random = () => 0.5;
    const write: Log['info'] = (fields, message) =>
      void this.log.push([fields.venue, message, fields.err, fields.reason].filter(Boolean).join(' '));
    const log = { debug: write, info: write, warn: write, error: write };
    const store = new CatalogueRepository(pool);
    const venues = VENUE_ADAPTERS.flatMap((adapter) => {
      const root = roots[adapter.id];
      return root === undefined ? [] : [{ adapter, roots: root }];
    });
    this.catalog = new SymbolCatalog({
      venues: venues.map(
        (venue) => (onChange) => new VenueCatalogue({ ...venue, http, store, clock, random, log, onChange }),
      ),
      fallback: ['BTCUSDT'],
      clock,
      onListenerError: (error) => this.log.push(String(error)),
    });
    this.repository = new FeedGapRepository(
      { writer: pool, reader: pool },
      venues.map(({ adapter }) => adapter.id),
    );
    this.supervisor = new FeedSupervisor({
      venues,
      ...(parts.requests && { requests: parts.requests }),
      catalog: this.catalog,
      records: parts.records ?? (() => true),
      openSocket: (options) => {
        this.sockets.push(options);
        return new LiveSocket(options);
      },
      events: {
        offer: (events) => {
          this.events.push(...events);
          sink?.offer(events);
        },
      },
      refusals: { keep: (refusals) => this.refusals.push(...refusals) },
      storage: () => this.storage,
      repository: this.repository,
      writer: new CoverageWriter({ repository: this.repository, clock, backoff: new Backoff(random), log }),
      bus: this.bus,
      clock,
      random,
      log,
    });
    this.bus.subscribe('feed-status-changed', ({ status }) => this.statuses.push(status));
    this.bus.subscribe('feed-gap-changed', ({ gap }) => this.gaps.push(gap));
  }

  async start(): Promise<this> {
    await this.catalog.start();
    await this.supervisor.start();
    return this;
  }

  async stop(): Promise<void> {
    this.catalog.stop();
    await this.supervisor.stop();
  }

  venue(id: VenueId): VenueStatus {
    const status = this.supervisor.venueStatus(id);
    if (status === undefined) throw new Error(`${id} does not run`);
    return status;
  }

  /** The recorded feed of a venue. */
  feed(id: VenueId): FeedView {
    const feed = this.venue(id).feeds.find(({ recorded }) => recorded);
    if (feed === undefined) throw new Error(`${id} has no recorded feed`);
    return feed;
  }
}
