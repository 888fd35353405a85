import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Duplex } from 'node:stream';
import { type Clock } from '@orderfox/feed';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { SOCKET_LIMITS } from './socket-limits.js';
import { SocketOutlet, type OutletLimits } from './socket-outlet.js';
import { TurnWriter } from './turn-writer.js';

/** One socket as the server sees it. */
export interface ServedSocket {
  readonly outlet: SocketOutlet;
  readonly socket: WebSocket;
  readonly lagging: number[];
  isGivenUp: boolean;
  isClosed: boolean;
}

/** How a spec wants its server. */
export interface OutletServerOptions {
  readonly limits?: Partial<OutletLimits>;
  readonly compress?: boolean;
  readonly hideTcp?: boolean;
}

/** For specs: real sockets whose messages leave through outlets. */
export class OutletServerForTests {
  readonly turns: TurnWriter;
  readonly http: Server = createServer();
  readonly #clients: WebSocket[] = [];
  readonly #sockets: WebSocketServer;
  #served = Promise.withResolvers<ServedSocket>();

  private constructor(
    private readonly clock: Clock,
    private readonly options: OutletServerOptions,
  ) {
    this.turns = new TurnWriter(setImmediate, clock);
    this.#sockets = new WebSocketServer({ noServer: true, perMessageDeflate: options.compress ?? false });
    this.http.on('upgrade', (request, tcp, head) => {
      this.#sockets.handleUpgrade(request, tcp, head, (socket) => this.#serve(socket, tcp));
    });
  }

  static async start(clock: Clock, options: OutletServerOptions = {}): Promise<OutletServerForTests> {
    const made = new OutletServerForTests(clock, options);
    await new Promise<void>((resolve) => made.http.listen(0, '127.0.0.1', resolve));
    return made;
  }

  /** A client, and the same socket on the server. */
  async connect(options: ClientOptions = {}): Promise<{ client: WebSocket; served: ServedSocket }> {
    this.#served = Promise.withResolvers<ServedSocket>();
    const { port } = this.http.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    this.#clients.push(client);
    client.on('error', () => undefined);
    const [served] = await Promise.all([this.#served.promise, once(client, 'open')]);
    return { client, served };
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  #serve(socket: WebSocket, tcp: Duplex): void {
    const served: ServedSocket = {
      socket,
      lagging: [],
      isGivenUp: false,
      isClosed: false,
      outlet: new SocketOutlet({
        tcp: this.options.hideTcp ? undefined : tcp,
        socket,
        turns: this.turns,
        limits: { ...SOCKET_LIMITS, ...this.options.limits },
        clock: this.clock,
        onLagging: (unsent) => served.lagging.push(unsent),
        onSlow: () => {
          served.isGivenUp = true;
          served.outlet.send('last words');
        },
      }),
    };
    socket.on('error', () => undefined);
    socket.once('close', () => {
      served.isClosed = true;
      served.outlet.dispose();
    });
    this.#served.resolve(served);
  }
}

/** For specs: what a client reads, from now on. */
export function read(client: WebSocket): { texts: string[]; closed: Promise<number> } {
  const texts: string[] = [];
  client.on('message', (data: Buffer) => texts.push(data.toString()));
  return { texts, closed: once(client, 'close').then(([code]) => code as number) };
}
