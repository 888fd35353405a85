import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A socket without any manners of its own, for tests of the servers: keeps every frame, waits for the next one. */
export class RawClient {
  /** Every text frame, in order of arrival. */
  readonly frames: string[] = [];
  readonly binaryFrames: Buffer[] = [];
  /** Answers to our pings. */
  pongs = 0;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  private read = 0;
  private wake: () => void = () => undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.binaryFrames.push(data as Buffer);
      else this.frames.push((data as Buffer).toString());
      this.wake();
    });
    socket.on('pong', () => this.pongs++);
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Connects. Rejects with `Unexpected server response: <status>` when refused. */
  static async open(url: string, { autoPong = true } = {}): Promise<RawClient> {
    const socket = new WebSocket(url, { autoPong });
    const client = new RawClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  ping(): void {
    this.socket.ping();
  }

  close(): void {
    this.socket.close();
  }

  /** Reads nothing more, until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** The next unread frame that matches, parsed; frames before it are skipped. */
  async next(matches: (text: string) => boolean = () => true): Promise<Record<string, unknown>> {
    for (;;) {
      while (this.read < this.frames.length) {
        const text = this.frames[this.read++] ?? '';
        if (matches(text))
          return (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Sends a request and waits for the answer that comes next. */
  ask(message: unknown, matches?: (text: string) => boolean): Promise<Record<string, unknown>> {
    this.send(message);
    return this.next(matches);
  }

  /** Everything the server has written by now has been read: the only proof that nothing came. */
  async settled(): Promise<void> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
  }
}
