import { type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type Clock } from './clock.js';
import { refusedHandshake, type ConnectionFailure } from './connection-failure.js';
import { createHostLookup } from './host-lookup.js';
import { type SocketProtocol } from './socket-protocol.js';

const HANDSHAKE_MS = 10_000;
/** One for the process, for it shares out the threads of the process. */
const lookup = createHostLookup();
/** Enough of a refusal's body to find its reason in. */
const BODY_BYTES = 4_096;

/**
 * Begins a WebSocket handshake that is over after ten seconds whatever holds it up: name look-up, TCP, TLS or HTTP.
 * `onFailed` tells of a time-out or of an HTTP answer; errors below HTTP come as the socket's own `error`.
 */
export function openSocket(
  protocol: Pick<SocketProtocol, 'url' | 'maxFrameBytes'>,
  clock: Clock,
  onFailed: (failure: ConnectionFailure) => void,
): WebSocket {
  const { host } = new URL(protocol.url);
  const socket = new WebSocket(protocol.url, {
    lookup,
    perMessageDeflate: false,
    maxPayload: protocol.maxFrameBytes,
    // ws would close the connection for one bad character; the frame is checked, and dropped, by its reader instead.
    skipUTF8Validation: true,
  });
  let giveUp = () => {
    const reason = `${host} did not answer the handshake within ${HANDSHAKE_MS / 1_000} s`;
    onFailed({ state: 'ERROR', reason, cause: 'DISCONNECTED' });
  };
  const timer = clock.after(HANDSHAKE_MS, () => giveUp());
  socket.once('open', () => timer.cancel());
  socket.once('close', () => timer.cancel());
  socket.once('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const retryAfter = response.headers['retry-after'];
    let body = '';
    giveUp = () => {
      timer.cancel();
      onFailed(refusedHandshake(host, { status, retryAfter, body }, clock.nowMs()));
    };
    collect(
      response,
      (text) => (body = text),
      () => giveUp(),
    );
  });
  return socket;
}

/** Reads the beginning of a body; `done` comes when that is enough, when it ends and when it breaks off. */
function collect(response: IncomingMessage, read: (text: string) => void, done: () => void): void {
  let body = Buffer.alloc(0);
  response.on('data', (chunk: Buffer) => {
    body = Buffer.concat([body, chunk]).subarray(0, BODY_BYTES);
    read(body.toString());
    if (body.length === BODY_BYTES) done();
  });
  response.once('end', done);
  response.once('error', done);
  response.once('close', done);
}
