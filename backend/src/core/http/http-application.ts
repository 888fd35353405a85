import { type Server } from 'node:http';
import { type DynamicModule, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Clock } from '@orderfox/feed';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ClientLedger } from '../clients/client-ledger.js';
import { type HostCheck } from '../clients/host-check.js';
import { type ApiPolicy } from '../graphql/api-policy.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { GRAPHQL_PATH } from '../graphql/graphql-module.js';
import { inputValidation } from '../graphql/input-validation.js';
import { registerPolicyMetrics } from '../graphql/policy-metrics.js';
import { readingCost } from '../graphql/reading-cost.js';
import { markLasting, type LastingTypes } from '../graphql/writing/kept-texts.js';
import { isStoreTrouble } from '../graphql/store-trouble.js';
import { type TroubleLog } from '../graphql/trouble-log.js';
import { GraphqlSocketServer } from '../graphql-socket/graphql-socket-server.js';
import { SocketCounters } from '../graphql-socket/socket-counters.js';
import { type SessionParts } from '../graphql-socket/graphql-session.js';
import { type SocketLimits } from '../graphql-socket/socket-limits.js';
import { type SocketProtocol } from '../graphql-socket/socket-protocol.js';
import { SubscriptionHub } from '../graphql-socket/subscription-hub.js';
import { routeUpgrades, type UpgradeHandler } from '../graphql-socket/upgrade-router.js';
import { type Log } from '../log.js';
import { NestLog } from '../nest-log.js';
import { atEndOfTurn } from '../turns.js';
import { registerClientMetrics } from './client-metrics.js';
import { guardHosts, guardUpgrades } from './guard-hosts.js';
import { HttpErrors } from './http-errors.filter.js';
import { type HttpLimits } from './http-limits.js';
import { LIMIT_HEADERS, limitRequests } from './limit-requests.js';
import { type Metrics } from './metrics.js';
import { registerPlayground } from './playground.js';
import { type DataVersions } from './response-cache/data-versions.js';
import { FrontDesk } from './response-cache/front-desk.js';
import { QueryPlans } from './response-cache/query-plans.js';
import { registerResponseCache } from './response-cache/register-response-cache.js';
import { ResponseCache } from './response-cache/response-cache.js';
import { addSecurityHeaders, BARE_HEADERS } from './security-headers.js';
import { registerSocketMetrics } from './socket-metrics.js';
import { WebClient } from './web-client.js';

/** What is needed to answer requests. */
export interface HttpApplicationParts {
  readonly root: DynamicModule;
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  /** Told what should not have happened on a socket. */
  readonly trouble: TroubleLog;
  readonly httpLimits: HttpLimits;
  readonly socketLimits: SocketLimits;
  /** What each client may take, over both transports. */
  readonly ledger: ClientLedger;
  /** The names that the server answers to. */
  readonly hosts: HostCheck;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Which queries can be answered from memory, and for how long. */
  readonly versions: DataVersions;
  /** Types of whose objects need not be written twice what is the same. */
  readonly lasting?: LastingTypes;
  /** Browser origins allowed besides the own one, for requests and for sockets. */
  readonly origins: readonly string[];
  /** Whether sockets may have no origin: programs that are no browser send none. */
  readonly allowNoOrigin: boolean;
  /** Folder of the built web client. */
  readonly webClient: string;
  /** What is spoken on sockets besides GraphQL, by path as in routeUpgrades. Asked for once the schema is there. */
  readonly protocols?: (parts: SessionParts) => ReadonlyMap<string, SocketProtocol>;
}

const LATE_REQUESTS_EVERY_MS = 1_000;

/** What an answer from memory costs: as much as an object. */
const CACHED_ANSWER_POINTS = 1;

/** How long answers that are under way at the end may take, in ms. */
const ANSWERS_WITHIN_MS = 2_000;

