import { type Clock, type Timer } from '@orderfox/feed';

/** The part of a `ws` socket that pings need. */
export interface PingableSocket {
  ping(): void;
  terminate(): void;
}

/** Parts into which the sockets are divided, so that they are not all pinged in the same moment. */
const SLOTS = 12;

/**
 * Pings every socket once a round and cuts those that did not answer the ping of the round before: a laptop that was
 * closed sends no goodbye. One timer for all sockets, and none while there are none.
 */
export class PingWheel {
  readonly #slots = Array.from({ length: SLOTS }, () => new Map<PingableSocket, boolean>());
  readonly #slotOf = new Map<PingableSocket, Map<PingableSocket, boolean>>();
  #next = 0;
  #timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    /** How long a round takes; who does not answer within one is cut. */
    private readonly roundMs: number,
    private readonly onUnanswered: () => void,
  ) {}

  get size(): number {
    return this.#slotOf.size;
  }

  add(socket: PingableSocket): void {
    // The slot whose turn was last comes again after nearly a whole round.
    const slot = this.#slots[(this.#next + SLOTS - 1) % SLOTS];
    if (slot === undefined) return;
    slot.set(socket, true);
    this.#slotOf.set(socket, slot);
    this.#timer ??= this.#wait();
  }

  /** The socket answered. */
  answered(socket: PingableSocket): void {
    const slot = this.#slotOf.get(socket);
    if (slot?.has(socket) === true) slot.set(socket, true);
  }

  remove(socket: PingableSocket): void {
    this.#slotOf.get(socket)?.delete(socket);
    this.#slotOf.delete(socket);
    if (this.#slotOf.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(): Timer {
    return this.clock.after(this.roundMs / SLOTS, () => {
      const slot = this.#slots[this.#next];
      this.#next = (this.#next + 1) % SLOTS;
      this.#timer = this.#wait();
      for (const [socket, hasAnswered] of slot ?? []) {
        if (hasAnswered) {
          slot?.set(socket, false);
          socket.ping();
        } else {
          this.onUnanswered();
          this.remove(socket);
          socket.terminate();
        }
      }
    });
  }
}
