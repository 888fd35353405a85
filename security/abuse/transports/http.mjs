import { request } from 'node:http';
import { outcome } from '../outcome.mjs';

const WITHIN_MS = 15_000;

/**
 * Sends one request on a connection of its own and gives what came back. `body` may be text or bytes; `path` is sent as
 * it stands, so that it may hold what no URL parser would let through.
 */
export function send({ server, address }, { method = 'POST', path = '/graphql', headers = {}, body } = {}) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({
      host: server.host,
      port: server.port,
      method,
      path,
      agent: false,
      headers: {
        ...forwarded(address),
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    sent.once('response', (response) => {
      const parts = [];
      const done = () => {
        const text = Buffer.concat(parts).toString();
        resolve(
          outcome({
            status: response.statusCode,
            headers: response.headers,
            answer: json(text),
            texts: [text, JSON.stringify(response.headers)],
            ms: performance.now() - started,
          }),
        );
      };
      response.on('data', (data) => parts.push(data));
      response.once('end', done);
      // The server may cut the connection of a body that is too large while it is still being sent.
      response.once('error', done);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Posts a body as JSON; text goes out as it is. */
export function postJson(target, body, headers = {}) {
  return send(target, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** What a proxy says of the client for whom it asks. */
export function forwarded(address) {
  return address === undefined ? {} : { 'x-forwarded-for': address };
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
