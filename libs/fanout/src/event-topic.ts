import { BodyCache } from './body-cache.js';
import {
  EventMember,
  type EventSubscription,
  type JoinRequest,
  type MemberTopic,
  type PageRange,
} from './event-member.js';
import { type EventSource } from './event-source.js';
import { FilterIndex } from './filter-index.js';
import { Lane, type Audience } from './lane.js';
import { RecentEvents } from './recent-events.js';
import { SharedAnswer } from './shared-answer.js';
import { SharedPages } from './shared-pages.js';
import { SharedRenderer, type Render } from './shared-renderer.js';
import { TurnShare } from './turn-share.js';
import { Turnstile } from './turnstile.js';

/** Bounds of a topic. */
export interface EventTopicLimits {
  /** Newest events kept in memory, from which short absences are made up. */
  readonly recentEvents: number;
  /** Stored events read at once. */
  readonly pageSize: number;
  /** Positions that one read passes over at most, however few of their events match. */
  readonly readSpan: number;
  /** Subscribers that read from the store at the same time, each with a page in hand. */
  readonly readers: number;
  /** How many catch up in one turn of the event loop, each by a few events. */
  readonly catchUpsPerTurn: number;
  /** Stored pages kept for others who come back from the same place. */
  readonly keptPages: number;
  /** Bytes of rendered events kept for others. */
  readonly renderedBytes: number;
  /** Events that may wait for being rendered. */
  readonly waitingEvents: number;
}

/** Bounds for thousands of subscribers in a small process. */
export const EVENT_TOPIC_LIMITS: EventTopicLimits = {
  // More than can wait for being rendered: who was sent back for that finds all of it here, not only in the store.
  recentEvents: 4_096,
  pageSize: 200,
  readSpan: 50_000,
  readers: 6,
  // What comes live waits behind them: 64 events, rendered anew, take a turn half a millisecond.
  catchUpsPerTurn: 2,
  keptPages: 32,
  renderedBytes: 16 * 1_024 * 1_024,
  waitingEvents: 2_048,
};

/** The numbers that events carry began anew, so nobody's position means anything any more. */
export class StreamRewoundError extends Error {
  constructor() {
    super('the positions of the stream went back');
    this.name = 'StreamRewoundError';
  }
}

/**
 * One stream of events for many subscribers, each with a filter and a place to begin at. It listens always and keeps
 * the newest events. A subscriber that begins in the past reads what is stored up to the newest position, then what was
 * announced meanwhile from the kept events, at the pace of its reader; when it has reached the newest announced one it
 * is live in the same instant, so there is no seam. Everyone gets each event once, in order.
 */
export class EventTopic<T extends object, F> implements MemberTopic<T, F> {
  readonly recent: RecentEvents<T>;
  readonly #bodies: BodyCache;
  readonly #index: FilterIndex<IndexedAudience<T, F>>;
  readonly #audiences = new Map<Lane<T>, Map<string, IndexedAudience<T, F>>>();
  readonly #lanes = new Map<SharedRenderer<T>, Lane<T>>();
  readonly #members = new Set<EventMember<T, F>>();
  readonly #touched = new Set<Lane<T>>();
  readonly #latest: SharedAnswer<number>;
  readonly #readers: Turnstile;
  readonly #pages: SharedPages<T>;
  readonly #stop: () => void;
  readonly share: TurnShare;

