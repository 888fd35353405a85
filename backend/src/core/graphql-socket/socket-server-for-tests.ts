import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { systemClock, type Clock } from '@orderfox/feed';
import { resumeStream } from '@orderfox/fanout';
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { API_LIMITS } from '../graphql/api-limits.js';
import { ApiPolicy } from '../graphql/api-policy.js';
import { ErrorFormatter } from '../graphql/error-formatter.js';
import { type OperationContext } from '../graphql/operation-context.js';
import { TroubleLog } from '../graphql/trouble-log.js';
import { ApiError } from '../graphql-errors.js';
import { GraphqlSocketServer } from './graphql-socket-server.js';
import { SocketCounters } from './socket-counters.js';
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits.js';
import { routeUpgrades } from './upgrade-router.js';

interface Tick {
  readonly n: number;
  readonly text: string;
}

/** For specs: the socket server on a real port, with a stream of numbered ticks behind it. */
export class SocketServerForTests {
  readonly counters = new SocketCounters();
  readonly faults: unknown[] = [];
  readonly #listeners = new Set<(tick: Tick) => void>();
  readonly #http: Server = createServer();
  readonly server: GraphqlSocketServer;
  #last = 0;

  private constructor(limits: SocketLimits, clock: Clock, origins: readonly string[]) {
    const silent = { warn: () => undefined, error: () => undefined };
    this.server = new GraphqlSocketServer({
      schema: this.#schema(),
      policy: new ApiPolicy(API_LIMITS),
      errors: new ErrorFormatter(new TroubleLog(silent, systemClock, () => 'reference')),
      limits,
      counters: this.counters,
      clock,
      origins,
      onFault: (error) => this.faults.push(error),
    });
    const handlers = new Map([['/graphql', this.server.handleUpgrade.bind(this.server)]]);
    routeUpgrades(this.#http, handlers, () => this.counters.refuse('path'));
  }

  static async start(
    limits: Partial<SocketLimits> = {},
    { clock = systemClock, origins = [] }: { clock?: Clock; origins?: readonly string[] } = {},
  ): Promise<SocketServerForTests> {
    const made = new SocketServerForTests({ ...SOCKET_LIMITS, ...limits }, clock, origins);
    await new Promise<void>((resolve) => made.#http.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  /** How many streams listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Publishes ticks to every stream at once. */
  publish(count: number, text = ''): void {
    for (let n = 0; n < count; n += 1) {
      this.#last += 1;
      for (const listener of [...this.#listeners]) listener({ n: this.#last, text });
    }
  }

  async stop(): Promise<void> {
    await this.server.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #stream(tooSlow: AbortSignal | undefined) {
    return resumeStream<Tick>(
      {
        subscribeLive: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
        readAfter: () => Promise.resolve([]),
        latest: () => Promise.resolve(this.#last),
        positionOf: ({ n }) => n,
      },
      {
        ...(tooSlow && { tooSlow }),
        slowError: (n) =>
          new ApiError('SLOW_CONSUMER', 'too slow', { cursor: n === undefined ? null : String(n) }),
      },
    );
  }

  #schema(): GraphQLSchema {
    const tick = new GraphQLObjectType<Tick>({
      name: 'Tick',
      fields: { n: { type: GraphQLInt }, text: { type: GraphQLString } },
    });
    return new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: {
          hello: { type: new GraphQLNonNull(GraphQLString), resolve: () => 'world' },
          broken: {
            type: GraphQLString,
            resolve: () => {
              throw new Error('SELECT 1 FROM /srv/secret');
            },
          },
        },
      }),
      subscription: new GraphQLObjectType<unknown, OperationContext>({
        name: 'Subscription',
        fields: {
          ticks: {
            type: tick,
            subscribe: (_root, _args, { tooSlow }) => this.#stream(tooSlow),
            resolve: (event) => event,
          },
          refused: {
            type: tick,
            subscribe: () => {
              throw new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol: X', { suggestions: ['A'] });
            },
          },
        },
      }),
    });
  }
}
