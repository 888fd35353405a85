import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { budgetSpent } from '../../graphql/budget-spent.js';
import { type ErrorFormatter } from '../../graphql/error-formatter.js';
import { type Metrics } from '../metrics.js';
import { isKnown, toAnswer, type CachedAnswer } from './cached-answer.js';
import { type FrontDesk } from './front-desk.js';
import { readPlainRequest } from './plain-request.js';
import { type Flight, type ResponseCache } from './response-cache.js';

/** Where the cache stands. */
export interface ResponseCacheParts {
  /** Path of the GraphQL endpoint. */
  readonly path: string;
  readonly cache: ResponseCache;
  readonly metrics: Metrics;
  readonly errors: ErrorFormatter;
  /**
   * Charges a client for an answer that costs no execution. Undefined if it may have it, else the milliseconds until it
   * may.
   */
  readonly charge?: (request: FastifyRequest) => number | undefined;
  /** Whether a client has the points to have this text read. If not, who answers will refuse it: nothing parses it here. */
  readonly mayRead?: (request: FastifyRequest, text: string) => boolean;
  /** Where the same requests are answered the next time. */
  readonly desk?: Pick<FrontDesk, 'sentBy' | 'learn' | 'answered'>;
}

/**
 * Puts the cache in front of GraphQL over HTTP. To be registered after everything that may refuse a request and before
 * the routes: it answers in `preHandler`, with the body read, and takes what execution came to in `onSend`.
 */
export function registerResponseCache(fastify: FastifyInstance, parts: ResponseCacheParts): void {
  const flights = new WeakMap<FastifyRequest, Flight>();
  let notModified = 0;

  /** Sets the headers of a good answer; true if the client has it already. */
  const describe = (request: FastifyRequest, reply: FastifyReply, { etag }: CachedAnswer): boolean => {
    if (etag === undefined) return false;
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    void reply.header('vary', withAccept(reply.getHeader('vary')));
    // RFC 9110, 13.1.2: only to GET and HEAD is 304 the answer; a POST gets what it asked for.
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    if (!isKnown(request.headers['if-none-match'], etag)) return false;
    notModified += 1;
    void reply.code(304);
    return true;
  };

  const teach = (request: FastifyRequest, reply: FastifyReply, answer: CachedAnswer): void => {
    if (answer.etag === undefined || parts.desk?.sentBy(request.raw) === undefined) return;
    parts.desk.learn(answer, reply.getHeaders());
  };

  fastify.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== parts.path) return;
    const plain = readPlainRequest(request);
    if (plain !== undefined && parts.mayRead?.(request, plain.query) === false) return;
    const lookup = await parts.cache.find(plain);
    const sent = parts.desk?.sentBy(request.raw);
    if (sent !== undefined && plain !== undefined) parts.cache.remember(sent, plain);
    if (lookup.kind === 'lead') flights.set(request, lookup.flight);
    if (lookup.kind !== 'answer') return;
    const waitMs = parts.charge?.(request);
    if (waitMs !== undefined) return refuse(reply, parts.errors, waitMs);
    const { answer } = lookup;
    void reply.code(answer.status).header('content-type', answer.contentType);
    if (describe(request, reply, answer)) return reply.send();
    teach(request, reply, answer);
    return reply.send(answer.bytes);
  });

  fastify.addHook('onSend', (request, reply, payload, done) => {
    const flight = flights.get(request);
    if (flight === undefined) {
      done(null, payload);
      return;
    }
    flights.delete(request);
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) {
      flight.finish(undefined);
      done(null, payload);
      return;
    }
    const answer = toAnswer(reply.statusCode, String(reply.getHeader('content-type')), payload);
    flight.finish(answer);
    const isKnownThere = describe(request, reply, answer);
    if (!isKnownThere) teach(request, reply, answer);
    done(null, isKnownThere ? null : answer.bytes);
  });

  registerMetrics(parts.metrics, parts.cache, () => notModified);
  parts.metrics.counter(
    {
      name: 'orderfox_response_cache_early_total',
      help: 'GraphQL answers sent from memory before the framework saw the request; hits count them too',
    },
    () => [{ value: parts.desk?.answered ?? 0 }],
  );
}

/** In the words in which an execution would have been refused. */
function refuse(reply: FastifyReply, errors: ErrorFormatter, waitMs: number): FastifyReply {
  return reply
    .code(429)
    .header('retry-after', Math.ceil(waitMs / 1_000))
    .send({ errors: [errors.format(budgetSpent(waitMs))] });
}

function withAccept(vary: unknown): string {
  const present = Array.isArray(vary) ? vary.join(', ') : typeof vary === 'string' ? vary : '';
  if (present === '*' || /\baccept\b(?!-)/i.test(present)) return present;
  return present === '' ? 'Accept' : `${present}, Accept`;
}

function registerMetrics(metrics: Metrics, cache: ResponseCache, notModified: () => number): void {
  const PREFIX = 'orderfox_response_cache';
  metrics.counter({ name: `${PREFIX}_hits_total`, help: 'GraphQL answers sent from memory' }, () => [
    { value: cache.counts().hits },
  ]);
  metrics.counter(
    { name: `${PREFIX}_shared_total`, help: 'GraphQL requests answered by the execution of an equal one' },
    () => [{ value: cache.counts().shared }],
  );
  metrics.counter(
    { name: `${PREFIX}_misses_total`, help: 'GraphQL requests executed, their answer kept if it is good' },
    () => [{ value: cache.counts().misses }],
  );
  metrics.counter(
    {
      name: `${PREFIX}_bypass_total`,
      help: 'GraphQL requests that the cache has nothing to do with, by reason',
      labels: ['reason'],
    },
    () => Object.entries(cache.counts().bypassed).map(([reason, value]) => ({ value, labels: { reason } })),
  );
  metrics.counter(
    { name: `${PREFIX}_evictions_total`, help: 'Kept answers that made room for others' },
    () => [{ value: cache.store.evictions }],
  );
  metrics.counter(
    { name: `${PREFIX}_not_modified_total`, help: 'GraphQL answers that the client had already (304)' },
    () => [{ value: notModified() }],
  );
  metrics.gauge(
    { name: `${PREFIX}_waiting`, help: 'GraphQL requests that wait for the execution of an equal one' },
    () => [{ value: cache.waiting }],
  );
  metrics.gauge({ name: `${PREFIX}_bytes`, help: 'Memory that kept answers take' }, () => [
    { value: cache.store.bytes },
  ]);
  metrics.gauge({ name: `${PREFIX}_entries`, help: 'Answers that are kept' }, () => [
    { value: cache.store.size },
  ]);
}
