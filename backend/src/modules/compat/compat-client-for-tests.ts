import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

/** A message of a compatible socket. */
export interface CompatMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** For specs: a program written for an earlier terminal, which connects and listens. */
export class CompatClient {
  readonly messages: CompatMessage[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(
    url: string,
    options: ClientOptions = {},
    readonly socket = new WebSocket(url, options),
  ) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as CompatMessage));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString() }));
    });
  }

  of(type: string): readonly CompatMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  /** Waits until there are so many messages of a type, and gives the last of them. */
  async nth(type: string, count = 1): Promise<CompatMessage> {
    for (;;) {
      const found = this.of(type)[count - 1];
      if (found !== undefined) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the socket is closed');
      await Promise.race([once(this.socket, 'message'), this.closed]);
    }
  }

  close(): void {
    this.socket.terminate();
  }
}
