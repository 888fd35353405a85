import {
  type FeedGap,
  type FeedStatus,
  type Refusal,
  type RefusalReason,
  type VenueId,
} from '@orderfox/domain';
import { type Clock, type Random, type Timer, type VenueRequests } from '@orderfox/feed';
import { type VenueAdapter, type VenueFeed, type VenueRoots } from '@orderfox/venues';
import { type MarketBus } from '../../core/market-bus.js';
import { type CatalogueState } from '../symbols/catalogue-state.js';
import { type Log } from '../../core/log.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type CoverageWriter } from './coverage-writer.js';
import { DailyCount } from './daily-count.js';
import { FeedCoverage } from './feed-coverage.js';
import { type FeedGapRepository } from './feed-gap.repository.js';
import { type EventSink, type OpenSocket, type RefusalSink, type StorageReport } from './feed-ports.js';
import { type ReaderCounts } from './feed-reader.js';
import { FeedRunner } from './feed-runner.js';
import { FeedStatusBoard } from './feed-status-board.js';
import { RetiredFeeds } from './retired-feeds.js';
import { viewRequests } from './venue-requests-view.js';
import { viewFeed, viewVenue, type VenueStatus } from './venue-status.js';

const LOOK_EVERY_MS = 1_000;
/** An unknown contract makes a venue's catalogue be read anew, but not more often than this. */
const UNKNOWN_CONTRACT_EVERY_MS = 60_000;

/** What the supervisor works with. */
export interface FeedSupervisorParts {
  readonly venues: readonly { readonly adapter: VenueAdapter; readonly roots: VenueRoots }[];
  readonly catalog: SymbolCatalog;
  /** How venues stand to being asked by REST, to be shown with the rest. */
  readonly requests?: Pick<VenueRequests, 'state' | 'onChange'>;
  /** Whether liquidations of this canonical symbol are to be recorded. */
  readonly records: (symbol: string) => boolean;
  readonly openSocket: OpenSocket;
  readonly events: EventSink;
  readonly refusals: RefusalSink;
  readonly storage: () => StorageReport;
  readonly repository: FeedGapRepository;
  readonly writer: CoverageWriter;
  readonly bus: MarketBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Which feed. */
export interface FeedName {
  readonly venue: VenueId;
  readonly stream: string;
}

/** What was counted of one feed since the start of the process. */
export interface FeedCounts extends FeedName, ReaderCounts {
  /** Gaps that began. */
  readonly gaps: number;
}

/** How many rows of one feed were refused for one reason. */
export interface RefusalCount extends FeedName {
  readonly reason: RefusalReason;
  readonly count: number;
}

interface SupervisedVenue {
  readonly adapter: VenueAdapter;
  readonly runners: readonly FeedRunner[];
  /** Why it has no feeds at all, such as an address that is a test network's. */
  readonly refusal?: string;
  /** Events newly stored since 00:00 UTC or since the start, whichever is later. */
  readonly recorded: DailyCount;
  refreshedMs: number;
}

/**
 * Runs the feeds of every venue for as long as the process lives. A venue that cannot be reached, read or stored is
 * said so about and hurts no other; no network at all is only the state in which all of them wait.
 */
export class FeedSupervisor {
  readonly #venues: ReadonlyMap<VenueId, SupervisedVenue>;
  readonly #board: FeedStatusBoard;
  readonly #retired: RetiredFeeds;
  /** Whether any listed contract of a venue is to be recorded; asked of thousands, so kept until a list changes. */
  readonly #wanted = new Map<VenueId, boolean>();
  readonly #stops: (() => void)[] = [];
  #timer: Timer | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(private readonly parts: FeedSupervisorParts) {
    this.#board = new FeedStatusBoard(parts.clock, (status, before) => this.#publish(status, before));
    this.#venues = new Map(
      parts.venues.map(({ adapter, roots }) => [adapter.id, this.#supervise(adapter, roots)]),
    );
    this.#retired = new RetiredFeeds({ ...parts, isRun: (feed) => this.#isRun(feed) });
  }

