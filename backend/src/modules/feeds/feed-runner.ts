import {
  type FeedStatus,
  type Liquidation,
  type Refusal,
  type RefusalReason,
  type VenueId,
} from '@orderfox/domain';
import { type Clock, type Random } from '@orderfox/feed';
import { type VenueFeed } from '@orderfox/venues';
import { type CatalogueProblem } from '../symbols/catalogue-state.js';
import { type Log } from '../../core/log.js';
import { CoverageWatch } from './coverage-watch.js';
import { DailyCount } from './daily-count.js';
import { type FeedCoverage } from './feed-coverage.js';
import {
  type EventSink,
  type FeedSocket,
  type OpenSocket,
  type RefusalSink,
  type StorageReport,
} from './feed-ports.js';
import { decideFeedState, type StateWithReason } from './feed-state.js';
import { UnknownContractShelf, type ShelvedMessage } from './unknown-contract-shelf.js';

/** Refusals that mean that the venue's format is not what it was. The others are expected now and then. */
const UNREADABLE: ReadonlySet<RefusalReason> = new Set(['MALFORMED', 'BAD_NUMBER', 'BAD_TIME', 'BAD_SIDE']);

/** What one feed needs to run. */
export interface FeedRunnerParts {
  readonly venue: VenueId;
  readonly feed: VenueFeed;
  readonly openSocket: OpenSocket;
  readonly events: EventSink;
  readonly refusals: RefusalSink;
  readonly storage: () => StorageReport;
  readonly catalogue: () => { readonly known: boolean; readonly problem?: CatalogueProblem };
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
 * hands what it reads to the store, and says at every moment how it stands.
 */
export class FeedRunner {
  readonly #shelf = new UnknownContractShelf();
  readonly #refusedToday: DailyCount;
  readonly #refusals = new Map<RefusalReason, number>();
  #socket: FeedSocket | undefined;
  #topics: readonly string[] = [];
  #lastEventMs: number | undefined;
  #quietSinceMs = 0;
  #unreadableRows = 0;
  #failures = 0;
  readonly #watch: CoverageWatch | undefined;
  #shown: StateWithReason;
  #sinceMs: number;
  #stopped = false;

