import { type Clock, type Timer } from '@orderfox/feed';
import { GraphQLError, OperationTypeNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { type ClientLedger, type Release } from '../clients/client-ledger.js';
import { type ApiPolicy, type PreparedOperation } from '../graphql/api-policy.js';
import { budgetSpent, tooManyRequests } from '../graphql/budget-spent.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { executeWithin } from '../graphql/execute-within.js';
import { OperationLife } from '../graphql/operation-life.js';
import { ApiError } from '../graphql-errors.js';
import { readClientMessage, type ClientMessage, type OperationRequest } from './client-message.js';
import { FloodGuard } from './flood-guard.js';
import { type HubSubscription } from './hub-subscription.js';
import { type SocketCounters, type SocketEnding } from './socket-counters.js';
import { type SocketLimits } from './socket-limits.js';
import { type SocketOutlet } from './socket-outlet.js';
import { type SocketSession } from './socket-protocol.js';
import { type SubscriptionHub } from './subscription-hub.js';

/** What sessions work with; all sessions of a server share it. */
export interface SessionParts {
  readonly schema: GraphQLSchema;
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly limits: SocketLimits;
  readonly ledger: ClientLedger;
  readonly counters: SocketCounters;
  readonly clock: Clock;
  readonly hub: SubscriptionHub;
  /** Called with what should not have happened while a message was handled. */
  readonly onFault: (error: unknown) => void;
}

/** Close codes of `graphql-transport-ws`, and of WebSocket for what is no matter of the protocol. */
const CLOSE = {
  binary: 1_003,
  policy: 1_008,
  badMessage: 4_400,
  unauthorised: 4_401,
  initTimeout: 4_408,
  duplicate: 4_409,
  secondInit: 4_429,
  fault: 4_500,
} as const;

const ACK = JSON.stringify({ type: 'connection_ack' });
const PONG = JSON.stringify({ type: 'pong' });
const TOO_SLOW = new ApiError('SLOW_CONSUMER', 'You read too slowly');

/** An operation that was asked for and is not over. */
interface Running {
  readonly release: Release;
  readonly life: OperationLife;
  subscription: HubSubscription | undefined;
}

/**
 * What one client and the server say to each other on one socket, in the protocol `graphql-transport-ws`. Mistakes in
 * the protocol close the socket; everything else that is refused ends one operation with a typed error and leaves the
 * socket as it is, except a flood of messages, which first gets an error and then is cut off.
 */
export class GraphqlSession implements SocketSession {
  readonly #operations = new Map<string, Running>();
  readonly #flood: FloodGuard;
  #initTimer: Timer | undefined;
  #wasInitialised = false;
  #isOver = false;

  constructor(
    private readonly parts: SessionParts,
    private readonly client: string,
    private readonly outlet: SocketOutlet,
  ) {
    const { clock, limits, ledger } = parts;
    this.#flood = new FloodGuard(ledger.messageBucket(), clock);
    this.#initTimer = clock.after(limits.initWithinMs, () => {
      this.#close(CLOSE.initTimeout, 'Connection initialisation timeout');
    });
  }

  /** Operations that were asked for and are not over. */
  get operationCount(): number {
    return this.#operations.size;
  }

  /** Subscriptions that have begun and are not over. */
  get subscriberCount(): number {
    let count = 0;
    for (const { subscription } of this.#operations.values()) count += subscription === undefined ? 0 : 1;
    return count;
  }

  /** Handles a message. Never throws. */
  receive(text: string): void {
    if (this.#isOver) return;
    const isHandled = this.#guard(() => {
      const message = readClientMessage(text);
      if (typeof message === 'string') this.#close(CLOSE.badMessage, `Invalid message: ${message}`);
      else this.#judge(message, text.length);
    });
    if (!isHandled) this.#close(CLOSE.fault, 'Internal server error', 'fault');
  }

  /** A message came that is no text. */
  refuseBinary(): void {
    if (!this.#isOver) this.#close(CLOSE.binary, 'Messages are text');
  }

  /** The reader has fallen half way behind what is allowed. Never throws: others are being written to. */
  warnLagging(unsentMessages: number): void {
    this.#guard(() => {
      const hasEvents = [...this.#operations.values()].some(
        ({ subscription }) => subscription?.isEvents === true,
      );
      if (!hasEvents) return;
      this.parts.counters.laggingNotices += 1;
      this.#notice('LaggingNotice', { behind: unsentMessages });
    });
  }

  /** The reader was given up: ends every operation with its last words. Never throws: others are being written to. */
  giveUp(): void {
    this.parts.counters.end('slow');
    for (const [id, { subscription }] of [...this.#operations]) {
      const isTold = this.#guard(() => this.#fail(id, [subscription?.slowError() ?? TOO_SLOW]));
      if (!isTold) this.#guard(() => this.#fail(id, [TOO_SLOW]));
    }
    this.#isOver = true;
  }

  /** The socket is closed: lets go of everything. */
  closed(): void {
    this.#isOver = true;
    this.#initTimer?.cancel();
    for (const id of [...this.#operations.keys()]) this.#guard(() => this.#forget(id));
  }

  #judge(message: ClientMessage, characters: number): void {
    switch (this.#flood.judge()) {
      case 'handle':
        this.#handle(message, characters);
        return;
      case 'warn':
        this.#warnOfFlood(message);
        return;
      case 'end':
        this.#close(CLOSE.policy, tooMany(this.parts.ledger.limits.messagesPerSecond), 'flood');
    }
  }

  #handle(message: ClientMessage, characters: number): void {
    switch (message.type) {
      case 'connection_init':
        this.#initialise(characters);
        return;
      case 'ping':
        // What it carries is not sent back: the protocol leaves that open, and it may be nested too deeply to write.
        this.outlet.send(PONG);
        return;
      case 'pong':
        return;
      case 'complete':
        this.#forget(message.id);
        return;
      case 'subscribe':
        this.#subscribe(message.id, message.payload);
    }
  }

  #initialise(characters: number): void {
    if (this.#wasInitialised) {
      this.#close(CLOSE.secondInit, 'Too many initialisation requests');
    } else if (characters > this.parts.limits.maxInitBytes) {
      this.#close(CLOSE.badMessage, 'Invalid message: connection_init is too large');
    } else {
      this.#wasInitialised = true;
      this.#initTimer?.cancel();
      this.#initTimer = undefined;
      this.outlet.send(ACK);
    }
  }

  #subscribe(id: string, request: OperationRequest): void {
    if (!this.#wasInitialised) {
      this.#close(CLOSE.unauthorised, 'Unauthorized');
      return;
    }
    if (this.#operations.has(id)) {
      // A close reason holds 123 bytes, and an id may be longer than that.
      this.#close(CLOSE.duplicate, `Subscriber for ${id.slice(0, 24)} already exists`);
      return;
    }
    const { policy, schema, ledger } = this.parts;
    const prepared = policy.prepare(schema, request, (points) => ledger.spend(this.client, points));
    if (!prepared.ok) {
      this.#sendErrors(id, prepared.errors);
      return;
    }
    const running = this.#take(prepared.operation);
    if (running instanceof ApiError) {
      this.parts.counters.subscriptionsRefused += 1;
      this.#sendErrors(id, [running]);
      return;
    }
    this.#operations.set(id, running);
    this.#run(id, running, prepared.operation).catch((error: unknown) => this.#failed(id, running, error));
  }

  /** A place for one more operation, or why there is none. */
  #take({ cost, definition }: PreparedOperation): Running | ApiError {
    const { limits, ledger } = this.parts;
    const allowed = limits.subscriptionsPerSocket;
    if (this.#operations.size >= allowed) {
      return new ApiError(
        'RATE_LIMITED',
        `At most ${allowed} operations at once on one socket; complete one, or open another socket`,
        { allowed },
      );
    }
    const release = ledger.takeSubscription(this.client);
    if (typeof release !== 'function') {
      const whose = release === 'client' ? 'of one client address' : 'on this server';
      const problem = `Too many operations ${whose} at once; complete some, or come back later`;
      return new ApiError('RATE_LIMITED', problem);
    }
    // A query is a request, on whatever it travels.
    if (definition.operation !== OperationTypeNode.SUBSCRIPTION) {
      const { allowed: isAllowed, retryAfterMs } = ledger.takeRequest(this.client);
      if (!isAllowed) {
        release();
        return tooManyRequests(retryAfterMs);
      }
    }
    // Points last: who is refused for another reason keeps them.
    const waitMs = ledger.spend(this.client, cost);
    if (waitMs === undefined) {
      return { release, life: new OperationLife(this.client), subscription: undefined };
    }
    release();
    return budgetSpent(waitMs);
  }

  async #run(id: string, running: Running, operation: PreparedOperation): Promise<void> {
    if (operation.definition.operation !== OperationTypeNode.SUBSCRIPTION) {
      await this.#answer(id, running, operation);
      return;
    }
    const joined = await this.parts.hub.join({
      operation,
      client: this.client,
      recipient: this.outlet.operation(id),
      onFailed: (error) => this.#failed(id, running, error),
    });
    const isWanted = this.#operations.get(id) === running;
    if ('length' in joined) {
      if (isWanted) this.#fail(id, joined);
    } else if (isWanted) {
      running.subscription = joined;
    } else {
      joined.stop();
    }
  }

  /** Queries and mutations: one result, then the end. */
  async #answer(id: string, running: Running, operation: PreparedOperation): Promise<void> {
    const { schema, policy, clock, errors } = this.parts;
    const { document, operationName, variables } = operation;
    const args: Omit<ExecutionArgs, 'contextValue'> = {
      schema,
      document,
      variableValues: variables,
      ...(operationName !== undefined && { operationName }),
    };
    const { data, errors: problems } = await executeWithin(
      args,
      policy.limits.timeoutMs,
      clock,
      running.life,
    );
    if (this.#operations.get(id) !== running) return;
    // Without `data` nothing was executed: the variables do not fit.
    if (data === undefined) {
      this.#fail(id, problems ?? []);
      return;
    }
    const extensions = { cost: { requested: operation.cost, allowed: policy.limits.cost } };
    const formatted = problems && { errors: problems.map((problem) => errors.format(problem)) };
    this.outlet.send(JSON.stringify({ id, type: 'next', payload: { ...formatted, data, extensions } }));
    this.#forget(id);
    this.outlet.send(JSON.stringify({ id, type: 'complete' }));
  }

  #warnOfFlood(message: ClientMessage): void {
    const { ledger, counters } = this.parts;
    const { messagesPerSecond } = ledger.limits;
    counters.floodWarnings += 1;
    if (message.type === 'subscribe') {
      const warning = `${tooMany(messagesPerSecond)}; the socket is closed if more come`;
      this.#sendErrors(message.id, [new ApiError('RATE_LIMITED', warning, { allowed: messagesPerSecond })]);
    } else {
      if (message.type === 'complete') this.#forget(message.id);
      this.#notice('RateLimited', { messagesPerSecond });
    }
  }

  /** A word besides the operations: stock clients answer it like any ping and think nothing of it. */
  #notice(notice: string, details: Readonly<Record<string, number>>): void {
    this.outlet.send(JSON.stringify({ type: 'ping', payload: { notice, ...details } }));
  }

  /** An operation went wrong by itself. Never throws: nobody is there to catch it. */
  #failed(id: string, running: Running, error: unknown): void {
    this.#guard(() => {
      if (this.#operations.get(id) === running) this.#fail(id, [error]);
    });
  }

  #fail(id: string, problems: readonly unknown[]): void {
    this.#forget(id);
    this.#sendErrors(id, problems);
  }

  #sendErrors(id: string, problems: readonly unknown[]): void {
    const payload = problems.map((problem) =>
      this.parts.errors.format(
        problem instanceof GraphQLError ? problem : new GraphQLError('', { originalError: asError(problem) }),
      ),
    );
    this.outlet.send(JSON.stringify({ id, type: 'error', payload }));
  }

  #forget(id: string): void {
    const running = this.#operations.get(id);
    if (running === undefined) return;
    this.#operations.delete(id);
    running.life.end();
    try {
      running.subscription?.stop();
    } finally {
      running.release();
    }
  }

  #close(code: number, reason: string, cause: SocketEnding = 'protocol'): void {
    this.parts.counters.end(cause);
    this.#isOver = true;
    this.outlet.close(code, reason);
  }

  /** Whether it went through; what it threw is reported. */
  #guard(task: () => void): boolean {
    try {
      task();
      return true;
    } catch (error) {
      this.parts.onFault(error);
      return false;
    }
  }
}

function tooMany(messagesPerSecond: number): string {
  return `At most ${messagesPerSecond} messages a second`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
