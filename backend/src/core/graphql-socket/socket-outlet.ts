import { type Clock, type Timer } from '@orderfox/feed';
import { Backlog } from './backlog.js';
import { type Lagger } from './backlog-watch.js';
import { MessageBatch } from './message-batch.js';
import { OperationOutlet } from './operation-outlet.js';
import { type SocketLimits } from './socket-limits.js';
import { type Flushable, type TurnWriter } from './turn-writer.js';
import { type Wire, type WireEnds, type WireListener } from './wire.js';

/** What leaves for whom, and who hears of its troubles. */
export interface OutletParts extends WireEnds {
  /** Shared by all sockets of the process. */
  readonly turns: TurnWriter;
  readonly limits: OutletLimits;
  readonly clock: Clock;
  /**
   * Called once, when a bound is exceeded. What is sent until the end of this turn still leaves before the close frame;
   * what was handed over before leaves before that, the message that exceeded the bound included.
   */
  readonly onSlow: () => void;
  /** Called once per backlog, when half of a bound is reached. */
  readonly onLagging: (unsentMessages: number) => void;
}

/** The limits that bound what waits for a reader. */
export type OutletLimits = Pick<
  SocketLimits,
  'pauseAtBytes' | 'maxUnsentBytes' | 'maxUnsentMessages' | 'maxUnsentMs' | 'closeWithinMs'
>;

/** Close code "try again later": clients reconnect and resume. */
const TRY_AGAIN_LATER = 1_013;

/** Room for the reason in a close frame (RFC 6455, 5.5: 125 bytes, two of them for the code). */
const CLOSE_REASON_BYTES = 123;

/** Unsent messages, as a share of those allowed, beyond which who can wait does: short ones are few bytes. */
const PAUSE_SHARE = 4;

/** Collected bytes beyond which the end of the turn is not waited for. */
const WRITE_AT_BYTES = 64 * 1_024;

/**
 * `open`: takes everything. `ending`: given up, takes last words alone until the turn ends. `closing`: takes nothing,
 * writes what waits and then the close frame. `closed`: nothing happens any more.
 */
type Phase = 'open' | 'ending' | 'closing' | 'closed';

interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly cut: Timer;
}

/**
 * Everything that leaves through one GraphQL socket, in the order in which it was handed over: collected for a turn of
 * the event loop, written once. As long as the network takes everything at once nothing is kept; what it does not take
 * waits here by reference and is bounded in bytes, messages and age. A reader beyond a bound is given up.
 */