  constructor(
    readonly source: EventSource<T, F>,
    /** Resolves at the end of the turn of the event loop. */
    private readonly nextTurn: () => Promise<unknown>,
    /** Is told what a subscriber threw when it was told of its failure: it concerns nobody else. */
    readonly onFault: (error: unknown) => void,
    private readonly limits: EventTopicLimits = EVENT_TOPIC_LIMITS,
  ) {
    for (const [name, limit] of Object.entries(limits)) {
      if (!(limit >= 1)) throw new RangeError(`${name} of a topic must be at least 1`);
    }
    this.recent = new RecentEvents(limits.recentEvents);
    this.#bodies = new BodyCache(limits.renderedBytes);
    this.#index = new FilterIndex({ compare: (a, b) => source.compareSizes(a, b) });
    this.#latest = new SharedAnswer(() => source.latest());
    this.#readers = new Turnstile(limits.readers);
    this.share = new TurnShare(limits.catchUpsPerTurn, nextTurn);
    this.#pages = new SharedPages({
      pageSize: limits.pageSize,
      limit: limits.keptPages,
      positionOf: (event) => source.positionOf(event),
    });
    this.#stop = source.subscribeLive((event) => this.#announce(event));
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** The filters of all members, those that still catch up included: one for each, equal ones too. */
  *filters(): Iterable<F> {
    for (const { request } of this.#members) yield request.filter;
  }

  /** Makes a renderer whose bodies this topic keeps for all who use it. */
  rendererOf(render: Render<T>): SharedRenderer<T> {
    return new SharedRenderer(render, this.#bodies);
  }

  /** Throws what the source throws for a filter that cannot be indexed. */
  join(request: JoinRequest<T, F>): EventSubscription {
    const member = new EventMember(this, request);
    this.#members.add(member);
    try {
      member.begin();
    } catch (error) {
      member.stop();
      throw error;
    }
    return member;
  }

  /** Stops listening. Members hear nothing more. */
  close(): void {
    this.#stop();
    for (const member of [...this.#members]) member.stop();
  }

  /** One question for all who ask at the same time. */
  latest(): Promise<number> {
    return this.#latest.get();
  }

  /** So many at once have a page in hand, however many read; the others wait their turn. */
  withPage(
    range: PageRange<F>,
    isWanted: () => boolean,
    use: (page: readonly T[]) => Promise<void>,
  ): Promise<void> {
    const { filter, filterKey, after, upTo, party } = range;
    const { pageSize } = this.limits;
    return this.#readers.pass(async () => {
      if (!isWanted()) return;
      await use(
        await this.#pages.get(filterKey, after, upTo, (from, to) =>
          this.source.readAfter(filter, from, to, pageSize),
        ),
      );
    }, party);
  }

  get pageSize(): number {
    return this.limits.pageSize;
  }

  get readSpan(): number {
    return this.limits.readSpan;
  }

  goLive(member: EventMember<T, F>): () => void {
    const audience = this.#audienceOf(member.request);
    audience.members.add(member);
    return () => {
      audience.members.delete(member);
      if (audience.members.size === 0) this.#dissolve(audience);
    };
  }

  forget(member: EventMember<T, F>): void {
    this.#members.delete(member);
  }

  #announce(event: T): void {
    const position = this.source.positionOf(event);
    const { newest } = this.recent;
    if (newest === undefined) for (const member of this.#members) member.beginAt(position - 1);
    else if (position <= newest) this.#rewind();
    this.recent.add(event, position);
    try {
      this.#handOut(event, position);
    } catch (error) {
      // Nobody may miss it silently: each finds it among the kept ones, or fails by itself.
      for (const member of [...this.#members]) member.fallBack();
      throw error;
    } finally {
      for (const lane of this.#touched) lane.start();
      this.#touched.clear();
    }
  }

  #handOut(event: T, position: number): void {
    const { values, size } = this.source.lookup(event);
    for (const audience of this.#index.match(values, size)) {
      if (audience.mustAsk && !this.source.matches(event, audience.filter)) continue;
      audience.lane.add(event, position, audience);
      this.#touched.add(audience.lane);
    }
  }

  #rewind(): void {
    this.recent.clear();
    this.#bodies.clear();
    this.#pages.clear();
    for (const member of [...this.#members]) member.fail(new StreamRewoundError());
  }

  #audienceOf({ filter, renderer }: JoinRequest<T, F>): IndexedAudience<T, F> {
    const lane = this.#lanes.get(renderer) ?? new Lane(renderer, this.limits.waitingEvents, this.nextTurn);
    const audiences = this.#audiences.get(lane) ?? new Map<string, IndexedAudience<T, F>>();
    const key = JSON.stringify(filter);
    const known = audiences.get(key);
    if (known !== undefined) return known;
    const { indexed, isWhole } = this.source.indexed(filter);
    const made = new IndexedAudience<T, F>(lane, filter, key, !isWhole);
    made.removeFromIndex = this.#index.add(made, indexed);
    // Nothing throws any more, so nothing is left over.
    this.#lanes.set(renderer, lane);
    this.#audiences.set(lane, audiences);
    audiences.set(key, made);
    return made;
  }

  #dissolve(audience: IndexedAudience<T, F>): void {
    audience.removeFromIndex();
    const audiences = this.#audiences.get(audience.lane);
    if (audiences?.get(audience.key) === audience) audiences.delete(audience.key);
    if (audiences?.size !== 0) return;
    this.#audiences.delete(audience.lane);
    this.#lanes.delete(audience.lane.renderer);
  }
}

class IndexedAudience<T, F> implements Audience<T> {
  readonly members: Audience<T>['members'] = new Set();
  removeFromIndex: () => void = () => undefined;

  constructor(
    readonly lane: Lane<T>,
    readonly filter: F,
    readonly key: string,
    /** Whether the index decides on a part of the filter only. */
    readonly mustAsk: boolean,
  ) {}
}
