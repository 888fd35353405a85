import { type FastifyInstance, type FastifyReply } from 'fastify';
import { type ClientLedger, type RequestPermit } from '../clients/client-ledger.js';
import { tooManyRequests } from '../graphql/budget-spent.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';

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
    const permit = isApi ? ledger.takeRequest(client) : ledger.takePage(client);
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

/** Names and units as in the IETF draft "RateLimit header fields for HTTP": seconds, whole ones. */
function tell(reply: FastifyReply, { limit, remaining, resetMs }: RequestPermit, perMinute: number): void {
  void reply
    .header('ratelimit-limit', limit)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', seconds(resetMs))
    .header('ratelimit-policy', `${perMinute};w=60;burst=${limit}`);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function isHealth(route: string): boolean {
  return route === '/health' || route.startsWith('/health/');
}
