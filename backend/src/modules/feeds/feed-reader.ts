import { type Liquidation, type Refusal, type RefusalReason, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type VenueFeed } from '@orderfox/venues';
import { type Log } from '../../core/log.js';
import { DailyCount } from './daily-count.js';
import { type EventSink, type RefusalSink } from './feed-ports.js';
import { type RefusalHoles } from './refusal-holes.js';
import { UnknownContractShelf, type ShelvedMessage } from './unknown-contract-shelf.js';

/** What a reader works with. */
export interface FeedReaderParts {
  readonly venue: VenueId;
  readonly feed: Pick<VenueFeed, 'stream' | 'normalise'>;
  readonly events: EventSink;
  readonly refusals: RefusalSink;
  /** Told of every row that is refused. */
  readonly holes: RefusalHoles;
  readonly clock: Clock;
  readonly log: Log;
  /** Events came. */
  readonly onEvents: () => void;
  /** A row of a contract came that the catalogue does not know. */
  readonly onUnknownContract: () => void;
}

/** What was counted since the start of the process. */
export interface ReaderCounts {
  /** Events whose row contradicts itself in a field that does not decide. */
  readonly contradictions: number;
  /** Rows of symbols that are not to be recorded. */
  readonly skipped: number;
  /** Messages that wait for their contract to be listed. */
  readonly waitingForContract: number;
  /** Messages that had to go before their contract was. */
  readonly gaveUpWaiting: number;
  /** Messages on which our own code failed. */
  readonly failures: number;
}

/**
 * Brings the messages of one feed to where they belong: events to the store, refused rows to quarantine, and rows of
 * a contract that nobody knows yet on the shelf until the catalogue is renewed. No message can make it throw.
 */
export class FeedReader {
  readonly #shelf = new UnknownContractShelf();
  readonly #refused = new Map<RefusalReason, number>();
  readonly #refusedToday: DailyCount;
  #lastEventMs: number | undefined;
  #contradictions = 0;
  #skipped = 0;
  #failures = 0;

  constructor(private readonly parts: FeedReaderParts) {
    this.#refusedToday = new DailyCount(parts.clock);
  }

  /** When the newest event was received. Epoch ms. */
  get lastEventMs(): number | undefined {
    return this.#lastEventMs;
  }

  /** Rows refused as unreadable since the last good event. */
  get unreadableRows(): number {
    return this.parts.holes.unreadableRows;
  }

  /** Rows refused since 00:00 UTC or since the start, whichever is later. */
  get refusedToday(): number {
    return this.#refusedToday.value;
  }

  /** Rows refused since the start, by reason. */
  get refused(): ReadonlyMap<RefusalReason, number> {
    return this.#refused;
  }

  get counts(): ReaderCounts {
    return {
      contradictions: this.#contradictions,
      skipped: this.#skipped,
      waitingForContract: this.#shelf.size,
      gaveUpWaiting: this.#shelf.dropped,
      failures: this.#failures,
    };
  }

  read(message: unknown, receivedTimeMs: number): void {
    this.#guarded(() => {
      const { refusals } = this.#normalise(message, receivedTimeMs);
      if (refusals.length > 0) this.#refuse(refusals, message, receivedTimeMs);
    });
  }

  /** Reads once more what waits for its contract. What that gives a second time is recorded only once. */
  readShelf(): void {
    for (const shelved of this.#shelf.takeAll()) this.#guarded(() => this.#readAgain(shelved));
  }

  /** Something of ours threw on a message. The connection and the next message are none the worse for it. */
  failed(err: unknown): void {
    const { venue, feed, holes, clock, log } = this.parts;
    holes.lost(clock.nowMs());
    this.#failures += 1;
    if (this.#failures === 1)
      log.error({ venue, stream: feed.stream, err }, 'a message could not be handled');
  }

  #normalise(message: unknown, receivedTimeMs: number): { readonly refusals: readonly Refusal[] } {
    const read = this.parts.feed.normalise(message, receivedTimeMs);
    const { events, refusals, contradictions = 0, skipped = 0 } = read;
    this.#contradictions += contradictions;
    this.#skipped += skipped;
    if (events.length > 0) this.#take(events, receivedTimeMs);
    return { refusals };
  }

  #take(events: readonly Liquidation[], receivedTimeMs: number): void {
    this.parts.events.offer(events);
    this.parts.holes.good(receivedTimeMs);
    this.#lastEventMs = Math.max(receivedTimeMs, this.#lastEventMs ?? receivedTimeMs);
    this.parts.onEvents();
  }

  #refuse(refusals: readonly Refusal[], message: unknown, receivedTimeMs: number): void {
    this.#keep(refusals);
    const unknown = refusals.filter(isUnknownContract);
    if (unknown.length === 0) return;
    this.#shelf.put({ message, receivedTimeMs, refusals: unknown });
    this.parts.onUnknownContract();
  }

  #readAgain({ message, receivedTimeMs, refusals: before }: ShelvedMessage): void {
    const { refusals } = this.#normalise(message, receivedTimeMs);
    const waiting = refusals.filter(isUnknownContract);
    if (waiting.length > 0) this.#shelf.put({ message, receivedTimeMs, refusals: waiting });
    const waited = new Set(before.map(({ raw }) => raw));
    // The rows beside them were refused, counted and kept when the message came.
    const refused = refusals.filter((refusal) => !isUnknownContract(refusal) && waited.has(refusal.raw));
    if (refused.length > 0) this.#keep(refused);
    // Only what became an event, or is not to be recorded, has no more business in quarantine.
    const still = new Set([...waiting, ...refused].map(({ raw }) => raw));
    const settled = before.filter(({ raw }) => !still.has(raw));
    const done = before.filter(({ raw }) => !waiting.some((refusal) => refusal.raw === raw));
    this.parts.holes.settled(done, this.parts.clock.nowMs());
    if (settled.length > 0) this.parts.refusals.release?.(settled);
  }

  #keep(refusals: readonly Refusal[]): void {
    this.#refusedToday.add(refusals.length);
    for (const refusal of refusals) this.#count(refusal);
    this.parts.holes.refused(refusals);
    this.parts.refusals.keep(refusals);
  }

  #count({ reason, detail }: Refusal): void {
    const { venue, feed, log } = this.parts;
    const before = this.#refused.get(reason) ?? 0;
    this.#refused.set(reason, before + 1);
    if (before === 0) log.warn({ venue, stream: feed.stream, reason, detail }, 'rows are refused');
  }

  #guarded(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.failed(error);
    }
  }
}

function isUnknownContract({ reason }: Refusal): boolean {
  return reason === 'UNKNOWN_INSTRUMENT';
}
