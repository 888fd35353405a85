import { createClient, type Client } from 'graphql-ws/client';
import { type ConnectionStatus, StatusBoard } from './connection-status.js';
import { apiErrorFrom, ClientClosedError, ConnectionRefusedError, isRecord } from './errors.js';
import { Listeners } from './listeners.js';
import { OpenBudget } from './open-budget.js';
import { Pacer } from './pacer.js';
import { type Random, type Timers } from './timers.js';

const ACKNOWLEDGE_WITHIN_MS = 10_000;
/** A socket without subscriptions is kept this long, so that changing a filter does not cost a new handshake. */
const LINGER_MS = 500;
/** Access was denied. The library below would try again for ever; nothing changes by that. */
const FORBIDDEN = 4403;

/**
 * A warning of the server, half way to letting this socket go as a slow reader (`SLOW_CONSUMER`). Event streams would
 * resume without loss; reading faster, or asking for less, spares the detour.
 */
export interface LaggingNotice {
  /** Messages that wait at the server for this socket. */
  readonly behind: number;
}

/** What an operation hears: results, and once at most how it ended. */
export interface OperationSink {
  data(data: unknown): void;
  /** The server ended the operation, or the connection was refused for good. */
  failed(error: Error): void;
  /** The server says there is no more. */
  completed(): void;
}

/** An operation as it goes over the wire. It is written anew at every reconnect, so later changes take effect then. */
export interface OperationRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/**
 * The one socket of a client: shared by all subscriptions, opened for the first and closed after the last. A lost
 * connection is rebuilt for ever, at the pace of a Pacer, and every operation asked again; a dead one that still
 * looks open is found by pings.
 */
export class GraphqlSocket {
  readonly #board: StatusBoard;
  readonly #pacer: Pacer;
  readonly #budget: OpenBudget;
  readonly #lagging = new Listeners<LaggingNotice>();
  readonly #client: Client;
  #operations = 0;
  #everConnected = false;
  #closedForGood = false;
  #reason: string | undefined;
  #cancelPong: (() => void) | undefined;

