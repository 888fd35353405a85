import { type IncomingMessage } from 'node:http';
import { type FastifyInstance, type FastifyReply } from 'fastify';
import { type ClientLedger, type RequestPermit } from '../clients/client-ledger.js';
import { tooManyRequests } from '../graphql/budget-spent.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { limitHeaders } from './limit-headers.js';

/** Headers that scripts of allowed origins may read. */
export const LIMIT_HEADERS: readonly string[] = [
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
];

/** What requests are counted with. */
export interface RequestLimitParts {
  readonly ledger: ClientLedger;
  readonly errors: ErrorFormatter;
  readonly graphqlPath: string;
  /** What a request to GraphQL may take, if it was counted before it came here. */
  readonly permitOf?: (request: IncomingMessage) => RequestPermit | undefined;
}

/**
 * Counts the requests of each client before anything is read or done for them, and refuses those beyond its share with
 * 429. GraphQL and `/api/` have one budget, told in headers with every answer; pages, files, schema and metrics have
 * another, larger one. Health is not counted: whoever watches over the process must always get an answer, which costs
 * next to nothing.
 */
export function limitRequests(fastify: FastifyInstance, parts: RequestLimitParts): void {
  const { ledger, errors, graphqlPath } = parts;
  fastify.addHook('onRequest', (request, reply, done) => {
    // The route, not the address: an address can be written in many ways.
    const route = request.routeOptions.url ?? '';
    if (isHealth(route)) {
      done();
      return;
    }
    const client = ledger.clientOf(request.raw);
    const isApi = route === graphqlPath || route.startsWith('/api/');
    const taken = isApi ? parts.permitOf?.(request.raw) : undefined;
    const permit = taken ?? (isApi ? ledger.takeRequest(client) : ledger.takePage(client));
    if (isApi) tell(reply, permit, ledger.shareOf(client).requestsPerMinute);
    if (permit.allowed) {
      done();
      return;
    }
    const { retryAfterMs } = permit;
    const problem = tooManyRequests(retryAfterMs);
    const body =
      route === graphqlPath
        ? { errors: [errors.format(problem)] }
        : { status: 429, message: problem.message };
    void reply
      .status(429)
      .header('retry-after', seconds(retryAfterMs))
      .header('cache-control', 'no-store')
      .send(body);
  });
}

function tell(reply: FastifyReply, permit: RequestPermit, perMinute: number): void {
  const headers = limitHeaders(permit, perMinute);
  for (let at = 0; at < headers.length; at += 2) void reply.header(headers[at] ?? '', headers[at + 1]);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function isHealth(route: string): boolean {
  return route === '/health' || route.startsWith('/health/');
}
