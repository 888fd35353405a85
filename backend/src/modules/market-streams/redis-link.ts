import { Backoff, type Clock, type Random, type Timer } from '@orderfox/feed';
import { createClient } from 'redis';
import { failureOf } from './redis-failure.js';
import { type RedisFailure, type RedisState } from './redis-state.js';

/** A connection must stand, and a command be answered, in so long. */
const CONNECT_WITHIN_MS = 4_000;
const ANSWER_WITHIN_MS = 5_000;
/** Longest pause between two tries: whoever brings Redis back wants to see that. */
const LONGEST_PAUSE_MS = 15_000;
/** A connection that stood so long was a good one. */
const HEALTHY_AFTER_MS = 60_000;
/** What is tried by writing it, and how long it stays. */
const PROBE_SECONDS = '60';

/** Whoever sends commands; they leave in the order in which they are given, without waiting for answers. */
export interface RedisCommands {
  sendCommand(words: readonly string[]): Promise<unknown>;
}

/** What a link works with. The callbacks must not throw. */
export interface RedisLinkParts {
  /** `redis[s]://…`, checked. */
  readonly url: string;
  /** Written when a connection is made, so that it is known before anything depends on it whether writes are taken. */
  readonly probeKey: string;
  readonly clock: Clock;
  readonly random: Random;
  /** A connection stands, and takes writes. */
  readonly onReady: () => void;
  /** The state, or its reason, has changed. */
  readonly onChange: () => void;
}

/** There is no connection now, or it was lost before the answer. What became of the command is not known. */
export class RedisLostError extends Error {
  constructor(reason: string) {
    super(`Redis is away: ${reason}`);
    this.name = 'RedisLostError';
  }
}

type Client = ReturnType<typeof openClient>;
type LinkState = Extract<RedisState, 'CONNECTING' | 'LIVE' | 'STOPPED'> | RedisFailure['state'];

/**
 * One connection to Redis that is made anew whenever it is lost, is silent or takes no writes, with growing pauses and
 * jitter. Nothing waits while there is none: commands fail at once, and whoever sends them begins anew with `onReady`.
 */
export class RedisLink {
  readonly #backoff: Backoff;
  #client: Client | undefined;
  #state: LinkState = 'CONNECTING';
  #reason = 'connecting for the first time';
  #sinceMs: number;
  #retry: Timer | undefined;
  #readyMs = 0;
  #connections = 0;
  #failures = 0;

  constructor(private readonly parts: RedisLinkParts) {
    this.#backoff = new Backoff(parts.random);
    this.#sinceMs = parts.clock.nowMs();
  }

  get state(): LinkState {
    return this.#state;
  }

  get reason(): string {
    return this.#reason;
  }

  /** Since when the state is what it is, epoch ms. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get isReady(): boolean {
    return this.#state === 'LIVE';
  }

  /** Connections that stood, and tries and connections that failed. */
  get counts(): { readonly connections: number; readonly failures: number } {
    return { connections: this.#connections, failures: this.#failures };
  }

  /** Begins to connect; nobody waits for it. A second call does nothing. */
  start(): void {
    if (this.#client === undefined && this.#retry === undefined && this.#state !== 'STOPPED') this.#connect();
  }

  /** Lets go at once; what is under way fails. May be called twice. */
  stop(): void {
    this.#retry?.cancel();
    this.#drop();
    this.#become('STOPPED', 'the program ends');
  }

  /**
   * Sends commands. Rejects with RedisLostError where there is no connection, and where an answer is late, which ends the
   * connection; with what Redis says of a command otherwise: then it is for the caller to say `fail`.
   */
  async run<T>(send: (redis: RedisCommands) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (client === undefined || !this.isReady) throw new RedisLostError(this.#reason);
    return this.#inTime(client, send);
  }

  /** Ends the connection because of what happened on it, and tries anew after a pause. */
  fail(error: unknown): void {
    // Of a connection that is over already nothing new is learnt.
    if (error instanceof RedisLostError || !this.isReady) return;
    this.#lost(this.#client, error);
  }

  #connect(): void {
    this.#retry = undefined;
    const client = openClient(this.parts.url);
    this.#client = client;
    client.on('error', (error: unknown) => this.#lost(client, error));
    // A client that was let go while it connected makes its connection all the same.
    client.on('ready', () => {
      if (client !== this.#client) client.destroy();
    });
    void this.#open(client);
  }

  /** Never rejects. */
  async #open(client: Client): Promise<void> {
    try {
      await this.#inTime(client, () => client.connect());
      const probe = ['SET', this.parts.probeKey, '1', 'EX', PROBE_SECONDS];
      await this.#inTime(client, (redis) => redis.sendCommand(probe));
      if (client !== this.#client) return;
      this.#connections += 1;
      this.#readyMs = this.parts.clock.monotonicMs();
      this.#become('LIVE', 'what is recorded is published');
      this.parts.onReady();
    } catch (error) {
      this.#lost(client, error);
    }
  }

  async #inTime<T>(client: Client, send: (redis: RedisCommands) => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = this.parts.clock.after(ANSWER_WITHIN_MS, () => {
      this.#lost(client, new Error(`it has not answered for ${ANSWER_WITHIN_MS / 1_000} s`));
      reject(new RedisLostError(this.#reason));
    });
    const commands: RedisCommands = { sendCommand: (words) => client.sendCommand([...words]) };
    try {
      return await Promise.race([send(commands), late]);
    } catch (error) {
      // It was closed while the answer was on its way.
      throw client === this.#client ? error : new RedisLostError(this.#reason);
    } finally {
      timer.cancel();
    }
  }

  #lost(client: Client | undefined, error: unknown): void {
    // A connection that was given up has nothing to say.
    if (client !== this.#client || client === undefined) return;
    if (this.isReady && this.parts.clock.monotonicMs() - this.#readyMs >= HEALTHY_AFTER_MS)
      this.#backoff.noteHealthy(HEALTHY_AFTER_MS);
    this.#drop();
    this.#failures += 1;
    const { state, reason } = failureOf(error);
    this.#retry = this.parts.clock.after(this.#backoff.nextDelayMs(LONGEST_PAUSE_MS), () => this.#connect());
    this.#become(state, reason);
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    try {
      client?.destroy();
    } catch {
      // It was closed already.
    }
  }

  #become(state: LinkState, reason: string): void {
    if (this.#state === 'STOPPED' || (state === this.#state && reason === this.#reason)) return;
    if (state !== this.#state) this.#sinceMs = this.parts.clock.nowMs();
    this.#state = state;
    this.#reason = reason;
    this.parts.onChange();
  }
}

/** It makes no second try by itself, and keeps nothing for later: pauses and what to send again are decided here. */
function openClient(url: string) {
  return createClient({
    url,
    // The protocol that every version speaks.
    RESP: 2,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: false, connectTimeout: CONNECT_WITHIN_MS },
  });
}
