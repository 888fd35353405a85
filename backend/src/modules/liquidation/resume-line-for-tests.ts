import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { readFrames } from '../../core/graphql-socket/frame-reader-for-tests.js';

/** Bytes at the end of a chunk among which the cut falls: less than the shortest frame that is sent has. */
const CUT_WITHIN_BYTES = 24;

/** For specs: a TCP connection of a client, which can be cut in the middle of a frame. */
export class CuttableLine extends Duplex {
  readonly #tcp: Socket;
  #onTorn: (() => void) | undefined;

  constructor(
    port: number,
    /** In [0, 1). */
    private readonly chance: () => number,
  ) {
    super();
    this.#tcp = connect(port, '127.0.0.1');
    this.#tcp.on('data', (chunk) => this.#take(chunk));
    this.#tcp.on('error', (error) => this.destroy(error));
    this.#tcp.on('close', () => this.destroy());
    this.#tcp.on('end', () => this.push(null));
  }

  /** Lets the next frame arrive in part only, calls back, and carries nothing after it. */
  tearFrame(onTorn: () => void): void {
    this.#onTorn = onTorn;
  }

  /** Lets everything arrive. */
  spare(): void {
    this.#onTorn = undefined;
  }

  override _read(): void {
    this.#tcp.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#tcp.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#tcp.end(done);
  }

  /** Says farewell by a reset as often as by an orderly end. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // While its own end is on the way a socket cannot be reset, and would stay for ever.
    const canReset = !this.#tcp.connecting && !this.#tcp.writableEnded;
    if (canReset && this.chance() < 0.5) this.#tcp.resetAndDestroy();
    else this.#tcp.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    const onTorn = this.#onTorn;
    const torn = chunk.subarray(0, -1 - Math.floor(this.chance() * CUT_WITHIN_BYTES));
    if (onTorn === undefined || !isWhole(chunk) || isWhole(torn)) {
      if (!this.push(chunk)) this.#tcp.pause();
      return;
    }
    this.#onTorn = undefined;
    this.#tcp.removeAllListeners('data');
    this.push(torn);
    // What came whole before it is read first.
    setImmediate(onTorn);
  }
}

function isWhole(bytes: Buffer): boolean {
  try {
    return readFrames(bytes).length > 0;
  } catch {
    return false;
  }
}
