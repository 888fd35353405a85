import { HEALTHY_AFTER_MS } from './backoff.js';
import { type Clock, type Random, type Timer } from './clock.js';
import { type Connection } from './connection.js';
import { type ConnectionFailure } from './connection-failure.js';
import { type RetryPlan } from './retry-plan.js';

/** How long two connections deliver side by side once the new one is ready. */
const OVERLAP_MS = 5_000;
/** Connections made together should not all be replaced together: up to so much earlier than their age allows. */
const LONGEST_JITTER_MS = 30 * 60_000;

/** What the end of a connection means for the feed. */
export type Loss =
  | 'none' // it was not the one that counts, or its predecessor still delivers
  | 'successor' // it counted, and its successor is on its way already
  | 'all'; // it counted, and nobody is left

/** What a succession needs of its socket. */
export interface SuccessionPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxAgeMs: number;
  readonly retry: RetryPlan;
  /** Starts a connection. */
  readonly connect: () => Connection;
  /** A replacement took over. */
  readonly onReplaced: () => void;
}

/**
 * Which connection counts, and the planned change from one to the next: the successor is connected first, becomes the
 * current one when it is ready, and the old one goes on delivering for five more seconds. Whoever of the two fails
 * meanwhile, the other one stays.
 */
export class Succession {
  #current: Connection | undefined;
  #successor: Connection | undefined;
  #predecessor: Connection | undefined;
  /** Connections that asked to be replaced; each may ask once. */
  readonly #worn = new WeakSet<Connection>();
  #replacement: Timer | undefined;
  #overlap: Timer | undefined;

  constructor(private readonly ports: SuccessionPorts) {}

  /** The connection that counts. */
  get current(): Connection | undefined {
    return this.#current;
  }

  /** Makes the first connection, or the next one after all were lost. */
  begin(): void {
    this.#current = this.ports.connect();
  }

  opened(connection: Connection): void {
    if (connection === this.#current) this.#planByAge(connection);
  }

  /** A connection became ready; a successor takes over. */
  ready(connection: Connection): void {
    if (connection !== this.#successor) return;
    this.#endOverlap();
    this.#predecessor = this.#current;
    this.#successor = undefined;
    this.#current = connection;
    this.ports.retry.noteHealthy(this.#predecessor?.healthyForMs ?? 0);
    this.#overlap = this.ports.clock.after(OVERLAP_MS, () => this.#endOverlap());
    if (this.#worn.has(connection)) this.#plan(this.ports.retry.pauseMs());
    else this.#planByAge(connection);
    this.ports.onReplaced();
  }

  /** A connection wants to be replaced soon: it will be closed, or does not take its topics. */
  replace(connection: Connection): void {
    if (this.#worn.has(connection)) return;
    this.#worn.add(connection);
    if (connection !== this.#current || this.#successor !== undefined) return;
    const { retry } = this.ports;
    retry.noteHealthy(connection.healthyForMs);
    // A venue that announces the end of every new connection must not lead us round in circles.
    this.#plan(connection.healthyForMs >= HEALTHY_AFTER_MS ? 0 : retry.pauseMs());
  }

  failed(connection: Connection, failure: ConnectionFailure): Loss {
    const { retry } = this.ports;
    if (connection === this.#predecessor) {
      this.#endOverlap();
      return 'none';
    }
    if (connection === this.#successor) {
      this.#successor = undefined;
      this.#plan(retry.after(failure).delayMs);
      return 'none';
    }
    if (connection !== this.#current) return 'none';
    retry.noteHealthy(connection.healthyForMs);
    this.#replacement?.cancel();
    return this.#replaceLost(failure);
  }

  /** Forgets everyone and cancels every timer; the connections themselves are the caller's to end. */
  stop(): void {
    this.#replacement?.cancel();
    this.#overlap?.cancel();
    this.#current = this.#successor = this.#predecessor = undefined;
  }

  #replaceLost(failure: ConnectionFailure): Loss {
    if (this.#predecessor !== undefined) {
      this.#overlap?.cancel();
      this.#current = this.#predecessor;
      this.#predecessor = undefined;
      this.#plan(this.ports.retry.after(failure).delayMs);
      return 'none';
    }
    this.#current = this.#successor;
    this.#successor = undefined;
    if (this.#current === undefined) return 'all';
    if (this.#current.openedAtMs !== undefined) this.#planByAge(this.#current);
    return 'successor';
  }

  #planByAge(connection: Connection): void {
    const { clock, random, maxAgeMs } = this.ports;
    const ageMs = clock.monotonicMs() - (connection.openedAtMs ?? clock.monotonicMs());
    const jitterMs = random() * Math.min(LONGEST_JITTER_MS, maxAgeMs / 10);
    this.#plan(maxAgeMs - jitterMs - ageMs);
  }

  #plan(delayMs: number): void {
    this.#replacement?.cancel();
    if (delayMs <= 0) this.#connectSuccessor();
    else this.#replacement = this.ports.clock.after(delayMs, () => this.#connectSuccessor());
  }

  #connectSuccessor(): void {
    if (this.#current === undefined || this.#successor !== undefined) return;
    this.#successor = this.ports.connect();
  }

  #endOverlap(): void {
    this.#overlap?.cancel();
    this.#predecessor?.retire();
    this.#predecessor = undefined;
  }
}
