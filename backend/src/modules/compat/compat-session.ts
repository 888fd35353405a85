import { type Recipient } from '@orderfox/fanout';
import { type Clock, type Timer } from '@orderfox/feed';
import { type Release } from '../../core/clients/client-ledger.js';
import { tooManyRequests } from '../../core/graphql/budget-spent.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { type SessionParts } from '../../core/graphql-socket/graphql-session.js';
import { FloodGuard } from '../../core/graphql-socket/flood-guard.js';
import { type HubSubscription } from '../../core/graphql-socket/hub-subscription.js';
import { type ResultForm } from '../../core/graphql-socket/result-form.js';
import { type SocketOutlet } from '../../core/graphql-socket/socket-outlet.js';
import { type SocketEnding } from '../../core/graphql-socket/socket-counters.js';
import { type SocketSession } from '../../core/graphql-socket/socket-protocol.js';
import { ApiError } from '../../core/graphql-errors.js';
import { type CompatErrors } from './compat-errors.js';
import { type FixedOperation, type Variables } from './fixed-operation.js';
import { type OperationRunner } from './operation-runner.js';

/** What sessions work with; all of them share it. */
export interface CompatSessionParts extends Pick<
  SessionParts,
  'ledger' | 'counters' | 'clock' | 'hub' | 'onFault'
> {
  readonly runner: OperationRunner;
  readonly problems: Pick<CompatErrors, 'problem'>;
}

/** What a talk can do on its socket. */
export interface CompatLine {
  /** The data of a query. Rejects with what it came to. */
  ask(operation: FixedOperation, variables: Variables): Promise<Variables>;
  /** Sends a message. */
  send(message: object): void;
  /** Sends every result of a subscription from now on, or what the gate lets through. Rejects if it cannot begin. */
  follow(
    operation: FixedOperation,
    variables: Variables,
    form: ResultForm,
    gate?: CompatGate,
  ): Promise<CompatFollow>;
  /** Has messages of the client told that are JSON objects and no request for a sign of life. */
  hear(onMessage: (message: Readonly<Record<string, unknown>>) => void): void;
  /** Says what is wrong; the socket stays open. */
  complain(error: unknown): void;
  /** From now on a quiet socket is sent such a message twice a minute. */
  keepAlive(message: () => object): void;
}

/** Something that is followed. */
export interface CompatFollow {
  /** Nothing of it is sent any more. May be called twice. */
  stop(): void;
}

/** Stands between a stream and its socket. */
export interface CompatGate {
  /** Takes the text of a message, and hands on what is to be sent, now or later. */
  take(body: Uint8Array, send: (body: Uint8Array) => void): void;
}

/** What is said on a socket, from its beginning until all that is followed has begun. */
export type CompatTalk = (line: CompatLine) => Promise<unknown>;

/** Close codes of WebSocket (RFC 6455, and 1013 of the registry of IANA). */
const CLOSE = { binary: 1_003, refused: 1_008, tryAgainLater: 1_013 } as const;
/** What is wrong with the address, and would be the next time. */
const FOR_GOOD: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'UNKNOWN_SYMBOL', 'QUERY_TOO_COMPLEX']);
/** A socket on which nothing was sent for so long gets a heartbeat. */
const HEARTBEAT_MS = 30_000;

interface Followed {
  readonly subscription: HubSubscription;
  readonly release: Release;
}

/** A client's socket of the compatible API: what it wants stands in its address, and as a rule it only listens. */
export class CompatSession implements SocketSession, CompatLine {
  readonly #flood: FloodGuard;
  readonly #life: OperationLife;
  readonly #followed: Followed[] = [];
  #onMessage: ((message: Readonly<Record<string, unknown>>) => void) | undefined;
  #lastSentMs: number;
  #heartbeat: Timer | undefined;
  #beginning = 0;
  #isOver = false;

  constructor(
    private readonly parts: CompatSessionParts,
    private readonly client: string,
    private readonly outlet: SocketOutlet,
  ) {
    const { ledger, clock } = parts;
    this.#flood = new FloodGuard(ledger.messageBucket(), clock);
    this.#life = new OperationLife(client);
    this.#lastSentMs = clock.monotonicMs();
  }

  get operationCount(): number {
    return this.#beginning + this.#followed.length;
  }

  get subscriberCount(): number {
    return this.#followed.length;
  }

