import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { systemClock, type Clock } from '@orderfox/feed';
import { EventStream, EventTopic, type EventSource } from '@orderfox/fanout';
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { ClientLedger } from '../clients/client-ledger.js';
import { CLIENT_LIMITS, type ClientLimits } from '../clients/client-limits.js';
import { ProxyTrust } from '../clients/proxy-trust.js';
import { API_LIMITS } from '../graphql/api-limits.js';
import { ApiPolicy } from '../graphql/api-policy.js';
import { ErrorFormatter } from '../graphql/error-formatter.js';
import { TroubleLog } from '../graphql/trouble-log.js';
import { ApiError } from '../graphql-errors.js';
import { atEndOfTurn, endOfTurn } from '../turns.js';
import { GraphqlSocketServer } from './graphql-socket-server.js';
import { SocketCounters } from './socket-counters.js';
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits.js';
import { SubscriptionHub } from './subscription-hub.js';
import { routeUpgrades } from './upgrade-router.js';

interface Tick {
  readonly n: number;
  readonly text: string;
}

/** What a spec may choose. */
export interface SocketServerOptions {
  readonly limits?: Partial<SocketLimits>;
  readonly clients?: Partial<ClientLimits>;
  readonly policy?: ApiPolicy;
  readonly clock?: Clock;
  readonly origins?: readonly string[];
}

/** For specs: the socket server on a real port, with a stream of numbered ticks behind it. */
export class SocketServerForTests {
  readonly counters = new SocketCounters();
  readonly faults: unknown[] = [];
  readonly ticks: Tick[] = [];
  /** What `never` waits for: call one, and it answers after all. */
  readonly late: ((text: string) => void)[] = [];
  readonly #listeners = new Set<(tick: Tick) => void>();
  readonly #topic = new EventTopic<Tick, object>(this.#source(), endOfTurn, (error) =>
    this.faults.push(error),
  );
  readonly #http: Server = createServer();
  readonly server: GraphqlSocketServer;

  private constructor(given: SocketServerOptions) {
    const { limits = {}, clients = {}, clock = systemClock, origins = [] } = given;
    const silent = { warn: () => undefined, error: () => undefined };
    const schema = this.#schema();
    const errors = new ErrorFormatter(new TroubleLog(silent, systemClock, () => 'reference'));
    const onFault = (error: unknown) => this.faults.push(error);
    const all = { ...SOCKET_LIMITS, ...limits };
    this.server = new GraphqlSocketServer({
      schema,
      policy: given.policy ?? new ApiPolicy(API_LIMITS),
      errors,
      limits: all,
      ledger: new ClientLedger({ ...CLIENT_LIMITS, ...clients }, ProxyTrust.NONE, clock),
      counters: this.counters,
      clock,
      hub: new SubscriptionHub({ schema, errors, limits: all, nextTurn: atEndOfTurn, onFault }),
      origins,
      nextTurn: atEndOfTurn,
      onFault,
    });
    const handlers = new Map([['/graphql', this.server.handleUpgrade.bind(this.server)]]);
    routeUpgrades(this.#http, handlers, () => this.counters.refuse('path'));
  }

  static async start(
    limits: Partial<SocketLimits> = {},
    given: Omit<SocketServerOptions, 'limits'> = {},
  ): Promise<SocketServerForTests> {
    const made = new SocketServerForTests({ ...given, limits });
    await new Promise<void>((resolve) => made.#http.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  /** How many subscribers there are. */
  get listeners(): number {
    return this.#topic.memberCount;
  }

  /** Publishes ticks to every stream at once. */
  publish(count: number, text = ''): void {
    for (let n = 0; n < count; n += 1) {
      const tick = { n: this.ticks.length + 1, text };
      this.ticks.push(tick);
      for (const listener of this.#listeners) listener(tick);
    }
  }

  async stop(): Promise<void> {
    await this.server.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #source(): EventSource<Tick, object> {
    return {
      subscribeLive: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      readAfter: (_filter, after, upTo, limit) =>
        Promise.resolve(this.ticks.slice(after, Math.min(upTo, after + limit))),
      latest: () => Promise.resolve(this.ticks.length),
      positionOf: ({ n }) => n,
      matches: () => true,
      indexed: () => ({ indexed: { keys: [] }, isWhole: true }),
      lookup: () => ({ values: [], size: '0' }),
      compareSizes: () => 0,
    };
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
          never: {
            type: GraphQLString,
            resolve: () => new Promise<string>((resolve) => this.late.push(resolve)),
          },
          echo: {
            type: GraphQLInt,
            args: { n: { type: new GraphQLNonNull(GraphQLInt) } },
            resolve: (_root, { n }: { readonly n: number }) => n,
          },
          list: {
            type: new GraphQLList(tick),
            args: { first: { type: GraphQLInt } },
            resolve: () => [],
          },
        },
      }),
      subscription: new GraphQLObjectType({
        name: 'Subscription',
        fields: {
          ticks: {
            type: tick,
            args: { after: { type: GraphQLInt } },
            subscribe: (_root, { after }: { readonly after?: number }) =>
              new EventStream(this.#topic, {}, after, (n) => {
                const cursor = n === undefined ? null : String(n);
                return new ApiError('SLOW_CONSUMER', 'too slow', { cursor });
              }),
            resolve: (event: unknown) => event,
          },
          speechless: {
            type: tick,
            subscribe: () =>
              new EventStream(this.#topic, {}, undefined, () => {
                throw new Error('no last words');
              }),
            resolve: (event: unknown) => event,
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
