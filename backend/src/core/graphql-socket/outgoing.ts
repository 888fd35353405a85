import { setMaxListeners } from 'node:events';
import { type Clock, type Timer } from '@orderfox/feed';
import { type SocketLimits } from './socket-limits.js';

/** The part of a `ws` socket that messages leave through. */
export interface WritableSocket {
  readonly readyState: number;
  readonly OPEN: number;
  /** Bytes handed over that have not left for the network yet. */
  readonly bufferedAmount: number;
  send(data: string, written: () => void): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Close code "try again later": clients reconnect and resume. */
const TRY_AGAIN_LATER = 1_013;

/**
 * Everything that leaves through one socket. Below a soft limit of unsent bytes messages are taken at once; above it
 * the sender waits, which slows a history down to its reader's pace. A reader for whom a message waits too long, or
 * for whom too many bytes pile up, is given up: its streams are told, end with their cursors, and the socket is closed.
 */
export class Outgoing {
  readonly #tooSlow = new AbortController();
  readonly #waiting = new Set<Unsent>();
  readonly #timers = new Set<Timer>();

  constructor(
    private readonly socket: WritableSocket,
    private readonly limits: SocketLimits,
    private readonly clock: Clock,
    private readonly onGivenUp: () => void,
  ) {
    // One listener per subscription is normal here, not a leak.
    setMaxListeners(limits.subscriptionsPerSocket + 10, this.#tooSlow.signal);
  }

  /** Aborted when the reader is given up. */
  get tooSlow(): AbortSignal {
    return this.#tooSlow.signal;
  }

  /** Resolves when the next message may be sent; at once if the socket is closed, where nothing is sent any more. */
  send(data: string): Promise<void> {
    const { socket, limits } = this;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    if (!this.tooSlow.aborted && socket.bufferedAmount > limits.maxUnsentBytes) {
      this.giveUp();
      return Promise.resolve();
    }
    const message = new Unsent();
    socket.send(data, () => message.release());
    if (this.tooSlow.aborted || socket.bufferedAmount <= limits.pauseAtBytes) return Promise.resolve();
    const timer = this.#after(limits.maxUnsentMs, () => this.giveUp());
    this.#waiting.add(message);
    return message.released.finally(() => {
      this.#waiting.delete(message);
      this.#cancel(timer);
    });
  }

  /** Ends the streams with SLOW_CONSUMER, then the socket with 1013, and cuts it if that is not read either. */
  giveUp(): void {
    if (this.tooSlow.aborted) return;
    this.onGivenUp();
    this.#tooSlow.abort();
    this.#releaseAll();
    // The streams' last words are written in microtasks; the close frame comes after them.
    this.#after(0, () => this.close(TRY_AGAIN_LATER, 'slow consumer'));
  }

  /** Closes the socket after what has been sent, and cuts it if the other side does not do its part in time. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    this.#after(this.limits.closeWithinMs, () => this.socket.terminate());
  }

  /** To be called when the socket is closed: lets waiting senders go and forgets all timers. */
  dispose(): void {
    this.#releaseAll();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #releaseAll(): void {
    for (const message of this.#waiting) message.release();
  }

  #after(delayMs: number, task: () => void): Timer {
    const timer = this.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      task();
    });
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}

/** A message whose sender may have to wait until it has left. */
class Unsent {
  readonly #gate = Promise.withResolvers<undefined>();

  get released(): Promise<undefined> {
    return this.#gate.promise;
  }

  release(): void {
    this.#gate.resolve(undefined);
  }
}
