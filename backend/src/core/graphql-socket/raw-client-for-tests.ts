import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

/** A message of the graphql-transport-ws protocol. */
export interface ProtocolMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** For specs: a bare socket that speaks the protocol by hand, well or badly. */
export class RawClient {
  readonly messages: ProtocolMessage[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) =>
      this.messages.push(JSON.parse(data.toString()) as ProtocolMessage),
    );
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(([code, reason]) => ({
      code: code as number,
      reason: String(reason),
    }));
  }

  /** Connects; with `init` unless told otherwise. Rejects with the HTTP status if the server refuses. */
  static async connect(
    url: string,
    {
      init = true,
      protocols = ['graphql-transport-ws'],
      ...options
    }: { init?: boolean; protocols?: string[] } & ClientOptions = {},
  ): Promise<RawClient> {
    const socket = new WebSocket(url, protocols, options);
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, { statusCode }) => {
        reject(new Error(`refused with ${statusCode ?? 0}`));
      });
      socket.once('error', reject);
    });
    if (init) {
      client.send({ type: 'connection_init' });
      await client.waitFor(({ type }) => type === 'connection_ack');
    }
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The first message that fits, as soon as there is one. */
  async waitFor(fits: (message: ProtocolMessage) => boolean): Promise<ProtocolMessage> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the socket is closed');
      await Promise.race([once(this.socket, 'message'), this.closed]);
    }
  }

  /** The result of a query, or the error, of the operation with this id. */
  answer(id: string): Promise<ProtocolMessage> {
    return this.waitFor((message) => message.id === id && message.type !== 'complete');
  }

  close(): void {
    this.socket.terminate();
  }
}
