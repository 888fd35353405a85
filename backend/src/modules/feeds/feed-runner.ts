import { type FeedStatus, type VenueId } from '@orderfox/domain';
import { type Clock, type Random } from '@orderfox/feed';
import { type VenueFeed } from '@orderfox/venues';
import { type Log } from '../../core/log.js';
import { type CatalogueProblem } from '../symbols/catalogue-state.js';
import { CoverageWatch } from './coverage-watch.js';
import { type FeedCoverage } from './feed-coverage.js';
import {
  type EventSink,
  type FeedSocket,
  type OpenSocket,
  type RefusalSink,
  type StorageReport,
} from './feed-ports.js';
import { FeedReader } from './feed-reader.js';
import { decideFeedState, type StateWithReason } from './feed-state.js';
import { RefusalHoles } from './refusal-holes.js';

/** What one feed needs to run. */
export interface FeedRunnerParts {
  readonly venue: VenueId;
  readonly feed: VenueFeed;
  readonly openSocket: OpenSocket;
  readonly events: EventSink;
  readonly refusals: RefusalSink;
  readonly storage: () => StorageReport;
  /** `wanted`: whether any listed contract is to be recorded. */
  readonly catalogue: () => {
    readonly known: boolean;
    readonly wanted: boolean;
    readonly problem?: CatalogueProblem;
  };
  /** Absent for a stream that only supports. */
  readonly coverage?: FeedCoverage;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called whenever the status may have changed. */
  readonly onStatus: (status: FeedStatus) => void;
  /** A row of a contract came that the catalogue does not know. */
  readonly onUnknownContract: () => void;
}

/**
 * Runs one connection of one venue: opens it once the contracts are known, keeps its topics those of the catalogue,
 * and says at every moment how it stands.
 */
export class FeedRunner {
  readonly reader: FeedReader;
  readonly #watch: CoverageWatch | undefined;
  #socket: FeedSocket | undefined;
  #topics: readonly string[] = [];
  #quietSinceMs = 0;
  #shown: StateWithReason;
  #sinceMs: number;
  #stopped = false;

  constructor(private readonly parts: FeedRunnerParts) {
    const { coverage, storage, clock } = parts;
    const holes = coverage?.refusals ?? new RefusalHoles();
    this.reader = new FeedReader({ ...parts, holes, onEvents: () => this.#eventsCame() });
    this.#watch = coverage && new CoverageWatch(coverage, storage, clock);
    this.#shown = this.#decide();
    this.#sinceMs = clock.nowMs();
  }

  get venue(): VenueId {
    return this.parts.venue;
  }

  get feed(): VenueFeed {
    return this.parts.feed;
  }

  get coverage(): FeedCoverage | undefined {
    return this.parts.coverage;
  }

  get topicCount(): number {
    return this.#topics.length;
  }

  /** How it stood when it was last looked at, with the newest times. */
  get status(): FeedStatus {
    const { state, reason, untilMs } = this.#shown;
    const { lastEventMs } = this.reader;
    const lastDataMs = this.#socket?.lastDataMs;
    return {
      type: 'feed-status',
      venue: this.venue,
      stream: this.feed.stream,
      state,
      reason,
      sinceMs: this.#sinceMs,
      ...(untilMs !== undefined && { untilMs }),
      ...(lastEventMs !== undefined && { lastEventMs }),
      ...(lastDataMs !== undefined && { lastDataMs }),
    };
  }

  /** Looks at the catalogue again: opens the connection, changes topics, reads what had to wait for a contract. */
  catalogueChanged(): void {
    if (!this.#stopped && this.parts.catalogue().known) {
      this.#topics = this.feed.topics();
      if (this.#socket !== undefined) this.#socket.setTopics(this.#topics);
      else if (this.#topics.length > 0) this.#open();
      this.reader.readShelf();
    }
    this.look();
  }

  /** Takes stock: to be called about once a second and when something outside changed. */
  look(): void {
    if (this.#stopped) return;
    const decided = this.#decide();
    if (decided.state !== this.#shown.state) this.#sinceMs = this.parts.clock.nowMs();
    this.#shown = decided;
    if (decided.state === 'DISABLED' && this.#socket === undefined) this.#watch?.lookAway();
    else this.#watch?.look(this.#socket);
    this.parts.onStatus(this.status);
  }

  /** Closes the connection for good. When the promise is fulfilled nothing is left of it. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#watch?.look(this.#socket);
    this.#stopped = true;
    await this.#socket?.stop();
  }

  #open(): void {
    const { venue, feed, clock, random, coverage, log } = this.parts;
    const fields = { venue, stream: feed.stream };
    this.#quietSinceMs = clock.monotonicMs();
    this.#socket = this.parts.openSocket({
      protocol: feed.protocol,
      topics: this.#topics,
      clock,
      random,
      onMessage: (message, receivedTimeMs) => this.reader.read(message, receivedTimeMs),
      onState: ({ state }) => {
        // Quiet is told from the moment on at which something could have come.
        if (state === 'LIVE') this.#quietSinceMs = clock.monotonicMs();
        this.look();
      },
      onOutage: (outage) => coverage?.outage(outage),
      onUnreadable: (report) => log.warn({ ...fields, ...report }, 'frames cannot be read'),
      onRefused: (topic, reason) => log.warn({ ...fields, topic, reason }, 'the venue refused a topic'),
      onHandlerError: (error) => this.reader.failed(error),
    });
    this.#socket.start();
  }

  #eventsCame(): void {
    this.#quietSinceMs = this.parts.clock.monotonicMs();
    if (this.#shown.state !== 'LIVE') this.look();
  }

  #decide(): StateWithReason {
    const { catalogue, storage, clock, feed } = this.parts;
    const { known, wanted, problem } = catalogue();
    const { lastEventMs, unreadableRows } = this.reader;
    return decideFeedState({
      stream: feed.stream,
      recorded: feed.recorded,
      catalogueKnown: known,
      wanted,
      ...(problem && { catalogueProblem: problem }),
      topics: this.#topics.length,
      refusedTopics: this.#socket?.refusedTopics.size ?? 0,
      ...(this.#socket && { socket: this.#socket.status }),
      storage: storage().state,
      unreadableRows,
      quietForMs: clock.monotonicMs() - this.#quietSinceMs,
      ...(lastEventMs !== undefined && { lastEventMs }),
    });
  }
}
