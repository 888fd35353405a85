import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';

/** Takes over a connection that asked to become a socket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;

/** What a refusal says besides its status. */
export interface UpgradeProblem {
  /** As the answer of a GraphQL request would have it. */
  readonly errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/**
 * Answers a request for a socket with an HTTP status instead, and ends the connection. Where a problem says when to come
 * back, the header `Retry-After` says it too.
 */
export function refuseUpgrade(socket: Duplex, status: keyof typeof REASONS, problem?: UpgradeProblem): void {
  const body = problem === undefined ? '' : JSON.stringify(problem);
  const retryAfterMs = problem?.errors[0]?.extensions?.retryAfterMs;
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Connection: close',
    'Cache-Control: no-store',
    ...(body === '' ? [] : ['Content-Type: application/json; charset=utf-8']),
    ...(typeof retryAfterMs === 'number' ? [`Retry-After: ${Math.ceil(retryAfterMs / 1_000)}`] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Gives every request for a socket to the handler of its path, and refuses the rest: without this Node would leave such
 * a connection hanging. A path that ends in a slash stands for all that begin with it.
 */
export function routeUpgrades(
  server: Server,
  handlers: ReadonlyMap<string, UpgradeHandler>,
  onUnknownPath: () => void,
): void {
  server.on('upgrade', (request, socket, head) => {
    // A client that goes away in the middle must not end the process.
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?', 1)[0] ?? '';
    const handler = handlers.get(path) ?? handlers.get(path.slice(0, path.lastIndexOf('/') + 1));
    if (handler === undefined) {
      onUnknownPath();
      refuseUpgrade(socket, 404);
    } else {
      handler(request, socket, head);
    }
  });
}
