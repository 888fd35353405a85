import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Clock } from '@orderfox/feed';
import { handleProtocols, type Server } from 'graphql-ws';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { AddressSlots } from './address-slots.js';
import { makeProtocol, type ProtocolParts, type SocketExtra } from './graphql-protocol.js';
import { keepAlive } from './keep-alive.js';
import { isOriginAllowed } from './origin-check.js';
import { Outgoing } from './outgoing.js';
import { refuseUpgrade } from './upgrade-router.js';

/** What the server works with. */
export interface SocketServerParts extends ProtocolParts {
  readonly clock: Clock;
  /** Browser origins allowed besides the server's own. */
  readonly origins: readonly string[];
  /** Called with what should not have happened while a message was handled. */
  readonly onFault: (error: unknown) => void;
}

const SERVICE_RESTART = 1_012;
const INTERNAL_ERROR = 4_500;

/**
 * GraphQL over WebSocket with the limits that the framework's own wiring lacks: who may connect, how many, how large a
 * message, how long an answer to a ping, and how much may wait for a reader.
 */
export class GraphqlSocketServer {
  readonly #sockets: WebSocketServer;
  readonly #protocol: Server<SocketExtra>;
  readonly #slots: AddressSlots;
  readonly #operations = new Map<WebSocket, () => number>();
  #closing: Promise<void> | undefined;

  constructor(private readonly parts: SocketServerParts) {
    const { limits } = parts;
    this.#slots = new AddressSlots(limits.socketsPerAddress, limits.socketsFromLoopback);
    this.#protocol = makeProtocol(parts);
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.maxMessageBytes,
      perMessageDeflate: false,
      handleProtocols,
      clientTracking: true,
    });
    this.#sockets.on('wsClientError', (_error, socket) => {
      parts.counters.refuse('handshake');
      refuseUpgrade(socket, 400);
    });
  }

  /** Sockets that are open now. */
  get socketCount(): number {
    return this.#sockets.clients.size;
  }

  /** Operations that run now, over all sockets. */
  get operationCount(): number {
    let count = 0;
    for (const operations of this.#operations.values()) count += operations();
    return count;
  }

  /** Takes a request for a socket, or refuses it with a status before it becomes one. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { limits, counters, origins } = this.parts;
    if (this.#closing !== undefined) {
      counters.refuse('closing');
      refuseUpgrade(socket, 503);
      return;
    }
    if (!isOriginAllowed(request.headers.origin, request.headers.host, origins)) {
      counters.refuse('origin');
      refuseUpgrade(socket, 403);
      return;
    }
    if (this.socketCount >= limits.sockets) {
      counters.refuse('process');
      refuseUpgrade(socket, 503);
      return;
    }
    const giveBack = this.#slots.take(request.socket.remoteAddress ?? 'unknown');
    if (giveBack === undefined) {
      counters.refuse('address');
      refuseUpgrade(socket, 429);
      return;
    }
    socket.once('close', giveBack);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket));
  }

  /** Ends every socket with "service restart", so that clients come back, and takes no new ones. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const clients = [...this.#sockets.clients];
    const closed = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
    for (const client of clients) client.close(SERVICE_RESTART, 'service restart');
    const timer = this.parts.clock.after(this.parts.limits.closeWithinMs, () => {
      for (const client of clients) client.terminate();
    });
    await Promise.all(closed);
    timer.cancel();
  }

  #serve(socket: WebSocket): void {
    const { limits, clock, counters, onFault } = this.parts;
    counters.accepted += 1;
    const outgoing = new Outgoing(socket, limits, clock, () => counters.end('slow'));
    const stopPings = keepAlive(socket, clock, limits.pingEveryMs, () => counters.end('unanswered'));
    let running = 0;
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => outgoing.send(data),
        close: (code, reason) => {
          counters.end('protocol');
          outgoing.close(code ?? INTERNAL_ERROR, reason ?? '');
        },
        onMessage: (handle) => {
          socket.on('message', (data: RawData) => {
            running += 1;
            handle(textOf(data))
              .catch((error: unknown) => {
                counters.end('fault');
                onFault(error);
                outgoing.close(INTERNAL_ERROR, 'Internal server error');
              })
              .finally(() => {
                running -= 1;
              });
          });
        },
      },
      { outgoing },
    );
    this.#operations.set(socket, () => running);
    // Comes before `close`: a message over the limit, or bytes that are no WebSocket.
    socket.on('error', (error) => {
      counters.end(
        'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'oversize' : 'protocol',
      );
    });
    socket.once('close', (code, reason) => {
      stopPings();
      outgoing.dispose();
      this.#operations.delete(socket);
      closed(code, reason.toString()).catch(onFault);
    });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
