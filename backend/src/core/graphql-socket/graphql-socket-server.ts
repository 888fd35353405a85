import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { type ApiError } from '../graphql-errors.js';
import { GraphqlSession, type SessionParts } from './graphql-session.js';
import { isOriginAllowed } from './origin-check.js';
import { PingWheel } from './ping-wheel.js';
import { SocketOutlet } from './socket-outlet.js';
import { type SocketProtocol, type SocketSession } from './socket-protocol.js';
import { type HubCounts } from './subscription-hub.js';
import { TurnWriter } from './turn-writer.js';
import { connectionsTooFast, tooManySockets } from './socket-refusals.js';
import { refuseUpgrade, type UpgradeHandler, type UpgradeProblem } from './upgrade-router.js';

/** What the server works with. */
export interface SocketServerParts extends SessionParts {
  /** Browser origins allowed besides the server's own. */
  readonly origins: readonly string[];
  /** Runs a task at the end of this turn of the event loop. */
  readonly nextTurn: (task: () => void) => void;
}

/** The protocol that is spoken; see the specification of graphql-ws. */
const SUBPROTOCOL = 'graphql-transport-ws';
const SERVICE_RESTART = 1_012;
const BAD_SUBPROTOCOL = 4_406;

interface Connection {
  readonly outlet: SocketOutlet;
  readonly session: SocketSession;
}

/** A socket that was let in. */
interface Admitted {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly tcp: Duplex;
  readonly client: string;
}

/**
 * GraphQL over WebSocket with the limits that the framework's own wiring lacks: who may connect, how many, how large a
 * message and how often, how long an answer to a ping, and how much may wait for a reader. Sockets of other protocols come
 * in by the same gate, are held to the same limits and counted with the others.
 */
export class GraphqlSocketServer {
  readonly turns: TurnWriter;
  readonly #graphql: UpgradeHandler;
  readonly #pings: PingWheel;
  readonly #connections = new Map<WebSocket, Connection>();
  #closing: Promise<void> | undefined;

  constructor(private readonly parts: SocketServerParts) {
    const { limits, clock, counters } = parts;
    this.turns = new TurnWriter(parts.nextTurn, clock);
    this.#pings = new PingWheel(clock, limits.pingEveryMs, () => counters.end('unanswered'));
    this.#graphql = this.handlerOf({
      name: SUBPROTOCOL,
      open: (outlet, client) => new GraphqlSession(parts, client, outlet),
    });
  }

  /** Sockets that are open now. */
  get socketCount(): number {
    return this.#connections.size;
  }

  /** Operations that run now, over all sockets. */
  get operationCount(): number {
    let count = 0;
    for (const { session } of this.#connections.values()) count += session.operationCount;
    return count;
  }

  /** Subscriptions that have begun and are not over. */
  get subscriberCount(): number {
    let count = 0;
    for (const { session } of this.#connections.values()) count += session.subscriberCount;
    return count;
  }

  /** What the hub behind all sockets holds. */
  countHub(): HubCounts {
    return this.parts.hub.count();
  }

  /** Takes a request for a socket of GraphQL, or refuses it with a status before it becomes one. */
  handleUpgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    this.#graphql(request, tcp, head);
  }

  /** The same for sockets of a protocol. */
  handlerOf(protocol: SocketProtocol): UpgradeHandler {
    const { name } = protocol;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: this.parts.limits.maxMessageBytes,
      perMessageDeflate: false,
      handleProtocols: (protocols) => (name !== undefined && protocols.has(name) ? name : false),
      clientTracking: false,
    });
    sockets.on('wsClientError', (_error, socket) => {
      this.parts.counters.refuse('handshake');
      refuseUpgrade(socket, 400);
    });
    return (request, tcp, head) => {
      const client = this.#admit(request, tcp);
      if (client === undefined) return;
      sockets.handleUpgrade(request, tcp, head, (socket) =>
        this.#serve(protocol, { request, socket, tcp, client }),
      );
    };
  }

  /** The client, if it may open one more socket; else it was refused. */
  #admit(request: IncomingMessage, tcp: Duplex): string | undefined {
    const { ledger, counters, origins } = this.parts;
    if (this.#closing !== undefined) {
      counters.refuse('closing');
      refuseUpgrade(tcp, 503);
      return undefined;
    }
    if (!isOriginAllowed(request.headers.origin, request.headers.host, origins)) {
      counters.refuse('origin');
      refuseUpgrade(tcp, 403);
      return undefined;
    }
    const client = ledger.clientOf(request);
    const { allowed, retryAfterMs } = ledger.takeConnection(client);
    if (!allowed) {
      counters.refuse('rate');
      refuseUpgrade(tcp, 429, this.#problem(connectionsTooFast(retryAfterMs)));
      return undefined;
    }
    const release = ledger.takeSocket(client);
    if (typeof release !== 'function') {
      counters.refuse(release === 'client' ? 'address' : 'process');
      refuseUpgrade(tcp, release === 'client' ? 429 : 503, this.#problem(tooManySockets(release)));
      return undefined;
    }
    tcp.once('close', release);
    return client;
  }

  /**
   * Ends every socket with "service restart", so that clients come back, and takes no new ones. Each is told to wait a
   * little longer than the one before, so that the server which they come back to is not met by all of them at once.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { reconnectsPerSecond } = this.parts.limits;
    const closed = [...this.#connections].map(([socket, { outlet }], index) => {
      const gone = new Promise((resolve) => socket.once('close', resolve));
      const retryAfterMs = Math.floor((index * 1_000) / reconnectsPerSecond);
      outlet.close(SERVICE_RESTART, `service restart; retryAfterMs=${retryAfterMs}`);
      return gone;
    });
    await Promise.all(closed);
    this.turns.close();
  }

  #problem(error: ApiError): UpgradeProblem {
    return { errors: [this.parts.errors.format(error)] };
  }

  #serve(protocol: SocketProtocol, { request, socket, tcp, client }: Admitted): void {
    const { limits, clock, counters } = this.parts;
    counters.accepted += 1;
    const outlet = new SocketOutlet({
      tcp,
      socket,
      turns: this.turns,
      limits,
      clock,
      onSlow: () => session.giveUp(),
      onLagging: (unsentMessages) => session.warnLagging(unsentMessages),
    });
    const session: SocketSession = protocol.open(outlet, client, request);
    this.#connections.set(socket, { outlet, session });
    // Comes before `close`: a message over the limit, or bytes that are no WebSocket.
    socket.on('error', (error) => {
      const isOversize = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      counters.end(isOversize ? 'oversize' : 'protocol');
    });
    socket.once('close', () => {
      this.#pings.remove(socket);
      this.#connections.delete(socket);
      session.closed();
      outlet.dispose();
    });
    if (protocol.name !== undefined && socket.protocol !== protocol.name) {
      counters.end('protocol');
      outlet.close(BAD_SUBPROTOCOL, 'Subprotocol not acceptable');
      return;
    }
    this.#pings.add(socket);
    socket.on('pong', () => this.#pings.answered(socket));
    socket.on('message', (data, isBinary) => {
      if (isBinary) session.refuseBinary();
      else session.receive(textOf(data));
    });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
