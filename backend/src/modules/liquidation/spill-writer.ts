import { type Liquidation } from '@orderfox/domain';
import { type EventBuffer } from './event-buffer.js';
import { type LiquidationSpool } from './liquidation-spool.js';

const CHUNK_EVENTS = 1_000;

/** Moves events from memory to the spool, one move at a time, in order. */
export class SpillWriter {
  #running: Promise<unknown> | undefined;
  #moving: readonly Liquidation[] = [];

  constructor(
    private readonly buffer: EventBuffer,
    private readonly spool: LiquidationSpool,
  ) {}

  /** Events taken from the buffer and not yet safe on disk. */
  get moving(): number {
    return this.#moving.length;
  }

  get first(): Liquidation | undefined {
    return this.#moving[0];
  }

  /** Resolves when no move is going on. */
  get idle(): Promise<unknown> {
    return this.#running ?? Promise.resolve();
  }

  /**
   * Empties the buffer into the spool; a call while that goes on joins it. Resolves with what stopped it, if anything
   * did: then the events are in the buffer again.
   */
  run(): Promise<unknown> {
    this.#running ??= this.#move().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #move(): Promise<unknown> {
    try {
      while (this.buffer.length > 0) {
        this.#moving = this.buffer.take(CHUNK_EVENTS);
        await this.spool.append(this.#moving);
        this.#moving = [];
      }
      return undefined;
    } catch (error) {
      this.buffer.putBack(this.#moving);
      return error;
    } finally {
      this.#moving = [];
    }
  }
}
