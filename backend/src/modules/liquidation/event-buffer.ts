import { type Liquidation } from '@orderfox/domain';

/** What one event weighs besides its raw text: its object, and some twenty short strings. Bytes, estimated. */
const EVENT_BYTES = 700;

/** How much may wait in memory. */
export interface BufferLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Events that wait in memory, first in, first out, bounded by number and by estimated size. */
export class EventBuffer {
  #events: Liquidation[] = [];
  #head = 0;
  #bytes = 0;

  constructor(private readonly limits: BufferLimits) {}

  get length(): number {
    return this.#events.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The event that has waited longest. */
  get first(): Liquidation | undefined {
    return this.#events[this.#head];
  }

  /** How full it is, by whichever limit is nearer: 0 to 1. */
  get fill(): number {
    return Math.max(this.length / this.limits.events, this.#bytes / this.limits.bytes);
  }

  /** Takes an event in, or answers false when there is no room. */
  offer(event: Liquidation): boolean {
    const bytes = weigh(event);
    if (this.length + 1 > this.limits.events || this.#bytes + bytes > this.limits.bytes) return false;
    this.#events.push(event);
    this.#bytes += bytes;
    return true;
  }

  /** Removes and returns at most `count` events, oldest first. */
  take(count: number): readonly Liquidation[] {
    const taken = this.#events.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    for (const event of taken) this.#bytes -= weigh(event);
    if (this.#head * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  /** Puts events back that were taken last. They may exceed the limits: they were counted when they came. */
  putBack(events: readonly Liquidation[]): void {
    this.#events = [...events, ...this.#events.slice(this.#head)];
    this.#head = 0;
    for (const event of events) this.#bytes += weigh(event);
  }
}

function weigh({ raw }: Liquidation): number {
  return EVENT_BYTES + raw.length;
}