/** The application on one port: GraphQL over HTTP and over the socket, the page, the playground, health and metrics. */
export class HttpApplication {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly sockets: GraphqlSocketServer,
    private readonly clock: Clock,
    private readonly desk: FrontDesk,
  ) {}

  /** Puts everything together; nothing is reachable before `listen`. */
  static async create(parts: HttpApplicationParts): Promise<HttpApplication> {
    const {
      policy,
      errors,
      socketLimits: limits,
      httpLimits,
      ledger,
      hosts,
      clock,
      log,
      metrics,
      origins,
    } = parts;
    const adapter = new FastifyAdapter({
      bodyLimit: httpLimits.bodyBytes,
      requestTimeout: httpLimits.requestWithinMs,
      // Node looks for late requests every 30 s only, so that 10 s for headers could become 40.
      http: { connectionsCheckingInterval: LATE_REQUESTS_EVERY_MS },
      // An address that cannot be read ends before any hook or filter.
      frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
        void reply
          .status(400)
          .headers(BARE_HEADERS)
          .send({ status: 400, message: 'The request cannot be read' });
      },
    });
    const options: Readonly<NestApplicationOptions> = { logger: new NestLog(log), abortOnError: false };
    const nest = await NestFactory.create<NestFastifyApplication>(parts.root, adapter, options);
    nest.useGlobalPipes(inputValidation(policy.limits));
    nest.useGlobalFilters(new HttpErrors(errors, GRAPHQL_PATH));
    if (origins.length > 0) {
      nest.enableCors({
        origin: [...origins],
        methods: ['GET', 'POST'],
        exposedHeaders: [...LIMIT_HEADERS],
      });
    }
    const fastify = adapter.getInstance();
    // The schema is there once the application is initialised, after which no hook can be added.
    const schemaOf = () => nest.get(GraphQLSchemaHost, { strict: false }).schema;
    const cache = new ResponseCache(new QueryPlans(schemaOf, parts.versions, policy.limits));
    const desk = new FrontDesk({
      path: GRAPHQL_PATH,
      cache,
      ledger,
      hosts,
      hasOrigins: origins.length > 0,
      points: CACHED_ANSWER_POINTS,
    });
    const permitOf = desk.permitOf.bind(desk);
    await addSecurityHeaders(fastify);
    guardHosts(fastify, hosts, errors, GRAPHQL_PATH);
    limitRequests(fastify, { ledger, errors, graphqlPath: GRAPHQL_PATH, permitOf });
    await registerPlayground(fastify, GRAPHQL_PATH);
    await (await WebClient.open(parts.webClient)).register(fastify);
    const charge = (request: FastifyRequest) =>
      ledger.spend(ledger.clientOf(request.raw), CACHED_ANSWER_POINTS);
    const mayRead = (request: FastifyRequest, text: string) =>
      policy.knows(text) || ledger.canSpend(ledger.clientOf(request.raw), readingCost(text));
    registerResponseCache(fastify, { path: GRAPHQL_PATH, cache, errors, charge, mayRead, desk, metrics });
    await nest.init();

    const counters = new SocketCounters();
    const schema = schemaOf();
    markLasting(schema, parts.lasting ?? {});
    const onFault = (error: unknown) => {
      // What a stream reads fails with the database too.
      parts.trouble.report(isStoreTrouble(error) ? 'store' : 'socket', error);
    };
    const hub = new SubscriptionHub({ schema, errors, limits, nextTurn: atEndOfTurn, onFault });
    const sessions = { schema, policy, errors, limits, ledger, hub, counters, clock, onFault };
    const sockets = new GraphqlSocketServer({ ...sessions, origins, nextTurn: atEndOfTurn });
    const server = nest.getHttpServer();
    server.headersTimeout = httpLimits.headersWithinMs;
    putBefore(server, desk);
    const guarded = (handler: UpgradeHandler) =>
      guardUpgrades(handler, hosts, parts.allowNoOrigin, () => counters.refuse('origin'));
    const handlers = new Map([[GRAPHQL_PATH, guarded(sockets.handleUpgrade.bind(sockets))]]);
    for (const [path, protocol] of parts.protocols?.(sessions) ?? []) {
      handlers.set(path, guarded(sockets.handlerOf(protocol)));
    }
    routeUpgrades(server, handlers, () => counters.refuse('path'));
    registerSocketMetrics(metrics, sockets, counters);
    registerPolicyMetrics(metrics, policy);
    registerClientMetrics(metrics, ledger, hosts);
    return new HttpApplication(nest, sockets, clock, desk);
  }

  /** Starts to answer. Resolves with the port, which the system chooses if `port` is 0. Rejects if it is taken. */
  async listen(port: number, host: string): Promise<number> {
    // Not by Nest, which would write the error of a taken port to the log besides throwing it.
    await this.nest.getHttpAdapter().getInstance().listen({ port, host });
    const address = this.nest.getHttpServer().address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Takes no connection any more; those that are there are still served. */
  stopAccepting(): void {
    this.nest.getHttpServer().close();
  }

  /** Ends every connection: sockets with a code that brings their clients back, then all the rest. */
  async close(): Promise<void> {
    this.desk.close();
    await this.sockets.close();
    const server = this.nest.getHttpServer();
    server.closeIdleConnections();
    // Who has connected and says nothing, or half a request, would be waited for until a time limit of its own.
    const cut = this.clock.after(ANSWERS_WITHIN_MS, () => server.closeAllConnections());
    await this.nest.close();
    cut.cancel();
  }
}

/** From now on the desk hears of requests first, and the framework of what it hands on. */
function putBefore(server: Server, desk: FrontDesk): void {
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on(
    'request',
    desk.before((request, response) => {
      for (const handle of handlers) Reflect.apply(handle, server, [request, response]);
    }),
  );
}