export class SocketOutlet implements Flushable, Lagger, WireListener {
  readonly #parts: OutletParts;
  readonly #wire: Wire;
  #phase: Phase = 'open';
  #isAdded = false;
  #collected: MessageBatch | undefined;
  #backlog: Backlog | undefined;
  #closing: Closing | undefined;
  #room: PromiseWithResolvers<undefined> | undefined;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.#wire = parts.turns.wireFor(parts);
  }

  /** The way out for one operation. */
  operation(id: string): OperationOutlet {
    return new OperationOutlet(this, id);
  }

  /** Sends a message of the protocol, after everything handed over before it. */
  send(text: string): void {
    if (this.#phase === 'open' || this.#phase === 'ending') this.#take('', Buffer.from(text));
  }

  /** Sends a result: a head in ASCII, the body and a closing brace. For OperationOutlet. */
  deliver(head: string, body: Uint8Array): void {
    if (this.#phase === 'open') this.#take(head, body);
  }

  /** Bytes handed over that have not left for the network. */
  get unsentBytes(): number {
    const collected = this.#collected?.bytes ?? 0;
    return collected + (this.#backlog?.waitingBytes ?? 0) + this.#wire.unsentBytes(this.#parts);
  }

  /** Messages handed over that have not left for the network. */
  get unsentMessages(): number {
    return (this.#collected?.messages ?? 0) + (this.#backlog?.messages ?? 0);
  }

  /** More waits than a reader that keeps up would leave; also while the socket ends, which takes nothing any more. */
  get isCongested(): boolean {
    if (this.#phase !== 'open') return this.#phase !== 'closed';
    const { pauseAtBytes, maxUnsentMessages } = this.#parts.limits;
    return this.unsentBytes > pauseAtBytes || this.unsentMessages > maxUnsentMessages / PAUSE_SHARE;
  }

  /** Resolves once it is no longer congested, or the socket is closed. */
  uncongested(): Promise<void> {
    if (!this.isCongested) return Promise.resolve();
    this.#room ??= Promise.withResolvers<undefined>();
    return this.#room.promise;
  }

  /** Ends a reader that is too slow: its operations are told, then the socket closes with "try again later". */
  giveUp(): void {
    if (this.#phase !== 'open') return;
    const { turns, onSlow } = this.#parts;
    this.#phase = 'ending';
    turns.watch.remove(this);
    turns.counters.givenUp += 1;
    this.#flushWithTurn();
    onSlow();
  }

  /** Closes after what was handed over, and cuts the connection if the other side does not do its part in time. */
  close(code: number, reason: string): void {
    if (this.#phase === 'closing' || this.#phase === 'closed') return;
    const { clock, socket, limits, turns } = this.#parts;
    this.#phase = 'closing';
    turns.watch.remove(this);
    this.#closing = {
      code,
      reason: asCloseReason(reason),
      cut: clock.after(limits.closeWithinMs, () => socket.terminate()),
    };
    this.flush();
  }

  /** To be called when the socket is closed: forgets what waits, timers included, and lets waiting senders go. */
  dispose(): void {
    this.#phase = 'closed';
    this.#closing?.cut.cancel();
    this.#closing = undefined;
    this.#forgetUnsent();
    this.#room?.resolve(undefined);
    this.#room = undefined;
  }

  /** Writes what was collected. For TurnWriter, at the end of a turn. */
  flush(): void {
    this.#isAdded = false;
    if (this.#phase === 'ending') this.close(TRY_AGAIN_LATER, 'slow consumer');
    else this.#writeCollected();
  }

  /** For BacklogWatch. */
  checkAge(nowMs: number): number | undefined {
    if (this.#backlog === undefined) return undefined;
    const { maxUnsentMs } = this.#parts.limits;
    this.#judge(nowMs);
    const dueMs = this.#backlog.wasTold ? maxUnsentMs : maxUnsentMs / 2;
    return this.#phase === 'open' ? this.#backlog.oldestMs + dueMs - nowMs : undefined;
  }

  /** For the wire: the write under way has left, or never will. */
  onLeft(): void {
    if (this.#backlog !== undefined) this.#writeBacklog(this.#backlog);
    this.#afterWriting();
  }

  #take(head: string, body: Uint8Array): void {
    const { limits } = this.#parts;
    const collected = (this.#collected ??= new MessageBatch());
    collected.add(head, body);
    this.#flushWithTurn();
    // A burst is written in pieces: what the network would have taken must not count as unsent.
    if (collected.bytes > WRITE_AT_BYTES || collected.messages * 2 > limits.maxUnsentMessages)
      this.#writeCollected();
    else if (this.#backlog !== undefined) this.#judge();
  }

  #flushWithTurn(): void {
    if (this.#isAdded) return;
    this.#isAdded = true;
    this.#parts.turns.add(this);
  }

  #writeCollected(): void {
    const collected = this.#collected;
    this.#collected = undefined;
    if (collected !== undefined) {
      if (this.#backlog === undefined) this.#writeFirst(collected);
      else this.#backlog.add(collected, this.#parts.clock.monotonicMs());
      this.#judge();
    }
    this.#afterWriting();
  }

  #writeFirst(batch: MessageBatch): void {
    if (this.#write(batch)) return;
    const { turns, clock, limits } = this.#parts;
    // Its reader had read all there was. One answer that is larger than the bound does not make it slow; its age may.
    const isExcused = batch.bytes > limits.maxUnsentBytes;
    this.#backlog = new Backlog(batch.messages, isExcused ? batch.bytes : 0, clock.monotonicMs());
    if (this.#phase === 'open') turns.watch.add(this, limits.maxUnsentMs / 2);
  }

  /** Writes on until something is under way again or nothing is left. */
  #writeBacklog(backlog: Backlog): void {
    for (let batch = backlog.next(); batch !== undefined; batch = backlog.next()) {
      if (!this.#write(batch)) return;
    }
    this.#backlog = undefined;
    this.#parts.turns.watch.remove(this);
  }

  /** Whether all of it has left, or is lost with its connection: either way nothing of it waits any more. */
  #write(batch: MessageBatch): boolean {
    const { socket, turns } = this.#parts;
    // Nothing may follow a close frame, whoever sent it.
    if (socket.readyState !== socket.OPEN) return true;
    turns.counters.writes += 1;
    turns.counters.messages += batch.messages;
    turns.counters.bytes += batch.bytes;
    return this.#wire.write(this.#parts, batch, this);
  }

  #afterWriting(): void {
    const { socket } = this.#parts;
    if (this.#closing !== undefined && this.#backlog === undefined && socket.readyState === socket.OPEN) {
      socket.close(this.#closing.code, this.#closing.reason);
    }
    if (this.#room !== undefined && !this.isCongested) {
      this.#room.resolve(undefined);
      this.#room = undefined;
    }
  }

  /** Holds what is unsent against the bounds; the age only where the time is given. */
  #judge(nowMs?: number): void {
    const backlog = this.#backlog;
    if (this.#phase !== 'open' || backlog === undefined) return;
    const { limits, onLagging } = this.#parts;
    const used = Math.max(
      (this.unsentBytes - backlog.excusedBytes) / limits.maxUnsentBytes,
      this.unsentMessages / limits.maxUnsentMessages,
    );
    const age = nowMs === undefined ? 0 : (nowMs - backlog.oldestMs) / limits.maxUnsentMs;
    if (used > 1 || age >= 1) {
      this.giveUp();
    } else if (!backlog.wasTold && (used > 0.5 || age >= 0.5)) {
      backlog.wasTold = true;
      onLagging(this.unsentMessages);
    }
  }

  #forgetUnsent(): void {
    this.#collected = undefined;
    this.#backlog = undefined;
    this.#parts.turns.watch.remove(this);
  }
}

/** As much of a text as fits into a close frame, which `ws` refuses to cut. */
function asCloseReason(text: string): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(CLOSE_REASON_BYTES)).read);
}
