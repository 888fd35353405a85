import { type ConnectionStatus } from './connection-status.js';
import { documentText } from './document-text.js';
import { EventStream, type EventStreamOptions } from './event-stream.js';
import { type LiquidationFilter } from './generated/graphql.js';
import { GraphqlSocket, type LaggingNotice } from './graphql-socket.js';
import { HttpQuery, type Fetch, type QueryOptions } from './http-query.js';
import { recentLiquidations, type Liquidation, type LiquidationPage } from './liquidation-history.js';
import { openLiquidations, type LiquidationStreamOptions } from './liquidation-stream.js';
import { type Operation, type Variables, type VariablesArgument } from './operation.js';
import { type StreamOptions, type StreamTools } from './stream-reader.js';
import { openSubscription } from './subscription.js';
import { platformRandom, platformTimers, type Random, type Timers } from './timers.js';

/** Where the API is, and what the client stands on; all but the address defaults to the platform's own. */
export interface OrderFoxClientOptions {
  /** Address of the GraphQL endpoint, such as `http://localhost:8000/graphql`. The socket is at the same place. */
  readonly url: string;
  readonly fetch?: Fetch;
  /** A WebSocket constructor. */
  readonly webSocket?: unknown;
  readonly random?: Random;
  readonly timers?: Timers;
  /** How often an open socket is asked whether it is alive, in milliseconds; default 10,000. */
  readonly heartbeatMs?: number;
}

/** How the results of a subscription are read as events; `TResult` is its `data`. */
export interface EventOptions<TResult> extends EventStreamOptions {
  /** The place of a result in the record, to go on from: `({ liquidationAdded }) => liquidationAdded.cursor`. */
  cursorOf(result: TResult): string;
  /** What no two results have in common; default: the cursor. */
  idOf?(result: TResult): string;
}

/** Variables of a subscription that can go on after a cursor. */
export interface ResumableVariables {
  /** Where to begin. Left out: from now on. */
  after?: string | null | undefined;
}

/**
 * Speaks to an OrderFox server, from Node or a browser: typed questions, and streams that survive everything.
 * Operations are typed documents of any code generator, or plain text with the type of the result as a type argument.
 */
export class OrderFoxClient {
  readonly #http: HttpQuery;
  readonly #tools: StreamTools;

