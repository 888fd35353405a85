import { Listeners } from './listeners.js';

/**
 * What is known about the socket. `idle`: nobody is subscribed, so there is none. `connecting`: not connected yet since
 * the client was made. `reconnecting`: it was lost and is being rebuilt. `closed`: given up, see `reason`.
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** The state of the socket and when it began. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Epoch milliseconds. While reconnecting: when the connection was lost, however many attempts were made since. */
  readonly sinceMs: number;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** When the next attempt is due, epoch milliseconds; absent while one is being made or none is needed. */
  readonly nextAttemptMs?: number;
  /** Why the last connection ended, in words; absent when none has. */
  readonly reason?: string;
}

/** The latest status, and a word to everyone who asked whenever it changes. */
export class StatusBoard {
  readonly #listeners = new Listeners<ConnectionStatus>();
  #status: ConnectionStatus;

  constructor(private readonly nowMs: () => number) {
    this.#status = { state: 'idle', sinceMs: nowMs(), failures: 0 };
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Enters `state`; the moment it began is kept while the state stays the same. */
  set(state: ConnectionState, change: Omit<ConnectionStatus, 'state' | 'sinceMs'>): void {
    const sinceMs = state === this.#status.state ? this.#status.sinceMs : this.nowMs();
    this.#status = { state, sinceMs, ...change };
    this.#listeners.tell(this.#status);
  }

  /** Calls `listener` at once and at every change, until the returned function is called. */
  watch(listener: (status: ConnectionStatus) => void): () => void {
    const leave = this.#listeners.add(listener);
    listener(this.#status);
    return leave;
  }
}
