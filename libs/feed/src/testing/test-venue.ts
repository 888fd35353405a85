import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { type FrameReading } from '../socket-protocol.js';
import { type TestRequest } from './test-protocol.js';

/** One connection as the venue sees it. */
export class VenueConnection {
  readonly requests: TestRequest[] = [];
  /** Frames that are no request, such as heartbeats. */
  readonly others: string[] = [];
  pings = 0;
  closeCode: number | undefined;

  constructor(
    readonly socket: WebSocket,
    /** The stream below, for faults below the WebSocket. */
    readonly raw: Duplex,
    readonly headers: IncomingHttpHeaders,
  ) {}

  /** Sends a frame that the test protocol reads as this. */
  send(reading: FrameReading): void {
    this.socket.send(JSON.stringify(reading));
  }

  acknowledge(request: TestRequest): void {
    this.send({ kind: 'acknowledged', id: request.id });
  }
}

/** How the venue behaves; what is left out is well-behaved. */
export interface VenueManners {
  /** Answers a request; acknowledges it and sends a control frame unless told otherwise. */
  readonly onRequest?: (request: TestRequest, connection: VenueConnection) => void;
  /** Refuses every handshake with this HTTP answer. */
  readonly refusal?: { readonly status: string; readonly headers?: string; readonly body?: string };
  /** Accepts TCP and never answers the handshake. */
  readonly mute?: boolean;
}

/** The polite answer to a request: yes, and a first control frame. */
export function acknowledgeWithData(request: TestRequest, connection: VenueConnection): void {
  connection.acknowledge(request);
  if (request.op === 'subscribe') connection.send({ kind: 'control' });
}

/** A venue on loopback: a real WebSocket server whose manners a spec may change at any time. */
export class TestVenue {
  readonly connections: VenueConnection[] = [];
  manners: VenueManners = {};
  /** Handshakes that were asked for, refused ones included. */
  handshakes = 0;
  readonly #sockets = new WebSocketServer({ noServer: true });
  /** The stream of every handshake, in order. */
  readonly #streams: Duplex[] = [];

  private constructor(private readonly http: Server) {
    http.on('upgrade', (request, stream, head) => {
      this.handshakes += 1;
      this.#streams.push(stream);
      stream.on('error', () => undefined);
      const { refusal, mute } = this.manners;
      if (mute === true) return;
      if (refusal !== undefined) {
        const { status, headers = '', body = '' } = refusal;
        stream.end(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`);
        return;
      }
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        this.#accept(new VenueConnection(socket, stream, request.headers));
      });
    });
  }

  /** Opens a venue on a free port. */
  static async open(manners: VenueManners = {}): Promise<TestVenue> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const venue = new TestVenue(http);
    venue.manners = manners;
    return venue;
  }

  get host(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `ws://${this.host}/market`;
  }

  /** The n-th connection, the first being 0. Throws when there is none. */
  connection(index: number): VenueConnection {
    const connection = this.connections[index];
    if (connection === undefined) throw new Error(`There is no connection ${index}`);
    return connection;
  }

  /** The stream of the n-th handshake, for answers below HTTP. Throws when there is none. */
  stream(index: number): Duplex {
    const stream = this.#streams[index];
    if (stream === undefined) throw new Error(`There is no handshake ${index}`);
    return stream;
  }

  /** Connections that the other side has not closed. */
  get openCount(): number {
    return this.connections.filter(({ socket }) => socket.readyState === socket.OPEN).length;
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    for (const stream of this.#streams) stream.destroy();
    this.http.closeAllConnections();
    if (this.http.listening) await new Promise((resolve) => this.http.close(resolve));
  }

  #accept(connection: VenueConnection): void {
    this.connections.push(connection);
    const { socket } = connection;
    socket.on('error', () => undefined);
    socket.on('ping', () => (connection.pings += 1));
    socket.on('close', (code) => (connection.closeCode = code));
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (!text.startsWith('{')) {
        connection.others.push(text);
        return;
      }
      const request = JSON.parse(text) as TestRequest;
      connection.requests.push(request);
      (this.manners.onRequest ?? acknowledgeWithData)(request, connection);
    });
  }
}
