import { type Clock } from '@orderfox/feed';
import { BacklogWatch } from './backlog-watch.js';
import { FrameWire } from './frame-wire.js';
import { MessageWire } from './message-wire.js';
import { takesFrames, type Wire, type WireEnds } from './wire.js';

/** Counts over all sockets since the start, for the metrics. */
export class OutletCounters {
  /** Writes to sockets; each carries what was collected in a turn. */
  writes = 0;
  /** Messages written. */
  messages = 0;
  /** Bytes written, as frames. */
  bytes = 0;
  /** Readers given up because they were too slow. */
  givenUp = 0;
}

/** Something that collects and writes once per turn. */
export interface Flushable {
  flush(): void;
}

/**
 * What all sockets of a process share on their way out. Writes for every socket what was collected for it in this turn
 * of the event loop, all in one go at its end: a write costs far more than the bytes in it.
 */
export class TurnWriter {
  readonly counters = new OutletCounters();
  readonly watch: BacklogWatch;
  readonly #frames = new FrameWire();
  readonly #messages = new MessageWire();
  #collecting: Flushable[] = [];

  constructor(
    /** Runs a task at the end of this turn of the event loop: `setImmediate`. */
    private readonly nextTurn: (task: () => void) => void,
    clock: Clock,
  ) {
    this.watch = new BacklogWatch(clock);
  }

  /** Sockets whose readers are behind now. */
  get backlogged(): number {
    return this.watch.size;
  }

  /** The fastest way to write to such a socket. */
  wireFor(ends: WireEnds): Wire {
    return takesFrames(ends) ? this.#frames : this.#messages;
  }

  /** Flushes it at the end of this turn. */
  add(outlet: Flushable): void {
    this.#collecting.push(outlet);
    if (this.#collecting.length === 1) this.nextTurn(() => this.#flush());
  }

  /** To be called when no socket is left. */
  close(): void {
    this.watch.close();
  }

  #flush(): void {
    const outlets = this.#collecting;
    this.#collecting = [];
    let done = 0;
    try {
      for (const outlet of outlets) {
        done += 1;
        outlet.flush();
      }
    } finally {
      // A fault at one socket is no reason to leave the others unwritten.
      for (const outlet of outlets.slice(done)) this.add(outlet);
    }
  }
}
