import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { SeededRandom } from '../seeded-random.js';
import type { ScheduledTask, Scheduler } from '../scheduler.js';
import type { LedgerEvent, TruthLedger } from '../truth-ledger.js';
import type { FaultSettings } from './faults.js';

/** One data frame on its way to one client. */
export interface DataFrame {
  readonly text: string;
  /** `LIQUIDATIONS` carries events, `CONTROL` is everything that merely proves life. */
  readonly kind: 'LIQUIDATIONS' | 'CONTROL';
  readonly events: readonly LedgerEvent[];
}

/** What a connection needs of its server. */
export interface ConnectionContext {
  readonly scheduler: Scheduler;
  readonly ledger: TruthLedger;
  readonly random: SeededRandom;
  faults(): FaultSettings;
}

/** Payload of the pings that ask a client to prove what it has received. */
const BARRIER = 'orderfox-barrier-';
/** An incomplete window of reordered frames goes out after this long. */
const REORDER_FLUSH_MS = 100;
/** Deliveries per socket that may wait for a confirmation; older ones stay FLUSHED. */
const MAX_UNCONFIRMED = 200_000;

/** The server's end of one socket: writes frames through the fault switches and tells the ledger what became of them. */
export class ClientConnection {
  private frozen = false;
  private window: DataFrame[] = [];
  private windowTimer: ScheduledTask | undefined;
  private unconfirmed: LedgerEvent[] = [];
  private barriers = 0;
  private readonly waitingBarriers = new Map<string, { upTo: number; done: () => void }>();
  private closedByUs = false;
  private readonly gone: Promise<void>;

  constructor(
    readonly id: string,
    private readonly socket: WebSocket,
    private readonly tcp: Socket,
    private readonly context: ConnectionContext,
  ) {
    this.gone = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.onClose(code);
        resolve();
      });
    });
    socket.on('error', () => socket.terminate());
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** True once the half-open fault has struck: nothing is read or written, and nobody is told. */
  get halfOpen(): boolean {
    return this.frozen;
  }

  /** Bytes written and not yet taken by the operating system; 0 for a half-open socket, which takes nothing. */
  get bufferedBytes(): number {
    return this.open && !this.frozen ? this.socket.bufferedAmount : 0;
  }

  /** An answer of the protocol: acknowledgement, pong, error. */
  reply(text: string): void {
    if (this.open && !this.frozen) this.socket.send(text);
  }

  /** Market data: passes the fault switches. */
  push(frame: DataFrame): void {
    const { silent, copies, reorderWindow } = this.context.faults();
    for (const event of frame.events) this.context.ledger.mark(event, this.id, 'WITHHELD');
    if (silent === 'ALL' || silent === frame.kind) return;
    for (let copy = 0; copy < copies; copy++) {
      if (reorderWindow > 1 || this.window.length > 0) this.reorder(frame, reorderWindow);
      else this.delayed(frame);
    }
  }

  /** Any bytes, whatever they do to the client. `binary` sends them as a binary frame. */
  inject(bytes: Buffer, binary: boolean): void {
    if (this.open && !this.frozen) this.socket.send(bytes, { binary });
  }

  ping(payload: string): void {
    if (this.open && !this.frozen) this.socket.ping(payload);
  }

  /** Asks the client to prove by a pong that it has read everything so far. Resolves at the answer or the close. */
  confirm(): Promise<void> {
    if (this.frozen) return Promise.resolve();
    // Its closing handshake will tell.
    if (!this.open) return this.gone;
    const payload = `${BARRIER}${++this.barriers}`;
    return new Promise((done) => {
      this.waitingBarriers.set(payload, { upTo: this.unconfirmed.length, done });
      this.socket.ping(payload);
    });
  }

  /** True if the pong answered a barrier, which is none of the venue's own pings. */
  settleBarrier(payload: string): boolean {
    const barrier = this.waitingBarriers.get(payload);
    if (!barrier) return payload.startsWith(BARRIER);
    this.waitingBarriers.delete(payload);
    this.confirmFirst(barrier.upTo);
    barrier.done();
    return true;
  }

  /** Stops reading and writing while the connection stays open: what a client sees when packets vanish. */
  freeze(): void {
    this.frozen = true;
    this.socket.pause();
  }

  close(code: number, reason: string): void {
    this.closedByUs = true;
    if (!this.frozen) this.socket.close(code, reason);
  }

  /** Cuts the connection without a closing handshake; the client sees 1006. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Resets the TCP connection in the middle of a frame: the client has half of it and gets no more. */
  resetMidFrame(): void {
    const payload = Buffer.from('{"e":"forceOrder","o":{"s":"BTCUSDT","S":"SELL","q":"1"}}');
    const header = Buffer.from([0x81, payload.length]);
    this.tcp.write(Buffer.concat([header, payload.subarray(0, 30)]), () => this.tcp.resetAndDestroy());
  }

  private reorder(frame: DataFrame, size: number): void {
    this.window.push(frame);
    if (this.window.length >= size) this.flushWindow();
    else this.windowTimer ??= this.context.scheduler.after(REORDER_FLUSH_MS, () => this.flushWindow());
  }

  private flushWindow(): void {
    this.windowTimer?.cancel();
    this.windowTimer = undefined;
    const frames = this.window;
    this.window = [];
    while (frames.length > 0) {
      const [frame] = frames.splice(this.context.random.index(frames.length), 1);
      if (frame) this.delayed(frame);
    }
  }

  private delayed(frame: DataFrame): void {
    const { delayMs } = this.context.faults();
    if (delayMs > 0) this.context.scheduler.after(delayMs, () => this.write(frame));
    else this.write(frame);
  }

  private write({ text, events }: DataFrame): void {
    if (this.frozen) return;
    const mark = (state: 'FAILED' | 'WRITING' | 'FLUSHED', handed = false) => {
      for (const event of events) this.context.ledger.mark(event, this.id, state, handed);
    };
    if (!this.open) {
      mark('FAILED');
      return;
    }
    mark('WRITING', true);
    if (this.unconfirmed.length + events.length <= MAX_UNCONFIRMED) this.unconfirmed.push(...events);
    this.socket.send(text, (error) => mark(error ? 'FAILED' : 'FLUSHED'));
  }

  private confirmFirst(count: number): void {
    for (const event of this.unconfirmed.splice(0, count)) {
      this.context.ledger.mark(event, this.id, 'CONFIRMED');
    }
    for (const barrier of this.waitingBarriers.values()) barrier.upTo -= count;
  }

  private onClose(code: number): void {
    this.windowTimer?.cancel();
    // A peer that answered our closing frame has read everything before it.
    if (this.closedByUs && code !== 1006) this.confirmFirst(this.unconfirmed.length);
    for (const barrier of this.waitingBarriers.values()) barrier.done();
    this.waitingBarriers.clear();
  }
}
