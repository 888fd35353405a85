import { type VenueId } from '@orderfox/domain';
import { RareReport, type Clock, type Random, type SocketProtocol, type SocketStatus } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type FeedSocket, type OpenSocket } from './feed-ports.js';

const NOT_CONNECTED: SocketStatus = { state: 'CONNECTING', reason: 'not connected yet' };

/** What a connection works with. */
export interface OnDemandConnectionParts {
  readonly venue: VenueId;
  /** What its topics carry, such as `books`; for the log. */
  readonly stream: string;
  /** Throws VenueError (`REFUSED`) for an address that has none of it. */
  readonly protocol: () => SocketProtocol;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onMessage: (message: unknown, receivedTimeMs: number) => void;
  /** A frame came that could not be read, in its place among the messages; whose topics it was of is not known. */
  readonly onUnreadable?: () => void;
  /** It says something else of itself than before. */
  readonly onStatus: (status: SocketStatus) => void;
}

/** A connection to a venue that is there while somebody wants a topic of it, and not otherwise. */
export class OnDemandConnection {
  readonly #problems: RareReport;
  #socket: FeedSocket | undefined;
  /** On their way out. */
  readonly #closing = new Set<Promise<void>>();

  constructor(private readonly parts: OnDemandConnectionParts) {
    this.#problems = new RareReport(parts.clock);
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** What it says of itself. */
  get status(): SocketStatus {
    return this.#socket?.status ?? NOT_CONNECTED;
  }

  /** Epoch ms of its newest data; undefined before the first. */
  get lastDataMs(): number | undefined {
    return this.#socket?.lastDataMs;
  }

  /** Why the venue does not send a topic; undefined if it did not refuse it. */
  refusal(topic: string): string | undefined {
    return this.#socket?.refusedTopics.get(topic);
  }

  /** Wants these topics and no others. Throws VenueError (`REFUSED`). */
  ask(topics: readonly string[]): void {
    if (this.#socket === undefined) this.#open(topics);
    else this.#socket.setTopics(topics);
  }

  /** Nobody wants any topic. */
  end(): void {
    const stopped = this.#socket?.stop();
    this.#socket = undefined;
    if (stopped === undefined) return;
    this.#closing.add(stopped);
    void stopped.finally(() => this.#closing.delete(stopped));
  }

  /** Ends it. Resolves when no connection is left. */
  async close(): Promise<void> {
    this.end();
    await Promise.all(this.#closing);
  }

  /** Logs why rows could not be read, seldom. */
  note(problems: readonly string[]): void {
    const { venue, stream, log } = this.parts;
    for (const problem of problems) {
      const due = this.#problems.add(problem);
      if (due !== undefined) log.warn({ venue, stream, ...due }, 'a row cannot be read');
    }
  }

  #open(topics: readonly string[]): void {
    const { venue, stream, protocol, openSocket, clock, random, log } = this.parts;
    const { onMessage, onUnreadable, onStatus } = this.parts;
    const fields = { venue, stream };
    const socket = openSocket({
      protocol: protocol(),
      topics,
      clock,
      random,
      onMessage,
      onState: onStatus,
      onUnreadable: (report) => log.warn({ ...fields, ...report }, 'frames cannot be read'),
      ...(onUnreadable !== undefined && { onUnreadableFrame: onUnreadable }),
      onRefused: (topic, reason) => log.warn({ ...fields, topic, reason }, 'the venue refused a topic'),
      onHandlerError: (err) => log.error({ ...fields, err }, 'what came could not be handed on'),
    });
    this.#socket = socket;
    socket.start();
  }
}