  constructor(options: OrderFoxClientOptions) {
    const { url, timers = platformTimers, random = platformRandom, heartbeatMs = 10_000 } = options;
    // Not handed over as it is: a browser's fetch wants to be called on its window.
    this.#http = new HttpQuery(options.fetch ?? ((address, init) => fetch(address, init)), url, timers);
    this.#tools = {
      socket: new GraphqlSocket(url.replace(/^http/, 'ws'), options.webSocket, timers, random, heartbeatMs),
      ask: (operation, variables, how) => this.#ask(operation, variables, how) as Promise<never>,
      timers,
      random,
      open: new Set(),
    };
  }

  /** State of the socket. */
  get status(): ConnectionStatus {
    return this.#tools.socket.status;
  }

  /** Calls `listener` at once and at every change of the status, until the returned function is called. */
  watchStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#tools.socket.watch(listener);
  }

  /** Calls `listener` whenever the server warns that it may let this client go as too slow a reader. */
  watchLagging(listener: (notice: LaggingNotice) => void): () => void {
    return this.#tools.socket.watchLagging(listener);
  }

  /**
   * Asks once, over HTTP. Throws ApiError when the server refused (`retryAfterMs` says when to ask again, where it is
   * `RATE_LIMITED`) and NetworkError when no answer came in time.
   */
  query<TResult = unknown>(text: string, variables?: Variables, options?: QueryOptions): Promise<TResult>;
  query<TResult, TVariables>(
    operation: Operation<TResult, TVariables>,
    ...rest: VariablesArgument<TVariables, QueryOptions>
  ): Promise<TResult>;
  query(operation: unknown, variables?: unknown, options?: QueryOptions): Promise<unknown> {
    return this.#ask(operation, variables, options);
  }

  /**
   * Results of a subscription until the loop over them is left. Lost connections are rebuilt for ever and the
   * subscription asked anew, which suits streams that begin with a snapshot. Throws ApiError when the server refused,
   * ConnectionRefusedError when it wants no connection, and BufferOverflowError when the reader is more than
   * `bufferLimit` (1,000) results behind.
   */
  subscribe<TResult = unknown>(text: string, variables?: Variables, options?: StreamOptions): Stream<TResult>;
  subscribe<TResult, TVariables>(
    operation: Operation<TResult, TVariables>,
    ...rest: VariablesArgument<TVariables, StreamOptions>
  ): Stream<TResult>;
  subscribe(operation: unknown, variables?: unknown, options: StreamOptions = {}): Stream<unknown> {
    return openSubscription(this.#tools, requestOf(operation, variables), options);
  }

  /**
   * Results of a subscription that takes `$after`, in order and once each, until the loop over them is left; over lost
   * connections, restarts of the server and readers that are slow. Begins after the cursor in `variables.after`, else
   * at the end of the record. Throws as `subscribe` does, but never for a slow reader: the server is asked to wait.
   */
  events<TResult>(text: string, variables: Variables, options: EventOptions<TResult>): Stream<TResult>;
  events<TResult, TVariables extends ResumableVariables>(
    operation: Operation<TResult, TVariables>,
    variables: TVariables,
    options: EventOptions<TResult>,
  ): Stream<TResult>;
  events<TResult>(operation: unknown, variables: unknown, options: EventOptions<TResult>): Stream<TResult> {
    const request = requestOf(operation, variables);
    // A server ignores a variable that the document does not name, and the stream would begin anew after every loss.
    if (!/\$after\b/.test(request.query)) throw new TypeError('The subscription has no variable $after');
    const cursorOf = (result: TResult) => options.cursorOf(result);
    const idOf = (result: TResult) => options.idOf?.(result) ?? cursorOf(result);
    return new EventStream(this.#tools, request, { cursorOf, idOf, eventOf: (result) => result }, options)
      .events;
  }

  /**
   * The newest liquidations that match, newest first, and the cursor to go on from:
   * `liquidations({ filter, after: page.cursor })` continues exactly where the page ends.
   */
  recentLiquidations(
    filter: LiquidationFilter = {},
    first = 50,
    options: QueryOptions = {},
  ): Promise<LiquidationPage> {
    return recentLiquidations(this.#tools.ask, filter, first, options);
  }

  /**
   * Every liquidation that matches, in order and once each, until the loop over them is left; over lost connections,
   * restarts of the server and readers that are slow. Throws ApiError when the server refused, also for a cursor past
   * retention (`CURSOR_EXPIRED`) unless `onGap` is given.
   */
  liquidations(options: LiquidationStreamOptions = {}): Stream<Liquidation> {
    return openLiquidations(this.#tools, options);
  }

  /** Tries to connect now instead of at the end of a wait, for instance when the network is known to be back. */
  retryNow(): void {
    this.#tools.socket.retryNow();
  }

  /** Ends every stream and the loops over them, closes the socket and asks nothing again. */
  close(): Promise<void> {
    const closed = this.#tools.socket.close();
    for (const end of [...this.#tools.open]) end();
    return closed;
  }

  #ask(operation: unknown, variables: unknown, options?: QueryOptions): Promise<unknown> {
    return this.#http.ask(documentText(operation), variables, options);
  }
}

/** What streams are read as: a loop over it may be left at any time, which ends it at the server. */
export type Stream<TResult> = AsyncIterableIterator<TResult, undefined>;

function requestOf(operation: unknown, variables: unknown) {
  return { query: documentText(operation), variables: { ...(variables as Variables | undefined) } };
}
