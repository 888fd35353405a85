import { type EventSource } from './event-source.js';
import { type LiveMember } from './lane.js';
import { type RecentEvents } from './recent-events.js';
import { type Recipient } from './recipient.js';
import { type SharedRenderer } from './shared-renderer.js';
import { type TurnShare } from './turn-share.js';

/** Who subscribes to what. */
export interface JoinRequest<T extends object, F> {
  readonly filter: F;
  /** Deliver everything after this position first; absent: only what comes from now on. */
  readonly after?: number;
  /** From `rendererOf` of the topic: who passes the same one shares its bodies. */
  readonly renderer: SharedRenderer<T>;
  readonly recipient: Recipient;
  /** Whose it is: when many want to read what is stored, parties take turns. Absent: those without one are a party. */
  readonly party?: string;
  /** Called once when the stream cannot go on; nothing is delivered after it. */
  readonly onFailed: (error: unknown) => void;
}

/** A place in a topic. */
export interface EventSubscription {
  /** Everything up to here that matches was handed over; undefined while nothing has happened since it began. */
  readonly position: number | undefined;
  /** Ends it; nothing is delivered any more. */
  stop(): void;
}

/** Stored events that match, after one position and up to another. */
export interface PageRange<F> {
  readonly filter: F;
  /** The filter as a text. */
  readonly filterKey: string;
  readonly after: number;
  readonly upTo: number;
  /** Who takes the turn. */
  readonly party: string | undefined;
}

/** What a member needs of its topic. */
export interface MemberTopic<T extends object, F> {
  readonly source: EventSource<T, F>;
  readonly recent: RecentEvents<T>;
  readonly pageSize: number;
  readonly readSpan: number;
  /** Turns of the event loop as far as those who catch up get them. */
  readonly share: TurnShare;
  readonly onFault: (error: unknown) => void;
  /** The newest stored position. */
  latest(): Promise<number>;
  /** Calls `use` with a page of stored events and resolves after it; neither happens if it is not wanted any more. */
  withPage(
    range: PageRange<F>,
    isWanted: () => boolean,
    use: (page: readonly T[]) => Promise<void>,
  ): Promise<void>;
  /** From now on the member is given every event that matches. The returned function ends that. */
  goLive(member: EventMember<T, F>): () => void;
  forget(member: EventMember<T, F>): void;
}

/** Kept events looked at, wanted or not, for one share of a turn of the event loop. */
const TURN_LOOKS = 512;

/** Events handed over for one share of a turn. */
const TURN_EVENTS = 32;

/** One subscriber of a topic, from the place where it begins until it leaves. */
export class EventMember<T extends object, F> implements EventSubscription, LiveMember {
  /** Minus infinity: from now on, whatever the number of the next event. */
  #position: number;
  #leaveLive: (() => void) | undefined;
  #over = false;

  constructor(
    private readonly topic: MemberTopic<T, F>,
    readonly request: JoinRequest<T, F>,
  ) {
    this.#position = request.after ?? topic.recent.newest ?? Number.NEGATIVE_INFINITY;
  }

  get position(): number | undefined {
    return this.#position === Number.NEGATIVE_INFINITY ? undefined : this.#position;
  }

  get isOver(): boolean {
    return this.#over;
  }

  begin(): void {
    if (this.request.after === undefined) this.#leaveLive = this.topic.goLive(this);
    else void this.#catchUp();
  }

  take(body: Uint8Array, position: number): void {
    if (this.#over || position <= this.#position) return;
    this.#position = position;
    this.request.recipient.deliver(body);
  }

  /**
   * The first event of all comes, after this position: who waits for what comes from now on begins here. Who has read
   * less than that and is live reads up what was stored since, which nobody announces.
   */
  beginAt(position: number): void {
    if (this.#position === Number.NEGATIVE_INFINITY) this.#position = position;
    else if (this.#position < position) this.fallBack();
  }

  fallBack(): void {
    if (this.#over || this.#leaveLive === undefined) return;
    this.#leaveLive();
    this.#leaveLive = undefined;
    void this.#catchUp();
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.stop();
    try {
      this.request.onFailed(error);
    } catch (fault) {
      this.topic.onFault(fault);
    }
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leaveLive?.();
    this.topic.forget(this);
  }

  /** Never rejects. */
  async #catchUp(): Promise<void> {
    const { recent } = this.topic;
    let wasRead = false;
    try {
      while (!this.#over) {
        // While nothing was announced, the store alone knows what there is, and it has to be asked at least once.
        const isKept = recent.newest === undefined ? wasRead : recent.coversAfter(this.#position);
        if (!isKept) {
          await this.#readStored();
          wasRead = true;
        } else if (recent.firstAfter(this.#position) !== undefined) {
          await this.#readRecent();
        } else {
          // Looked and joined in the same instant: nothing can be announced between the two.
          this.#leaveLive = this.topic.goLive(this);
          return;
        }
      }
    } catch (error) {
      this.fail(error);
    }
  }

  async #readStored(): Promise<void> {
    const { topic } = this;
    const { filter, party, recipient } = this.request;
    const mark = await topic.latest();
    const filterKey = JSON.stringify(filter);
    while (!this.#over && this.#position < mark) {
      const after = this.#position;
      // A rare filter must not make one question pass over everything that is stored.
      const upTo = Math.min(mark, after + topic.readSpan);
      await topic.withPage(
        { filter, filterKey, after, upTo, party },
        () => !this.#over,
        (page) => this.#takePage(page, upTo),
      );
      if (recipient.isCongested) await recipient.uncongested();
    }
  }

  /** Hands over a page, or as much of it as its reader takes: who waits for a reader must not hold a page meanwhile. */
  async #takePage(page: readonly T[], upTo: number): Promise<void> {
    const { source, pageSize, share } = this.topic;
    let count = 0;
    for (const event of page) {
      if (count % TURN_EVENTS === 0) await share.take();
      count += 1;
      await this.#handOver(event, source.positionOf(event));
      if (this.#over || this.request.recipient.isCongested) return;
    }
    if (page.length < pageSize) this.#position = upTo;
  }

  /** Hands over what is kept, until there is nothing more or what comes next is no longer kept. */
  async #readRecent(): Promise<void> {
    const { recent, source, share } = this.topic;
    const { recipient } = this.request;
    let left = { looks: 0, events: 0 };
    while (!this.#over && recent.coversAfter(this.#position)) {
      const event = recent.firstAfter(this.#position);
      if (event === undefined) return;
      if (left.looks === 0 || left.events === 0) {
        left = { looks: TURN_LOOKS, events: TURN_EVENTS };
        await share.take();
        // Meanwhile it may have fallen out of what is kept.
        continue;
      }
      left.looks -= 1;
      const position = source.positionOf(event);
      if (!source.matches(event, this.request.filter)) {
        this.#position = position;
        continue;
      }
      await this.#handOver(event, position);
      left.events -= 1;
      if (recipient.isCongested) await recipient.uncongested();
    }
  }

  async #handOver(event: T, position: number): Promise<void> {
    const { renderer, recipient } = this.request;
    const made = renderer.body(event, position);
    const body = made instanceof Promise ? await made : made;
    if (this.#over) return;
    this.#position = position;
    recipient.deliver(body);
  }
}
