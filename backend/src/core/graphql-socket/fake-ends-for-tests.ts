import { readTexts } from './frame-reader-for-tests.js';
import { type WireSocket, type WireTcp } from './wire.js';

type Written = (error?: Error | null) => void;

/** For specs: a connection whose network takes everything at once, until it is told to hold it. */
export class FakeTcp implements WireTcp {
  writable = true;
  isHeld = false;
  /** Chunks that have left. */
  readonly left: Uint8Array[] = [];
  readonly #held: { readonly chunk: Uint8Array; readonly written: Written }[] = [];

  get writableLength(): number {
    return this.#held.reduce((sum, { chunk }) => sum + chunk.length, 0);
  }

  /** The messages that have left. */
  get texts(): string[] {
    return readTexts(Buffer.concat(this.left));
  }

  write(chunk: Uint8Array, written: Written = () => undefined): boolean {
    // Keeps what it is given and makes no copy, as any stream may.
    this.#held.push({ chunk, written });
    if (!this.isHeld) this.release();
    return true;
  }

  /** Lets so many writes leave. */
  release(count = Number.POSITIVE_INFINITY): void {
    for (const { chunk, written } of this.#held.splice(0, count)) {
      if (chunk.length > 0) this.left.push(chunk);
      written();
    }
  }

  /** Breaks the connection: whatever has not left is lost. */
  break(): void {
    this.writable = false;
    for (const { written } of this.#held.splice(0)) written(new Error('write EPIPE'));
  }
}

/** For specs: the `ws` socket above it. */
export class FakeSocket implements WireSocket {
  readonly OPEN = 1;
  readyState = 1;
  extensions = '';
  bufferedAmount = 0;
  /** What was asked of it: "send {}", "close 1013 slow consumer after 3 messages", "terminate". */
  readonly asked: string[] = [];

  constructor(private readonly tcp: FakeTcp) {}

  send(data: Uint8Array): void {
    this.asked.push(`send ${Buffer.from(data).toString()}`);
  }

  close(code: number, reason: string): void {
    this.readyState = 2;
    this.asked.push(`close ${code} ${reason} after ${this.tcp.texts.length} messages`);
  }

  terminate(): void {
    this.asked.push('terminate');
  }
}