  /** Has a talk begin. Never rejects: what goes wrong is said on the socket, which is closed then. */
  async begin(talk: CompatTalk): Promise<void> {
    try {
      await talk(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  receive(text: string): void {
    if (this.#isOver) return;
    const verdict = this.#flood.judge();
    if (verdict === 'end') {
      this.#end(CLOSE.refused, 'Too many messages', 'flood');
    } else if (verdict === 'warn') {
      this.parts.counters.floodWarnings += 1;
      this.#sendProblem(tooManyMessages(this.parts.ledger.limits.messagesPerSecond));
    } else if (isPing(text)) {
      this.send({ type: 'pong' });
    } else if (this.#onMessage !== undefined) {
      const message = objectOf(text);
      if (message === undefined) this.#sendProblem(noObject());
      else this.#onMessage(message);
    }
  }

  refuseBinary(): void {
    if (!this.#isOver) this.#end(CLOSE.binary, 'Messages are text', 'protocol');
  }

  warnLagging(): void {
    this.parts.counters.laggingNotices += 1;
  }

  giveUp(): void {
    const error = this.#followed[0]?.subscription.slowError() ?? tooSlow();
    this.parts.counters.end('slow');
    this.#sendProblem(error);
    this.closed();
  }

  closed(): void {
    this.#isOver = true;
    this.#heartbeat?.cancel();
    this.#life.end();
    this.#letGoIfOver();
  }

  async ask(operation: FixedOperation, variables: Variables): Promise<Variables> {
    const { ledger, runner } = this.parts;
    const { allowed, retryAfterMs } = ledger.takeRequest(this.client);
    if (!allowed) throw tooManyRequests(retryAfterMs);
    return runner.read(this.client, operation, variables, this.#life);
  }

  send(message: object): void {
    if (this.#isOver) return;
    this.#lastSentMs = this.parts.clock.monotonicMs();
    this.outlet.send(JSON.stringify(message));
  }

  hear(onMessage: (message: Readonly<Record<string, unknown>>) => void): void {
    this.#onMessage = onMessage;
  }

  complain(error: unknown): void {
    this.#sendProblem(error);
  }

  async follow(
    operation: FixedOperation,
    variables: Variables,
    form: ResultForm,
    gate?: CompatGate,
  ): Promise<CompatFollow> {
    if (this.#isOver) return { stop: () => undefined };
    const { ledger, runner, hub, counters } = this.parts;
    const release = ledger.takeSubscription(this.client);
    if (typeof release !== 'function') {
      counters.subscriptionsRefused += 1;
      throw new ApiError('RATE_LIMITED', 'Too many streams at once; close some, or come back later');
    }
    this.#beginning += 1;
    try {
      const subscription = await hub.join({
        operation: runner.prepare(this.client, operation, variables),
        client: this.client,
        recipient: this.#recipient(gate),
        form,
        onFailed: (error) => this.#fail(error),
      });
      if ('length' in subscription) throw subscription[0] ?? new Error('refused without a reason');
      const followed = { subscription, release };
      this.#followed.push(followed);
      return { stop: () => this.#letGo(followed) };
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#beginning -= 1;
      this.#letGoIfOver();
    }
  }

  keepAlive(message: () => object): void {
    const { clock } = this.parts;
    if (this.#isOver) return;
    const quietMs = clock.monotonicMs() - this.#lastSentMs;
    if (quietMs >= HEARTBEAT_MS) this.send(message());
    const waitMs = quietMs >= HEARTBEAT_MS ? HEARTBEAT_MS : HEARTBEAT_MS - quietMs;
    this.#heartbeat = clock.after(waitMs, () => this.keepAlive(message));
  }

  /** It may have been closed while something began. */
  #letGoIfOver(): void {
    if (!this.#isOver) return;
    for (const followed of [...this.#followed]) this.#letGo(followed);
  }

  #letGo(followed: Followed): void {
    const at = this.#followed.indexOf(followed);
    if (at < 0) return;
    this.#followed.splice(at, 1);
    followed.subscription.stop();
    followed.release();
  }

  #recipient(gate: CompatGate | undefined): Recipient {
    const { outlet } = this;
    const send = (body: Uint8Array) => {
      if (this.#isOver) return;
      this.#lastSentMs = this.parts.clock.monotonicMs();
      outlet.deliver('', body);
    };
    return {
      deliver: gate === undefined ? send : (body) => gate.take(body, send),
      get isCongested() {
        return outlet.isCongested;
      },
      uncongested: () => outlet.uncongested(),
    };
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const code = this.#sendProblem(error);
    const isForGood = FOR_GOOD.has(code);
    this.#end(isForGood ? CLOSE.refused : CLOSE.tryAgainLater, code, 'refused');
  }

  /** Returns the code of the error. */
  #sendProblem(error: unknown): string {
    const problem = this.parts.problems.problem(error);
    this.send({ type: 'error', ...problem, timestamp: isoTime(this.parts.clock) });
    return problem.code;
  }

  #end(code: number, reason: string, cause: SocketEnding): void {
    this.parts.counters.end(cause);
    this.closed();
    this.outlet.close(code, reason);
  }
}

/** An instant as messages have it: `2024-01-01T12:00:00.000Z`. */
export function isoTime(clock: Pick<Clock, 'nowMs'>): string {
  return new Date(clock.nowMs()).toISOString();
}

function tooSlow(): ApiError {
  return new ApiError('SLOW_CONSUMER', 'You read more slowly than messages come; connect again');
}

function tooManyMessages(messagesPerSecond: number): ApiError {
  const problem = `At most ${messagesPerSecond} messages a second; the socket is closed if more come`;
  return new ApiError('RATE_LIMITED', problem, { allowed: messagesPerSecond });
}

function noObject(): ApiError {
  return new ApiError('BAD_USER_INPUT', 'A message must be a JSON object, such as {"type": "ping"}');
}

/** The object that a text is; undefined for anything else. */
function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Some clients ask for a sign of life in words of their own. */
function isPing(text: string): boolean {
  return text === 'ping' || /^\s*\{\s*"type"\s*:\s*"ping"/.test(text);
}
