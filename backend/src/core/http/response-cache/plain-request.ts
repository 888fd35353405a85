import { type FastifyRequest } from 'fastify';

/** A GraphQL request that says nothing but what to execute. */
export interface PlainRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Decides the media type of the answer; as sent. */
  readonly accept: string;
}

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;
const BODY_KEYS: ReadonlySet<string> = new Set(['query', 'operationName', 'variables']);
const MAX_ACCEPT = 200;

/**
 * Reads a request of the one shape that nobody could object to. Undefined for everything else, be it wrong, unusual or
 * possibly forged: that is for Apollo to judge, and never reaches the cache. In particular a browser cannot send any
 * of these from a foreign page without asking first, which is what Apollo's own check demands.
 */
export function readPlainRequest(request: FastifyRequest): PlainRequest | undefined {
  const { method, headers } = request;
  const accept = headers.accept ?? '';
  if (accept.length > MAX_ACCEPT || !JSON_TYPE.test(headers['content-type'] ?? '')) return undefined;
  if (method === 'POST') return fromBody(request.body, accept);
  return method === 'GET' ? fromSearch(request.url, accept) : undefined;
}

function fromBody(body: unknown, accept: string): PlainRequest | undefined {
  if (!isRecord(body) || Object.keys(body).some((key) => !BODY_KEYS.has(key))) return undefined;
  return compose(body.query, body.operationName, body.variables, accept);
}

function fromSearch(url: string, accept: string): PlainRequest | undefined {
  const given = new URLSearchParams(url.split('?', 2)[1] ?? '');
  const keys = [...given.keys()];
  if (new Set(keys).size !== keys.length || keys.some((key) => !BODY_KEYS.has(key))) return undefined;
  const variables = given.get('variables');
  try {
    const read: unknown = variables === null ? undefined : JSON.parse(variables);
    return compose(given.get('query'), given.get('operationName'), read, accept);
  } catch {
    return undefined;
  }
}

function compose(
  query: unknown,
  operationName: unknown,
  variables: unknown,
  accept: string,
): PlainRequest | undefined {
  if (typeof query !== 'string' || query === '') return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    return undefined;
  }
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  return {
    query,
    ...(typeof operationName === 'string' && { operationName }),
    variables: variables ?? {},
    accept,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