  constructor(
    url: string,
    webSocket: unknown,
    private readonly timers: Timers,
    random: Random,
    /** How often the connection is asked whether it is alive; it has half of that to answer. */
    private readonly heartbeatMs: number,
  ) {
    this.#board = new StatusBoard(() => timers.nowMs());
    this.#pacer = new Pacer(timers, random, (delayMs) => this.#announceAttempt(delayMs));
    this.#budget = new OpenBudget(timers);
    let operationIds = 0;
    this.#client = createClient({
      // Asked before every attempt, whatever ended the one before: the only place that slows all of them down.
      url: async () => {
        await this.#pacer.turn();
        return url;
      },
      webSocketImpl: webSocket,
      retryAttempts: Infinity,
      retryWait: () => Promise.resolve(),
      shouldRetry: (event) => closeCode(event) !== FORBIDDEN,
      connectionAckWaitTimeout: ACKNOWLEDGE_WITHIN_MS,
      lazyCloseTimeout: LINGER_MS,
      keepAlive: heartbeatMs,
      generateID: () => String(++operationIds),
      on: {
        connected: () => this.#connected(),
        closed: (event) => this.#closed(event),
        ping: (received, payload) => (received ? this.#heed(payload) : this.#awaitPong()),
        pong: (received) => received && this.#cancelPong?.(),
      },
    });
  }

  get status(): ConnectionStatus {
    return this.#board.status;
  }

  /** Whether `close` was called: nothing is asked again. */
  get isClosed(): boolean {
    return this.#closedForGood;
  }

  /** Calls `listener` at once and at every change of the status, until the returned function is called. */
  watch(listener: (status: ConnectionStatus) => void): () => void {
    return this.#board.watch(listener);
  }

  /** Calls `listener` at every warning of the server that this socket is read too slowly. */
  watchLagging(listener: (notice: LaggingNotice) => void): () => void {
    return this.#lagging.add(listener);
  }

  /**
   * Starts an operation; the returned function ends it without a word to the sink. One more than the server takes in
   * so short a time is held back for a moment.
   */
  open(request: OperationRequest, sink: OperationSink): () => void {
    if (this.#closedForGood) throw new ClientClosedError();
    const heldMs = this.#budget.takeMs();
    if (heldMs === 0) return this.#subscribe(request, sink);
    let leave = this.timers.after(heldMs, () => {
      if (!this.#closedForGood) leave = this.#subscribe(request, sink);
    });
    return () => leave();
  }

  /** Tries again now instead of at the end of a wait; a connection that works is left alone. */
  retryNow(): void {
    this.#pacer.skipWait();
  }

  /** Closes the socket for good. */
  async close(): Promise<void> {
    this.#closedForGood = true;
    this.#pacer.skipWait();
    // Rejects where a last attempt to connect fails, which is as good an end as any.
    await Promise.resolve(this.#client.dispose()).catch(() => undefined);
    this.#cancelPong?.();
    this.#pacer.lost();
    this.#board.set('closed', { failures: 0, reason: 'closed by this program' });
  }

  #subscribe(request: OperationRequest, sink: OperationSink): () => void {
    this.#operations += 1;
    let over = false;
    const finish = (tell?: () => void) => {
      if (over) return;
      over = true;
      this.#operations -= 1;
      tell?.();
    };
    const unsubscribe = this.#client.subscribe(request, {
      next: (result) => {
        if (over) return;
        if (result.errors === undefined) sink.data(result.data);
        else {
          finish(() => sink.failed(apiErrorFrom(result.errors ?? [])));
          unsubscribe();
        }
      },
      error: (error) => finish(() => sink.failed(this.#failure(error))),
      complete: () => finish(() => sink.completed()),
    });
    return () => {
      finish();
      unsubscribe();
    };
  }

  #announceAttempt(delayMs: number): void {
    this.#board.set(this.#everConnected ? 'reconnecting' : 'connecting', {
      failures: this.#pacer.failures,
      ...(delayMs > 0 && { nextAttemptMs: this.timers.nowMs() + delayMs }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
    });
  }

  #connected(): void {
    this.#everConnected = true;
    this.#reason = undefined;
    this.#pacer.succeeded();
    this.#board.set('connected', { failures: 0 });
  }

  #closed(event: unknown): void {
    this.#cancelPong?.();
    this.#pacer.lost(retryAfterMs(event));
    if (this.#closedForGood) return;
    if (this.#operations === 0) {
      this.#pacer.rest();
      this.#board.set('idle', { failures: 0 });
      return;
    }
    const reason = closeReason(event);
    this.#reason = reason === '' ? undefined : reason;
    // A failed attempt reports an error first, and the wait for the next one is already announced by now.
    if (this.status.state === 'connected') this.#announceAttempt(0);
  }

  #awaitPong(): void {
    this.#cancelPong?.();
    this.#cancelPong = this.timers.after(this.heartbeatMs / 2, () => this.#client.terminate());
  }

  /** The server says in-band what it has to say about the socket as a whole. */
  #heed(payload: Record<string, unknown> | undefined): void {
    if (payload?.notice !== 'LaggingNotice' || typeof payload.behind !== 'number') return;
    this.#lagging.tell({ behind: payload.behind });
  }

  /** What ended an operation: a list of GraphQL errors, or the close event of a connection that may not be rebuilt. */
  #failure(error: unknown): Error {
    if (Array.isArray(error)) return apiErrorFrom(error);
    const refused = new ConnectionRefusedError(closeCode(error) ?? 1006, closeWords(error));
    this.#board.set('closed', { failures: this.#pacer.failures, reason: refused.message });
    return refused;
  }
}

/** The code of a close event; undefined for anything else. */
function closeCode(event: unknown): number | undefined {
  return isRecord(event) && typeof event.code === 'number' ? event.code : undefined;
}

/** How long the server asked to be left alone as it closed, such as `service restart; retryAfterMs=250`; else 0. */
function retryAfterMs(event: unknown): number {
  return Number(/\bretryAfterMs=(\d{1,9})\b/.exec(closeWords(event))?.[1] ?? 0);
}

/** What the server said when it closed; empty where it said nothing. */
function closeWords(event: unknown): string {
  return isRecord(event) && typeof event.reason === 'string' ? event.reason : '';
}

/** Why a connection ended, in words: the server's own, else the code, else nothing. */
function closeReason(event: unknown): string {
  const code = closeCode(event);
  return closeWords(event) || (code === undefined || code === 1006 ? '' : `code ${code}`);
}