  constructor(private readonly parts: FeedRunnerParts) {
    this.#refusedToday = new DailyCount(parts.clock);
    this.#shown = this.#decide();
    this.#sinceMs = parts.clock.nowMs();
    this.#watch = parts.coverage && new CoverageWatch(parts.coverage, parts.storage, parts.clock);
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

  /** Rows refused since 00:00 UTC or since the start, whichever is later. */
  get refusedToday(): number {
    return this.#refusedToday.value;
  }

  /** Rows refused since the start, by reason. */
  get refusalCounts(): ReadonlyMap<RefusalReason, number> {
    return this.#refusals;
  }

  /** Messages that wait for their contract to be listed. */
  get waitingForContract(): number {
    return this.#shelf.size;
  }

  /** How it stood when it was last looked at, with the newest times. */
  get status(): FeedStatus {
    const { venue, feed } = this.parts;
    const shown = this.#shown;
    const lastDataMs = this.#socket?.lastDataMs;
    return {
      type: 'feed-status',
      venue,
      stream: feed.stream,
      state: shown.state,
      reason: shown.reason,
      sinceMs: this.#sinceMs,
      ...(shown.untilMs !== undefined && { untilMs: shown.untilMs }),
      ...(this.#lastEventMs !== undefined && { lastEventMs: this.#lastEventMs }),
      ...(lastDataMs !== undefined && { lastDataMs }),
    };
  }

  /** Looks at the catalogue again: opens the connection, changes topics, reads what had to wait for a contract. */
  catalogueChanged(): void {
    if (this.#stopped || !this.parts.catalogue().known) {
      this.look();
      return;
    }
    this.#topics = this.parts.feed.topics();
    if (this.#socket !== undefined) this.#socket.setTopics(this.#topics);
    else if (this.#topics.length > 0) this.#open();
    for (const shelved of this.#shelf.takeAll()) this.#readAgain(shelved);
    this.look();
  }

  /** Takes stock: to be called about once a second and when something outside changed. */
  look(): void {
    if (this.#stopped) return;
    const decided = this.#decide();
    if (decided.state !== this.#shown.state) this.#sinceMs = this.parts.clock.nowMs();
    this.#shown = decided;
    this.#watch?.look(this.#socket);
    this.parts.onStatus(this.status);
  }

  /** Closes the connection for good. When the promise is fulfilled nothing is left of it. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#watch?.look(this.#socket);
    this.#stopped = true;
    await this.#socket?.stop();
  }

  #open(): void {
    const { feed, clock, random, coverage, log, venue } = this.parts;
    const fields = { venue, stream: feed.stream };
    this.#quietSinceMs = clock.monotonicMs();
    this.#socket = this.parts.openSocket({
      protocol: feed.protocol,
      topics: this.#topics,
      clock,
      random,
      onMessage: (message, receivedTimeMs) => this.#read(message, receivedTimeMs),
      onState: ({ state }) => {
        // Quiet is told from the moment on at which something could have come.
        if (state === 'LIVE') this.#quietSinceMs = clock.monotonicMs();
        this.look();
      },
      onOutage: (outage) => coverage?.outage(outage),
      onUnreadable: (report) => log.warn({ ...fields, ...report }, 'frames cannot be read'),
      onRefused: (topic, reason) => log.warn({ ...fields, topic, reason }, 'the venue refused a topic'),
      onHandlerError: (err) => this.#failed(err),
    });
    this.#socket.start();
  }

  #read(message: unknown, receivedTimeMs: number): void {
    try {
      const { events, refusals } = this.parts.feed.normalise(message, receivedTimeMs);
      if (events.length > 0) this.#take(events, receivedTimeMs);
      if (refusals.length > 0) this.#refuse(refusals, message, receivedTimeMs);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Reads a message once more whose contract was unknown. What it gives a second time is recorded only once. */
  #readAgain({ message, receivedTimeMs, refusals: before }: ShelvedMessage): void {
    try {
      const { events, refusals } = this.parts.feed.normalise(message, receivedTimeMs);
      if (events.length > 0) this.#take(events, receivedTimeMs);
      const waiting = refusals.filter(isUnknownContract);
      if (waiting.length > 0) this.#shelf.put({ message, receivedTimeMs, refusals: waiting });
      const still = new Set(waiting.map(({ raw }) => raw));
      const settled = before.filter(({ raw }) => !still.has(raw));
      if (settled.length > 0) this.parts.refusals.release?.(settled);
    } catch (error) {
      this.#failed(error);
    }
  }

  #take(events: readonly Liquidation[], receivedTimeMs: number): void {
    this.parts.events.offer(events);
    this.#unreadableRows = 0;
    this.#quietSinceMs = this.parts.clock.monotonicMs();
    this.#lastEventMs = Math.max(receivedTimeMs, this.#lastEventMs ?? 0);
    if (this.#shown.state !== 'LIVE') this.look();
  }

  #refuse(refusals: readonly Refusal[], message: unknown, receivedTimeMs: number): void {
    this.#refusedToday.add(refusals.length);
    for (const refusal of refusals) this.#count(refusal);
    this.parts.refusals.keep(refusals);
    const unknown = refusals.filter(isUnknownContract);
    if (unknown.length === 0) return;
    this.#shelf.put({ message, receivedTimeMs, refusals: unknown });
    this.parts.onUnknownContract();
  }

  #count({ reason, detail }: Refusal): void {
    const { venue, feed, log } = this.parts;
    const before = this.#refusals.get(reason) ?? 0;
    this.#refusals.set(reason, before + 1);
    if (UNREADABLE.has(reason)) this.#unreadableRows += 1;
    if (before === 0) log.warn({ venue, stream: feed.stream, reason, detail }, 'rows are refused');
  }

  /** Something of ours threw on a message. The socket and the next message are none the worse for it. */
  #failed(err: unknown): void {
    const { venue, feed, log } = this.parts;
    this.#failures += 1;
    if (this.#failures === 1)
      log.error({ venue, stream: feed.stream, err }, 'a message could not be handled');
  }

  #decide(): StateWithReason {
    const { parts } = this;
    const { known, problem } = parts.catalogue();
    return decideFeedState({
      stream: parts.feed.stream,
      recorded: parts.feed.recorded,
      catalogueKnown: known,
      ...(problem && { catalogueProblem: problem }),
      topics: this.#topics.length,
      refusedTopics: this.#socket?.refusedTopics.size ?? 0,
      ...(this.#socket && { socket: this.#socket.status }),
      storage: parts.storage().state,
      unreadableRows: this.#unreadableRows,
      quietForMs: parts.clock.monotonicMs() - this.#quietSinceMs,
      ...(this.#lastEventMs !== undefined && { lastEventMs: this.#lastEventMs }),
    });
  }
}

function isUnknownContract({ reason }: Refusal): boolean {
  return reason === 'UNKNOWN_INSTRUMENT';
}