  /**
   * Starts every feed, or lets it wait for its catalogue. Resolves when the coverage so far is known. May be called
   * twice.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { catalog, bus } = this.parts;
    await Promise.all(this.#runners().map((runner) => runner.coverage?.begin() ?? Promise.resolve()));
    if (this.#stopping !== undefined) return;
    this.#stops.push(
      catalog.onChange((venue) => {
        // Of every venue: the list of one can give the configured names of another a meaning.
        this.#wanted.clear();
        for (const runner of this.#venues.get(venue)?.runners ?? []) runner.catalogueChanged();
      }),
      bus.subscribe('liquidation-recorded', ({ liquidation }) => {
        this.#venues.get(liquidation.venue)?.recorded.add(1);
      }),
    );
    this.#wanted.clear();
    for (const runner of this.#runners()) runner.catalogueChanged();
    this.#lookLater();
  }

  /** Closes every connection and writes down until when each stream was good. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Events that were received cannot be stored, for what they hold: they are lost, and a gap says so. */
  notStorable(refusals: readonly Refusal[]): void {
    for (const { venue, receivedTimeMs } of refusals) {
      for (const { coverage } of this.#venues.get(venue)?.runners ?? [])
        coverage?.refusals.lost(receivedTimeMs);
    }
  }

  /** Calls when a venue stands otherwise to being asked by REST; the returned function ends that. */
  onRequestsChange(listener: (venue: VenueId) => void): () => void {
    return this.parts.requests?.onChange(listener) ?? (() => undefined);
  }

  /** How every configured venue stands now, in the order of the configuration. */
  venueStatuses(): readonly VenueStatus[] {
    return [...this.#venues.values()].map((venue) => this.#view(venue));
  }

  /** How one venue stands now; undefined for one that is not configured. */
  venueStatus(id: VenueId): VenueStatus | undefined {
    const venue = this.#venues.get(id);
    return venue === undefined ? undefined : this.#view(venue);
  }

  /** Rows refused since the start, by feed and reason. */
  refusals(): readonly RefusalCount[] {
    return this.#runners().flatMap((runner) =>
      [...runner.reader.refused].map(([reason, count]) => ({ ...nameOf(runner), reason, count })),
    );
  }

  /** What was counted since the start, by feed. */
  counts(): readonly FeedCounts[] {
    return this.#runners().map((runner) => ({
      ...nameOf(runner),
      ...runner.reader.counts,
      gaps: runner.coverage?.gapsBegun ?? 0,
    }));
  }

  async #stop(): Promise<void> {
    this.#timer?.cancel();
    for (const stop of this.#stops.splice(0)) stop();
    this.#board.stop();
    await Promise.all(this.#runners().map((runner) => runner.stop()));
    const unwritten = await this.parts.writer.stop();
    if (unwritten > 0) this.parts.log.warn({ gaps: unwritten }, 'gaps could not be written before the end');
  }

  #supervise(adapter: VenueAdapter, roots: VenueRoots): SupervisedVenue {
    const { catalog, records, clock, log } = this.parts;
    const context = { roots, instruments: catalog.instruments(adapter.id), records };
    const rest = { adapter, recorded: new DailyCount(clock), refreshedMs: Number.NEGATIVE_INFINITY };
    try {
      return { ...rest, runners: adapter.feeds(context).map((feed) => this.#runner(adapter, feed)) };
    } catch (error) {
      log.error({ venue: adapter.id, err: error }, 'the feeds of a venue cannot be set up');
      return { ...rest, runners: [], refusal: error instanceof Error ? error.message : String(error) };
    }
  }

  #runner({ id }: VenueAdapter, feed: VenueFeed): FeedRunner {
    const { openSocket, events, refusals, storage, clock, random, log, catalog } = this.parts;
    return new FeedRunner({
      venue: id,
      feed,
      openSocket,
      events,
      refusals,
      storage,
      catalogue: () => {
        const { instruments, problem } = catalog.catalogue(id) ?? EMPTY;
        return { known: instruments.length > 0, wanted: this.#wants(id), ...(problem && { problem }) };
      },
      ...(feed.recorded && { coverage: this.#coverage(id, feed.stream) }),
      clock,
      random,
      log,
      onStatus: (status) => this.#board.update(status),
      onUnknownContract: () => this.#refreshCatalogue(id),
    });
  }

  /** One that cannot be set up is meant to be run, and missed. */
  #isRun({ venue: id, stream }: Pick<FeedGap, 'venue' | 'stream'>): boolean {
    const venue = this.#venues.get(id);
    if (venue?.refusal !== undefined) return true;
    return venue?.runners.some(({ feed }) => feed.recorded && feed.stream === stream) ?? false;
  }

  #wants(id: VenueId): boolean {
    const { catalog, records } = this.parts;
    const wanted =
      this.#wanted.get(id) ??
      catalog
        .instruments(id)
        .all()
        .some(({ symbol }) => records(symbol));
    this.#wanted.set(id, wanted);
    return wanted;
  }

  #coverage(venue: VenueId, stream: string): FeedCoverage {
    const { repository, writer, clock, log, bus } = this.parts;
    const onGap = (gap: Parameters<CoverageWriter['saveGap']>[0]) =>
      bus.publish({ type: 'feed-gap-changed', gap });
    return new FeedCoverage({ venue, stream, repository, writer, clock, log, onGap });
  }

  #refreshCatalogue(id: VenueId): void {
    const venue = this.#venues.get(id);
    const nowMs = this.parts.clock.monotonicMs();
    if (venue === undefined || nowMs - venue.refreshedMs < UNKNOWN_CONTRACT_EVERY_MS) return;
    venue.refreshedMs = nowMs;
    void this.parts.catalog.refreshVenue(id);
  }

  #lookLater(): void {
    this.#timer = this.parts.clock.after(LOOK_EVERY_MS, () => {
      for (const runner of this.#runners()) runner.look();
      void this.#retired.end();
      this.#lookLater();
    });
  }

  #publish(status: FeedStatus, before: FeedStatus | undefined): void {
    const { venue, stream, state, reason } = status;
    if (before?.state !== state) this.parts.log.info({ venue, stream, state, reason }, 'feed state changed');
    this.parts.bus.publish({ type: 'feed-status-changed', status });
  }

  #view({ adapter, runners, recorded, refusal }: SupervisedVenue): VenueStatus {
    const feeds = runners.map((runner) =>
      viewFeed(runner.status, {
        recorded: runner.feed.recorded,
        eventsToday: runner.feed.recorded ? recorded.value : 0,
        refusedToday: runner.reader.refusedToday,
        gapsToday: runner.coverage?.gapsToday ?? 0,
        openGapSinceMs: runner.coverage?.openSinceMs,
        topics: runner.topicCount,
      }),
    );
    const catalogue = this.parts.catalog.catalogue(adapter.id) ?? { ...EMPTY, venue: adapter.id };
    const requests = this.parts.requests?.state(adapter.id);
    return viewVenue(adapter, feeds, catalogue, refusal, requests && viewRequests(requests));
  }

  #runners(): readonly FeedRunner[] {
    return [...this.#venues.values()].flatMap(({ runners }) => runners);
  }
}

function nameOf({ venue, feed }: FeedRunner): FeedName {
  return { venue, stream: feed.stream };
}

const EMPTY: CatalogueState = { venue: '', instruments: [], volumes: new Map(), source: 'FALLBACK' };
