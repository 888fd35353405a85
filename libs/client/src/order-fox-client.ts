import { type ConnectionStatus } from './connection-status.js';
import { type LiquidationFilter } from './generated/graphql.js';
import { GraphqlSocket } from './graphql-socket.js';
import { postQuery, type Fetch } from './http-query.js';
import { recentLiquidations, type Liquidation, type LiquidationPage } from './liquidation-history.js';
import { LiquidationStream, type LiquidationStreamOptions, type StreamTools } from './liquidation-stream.js';
import { type Operation, type VariablesArgument } from './operation.js';
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

/** Speaks to an OrderFox server, from Node or a browser: typed questions, and streams that survive everything. */
export class OrderFoxClient {
  readonly #url: string;
  readonly #fetch: Fetch;
  readonly #tools: StreamTools;

  constructor(options: OrderFoxClientOptions) {
    const { url, timers = platformTimers, random = platformRandom, heartbeatMs = 10_000 } = options;
    this.#url = url;
    this.#fetch = options.fetch ?? ((address, init) => fetch(address, init));
    this.#tools = {
      socket: new GraphqlSocket(url.replace(/^http/, 'ws'), options.webSocket, timers, random, heartbeatMs),
      ask: (operation, variables) => this.query(operation as Operation<never, unknown>, variables),
      timers,
      random,
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

  /** Asks once, over HTTP. Throws ApiError when the server refused, NetworkError when no answer came. */
  query<TResult, TVariables>(
    operation: Operation<TResult, TVariables>,
    ...[variables]: VariablesArgument<TVariables>
  ): Promise<TResult> {
    return postQuery(this.#fetch, this.#url, operation.toString(), variables) as Promise<TResult>;
  }

  /**
   * Results of a subscription until the loop over them is left. Lost connections are rebuilt for ever. Throws ApiError
   * when the server refused, ConnectionRefusedError when it wants no connection, and BufferOverflowError when the
   * reader is more than `bufferLimit` (1,000) results behind.
   */
  subscribe<TResult, TVariables>(
    operation: Operation<TResult, TVariables>,
    variables: TVariables,
    { bufferLimit = 1_000 }: { readonly bufferLimit?: number } = {},
  ): AsyncIterableIterator<TResult, undefined> {
    const request = { query: operation.toString(), variables: { ...(variables as Record<string, unknown>) } };
    return openSubscription<TResult>(this.#tools, request, bufferLimit);
  }

  /**
   * The newest liquidations that match, newest first, and the cursor to go on from:
   * `liquidations({ filter, after: page.cursor })` continues exactly where the page ends.
   */
  recentLiquidations(filter: LiquidationFilter = {}, first = 50): Promise<LiquidationPage> {
    return recentLiquidations(this.#tools.ask, filter, first);
  }

  /**
   * Every liquidation that matches, in order and once each, until the loop over them is left; over lost connections,
   * restarts of the server and readers that are slow. Throws ApiError when the server refused, `CURSOR_EXPIRED` for one.
   */
  liquidations(options: LiquidationStreamOptions = {}): AsyncIterableIterator<Liquidation, undefined> {
    return new LiquidationStream(this.#tools, options).events;
  }

  /** Tries to connect now instead of at the end of a wait, for instance when the network is known to be back. */
  retryNow(): void {
    this.#tools.socket.retryNow();
  }

  /** Closes the socket and asks nothing again. */
  close(): Promise<void> {
    return this.#tools.socket.close();
  }
}
