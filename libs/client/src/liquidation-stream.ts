import { asError, isPassing } from './errors.js';
import { EventQueue } from './event-queue.js';
import {
  LiquidationAddedDocument,
  type LiquidationAddedSubscription,
  type LiquidationFilter,
} from './generated/graphql.js';
import { Backoff } from './backoff.js';
import { type GraphqlSocket, type OperationRequest } from './graphql-socket.js';
import { lastCursor, type Ask, type Liquidation } from './liquidation-history.js';
import { LiveOperation } from './live-operation.js';
import { RecentIds } from './recent-ids.js';
import { type Random, type Timers } from './timers.js';

/** What to stream, and from where. */
export interface LiquidationStreamOptions {
  readonly filter?: LiquidationFilter;
  /** A cursor to go on after. Left out: from now on. */
  readonly after?: string;
  /** Most events held for a reader that is behind; default 1,000. Beyond it the server is asked to wait. */
  readonly bufferLimit?: number;
}

/** What a stream needs from the client. */
export interface StreamTools {
  readonly socket: GraphqlSocket;
  readonly ask: Ask;
  readonly timers: Timers;
  readonly random: Random;
}

/**
 * Every liquidation that matches, in order, once each, for as long as it is read. The cursor of the last event received
 * goes into the subscription before it is sent anew, so nothing is lost or doubled over lost connections, restarts of
 * the server and `SLOW_CONSUMER`. When the reader is `bufferLimit` events behind, the subscription is let go and taken
 * up again at that cursor once the reader has caught up: memory stays bounded and still nothing is lost.
 */
export class LiquidationStream {
  readonly events: EventQueue<Liquidation>;
  readonly #request: OperationRequest;
  readonly #operation: LiveOperation;
  readonly #seen: RecentIds;
  #parked = false;
  #over = false;

  constructor(
    private readonly tools: StreamTools,
    private readonly options: LiquidationStreamOptions,
  ) {
    const limit = Math.max(1, options.bufferLimit ?? 1_000);
    this.#seen = new RecentIds(limit + 1_000);
    this.#request = { query: LiquidationAddedDocument.toString(), variables: { filter: options.filter } };
    this.#operation = new LiveOperation(tools.socket, tools.timers, tools.random, this.#request, {
      data: (data) => this.#receive((data as LiquidationAddedSubscription).liquidationAdded),
      failed: (error) => this.events.fail(error),
    });
    this.events = new EventQueue(
      limit,
      () => this.#unpark(),
      () => this.#leave(),
    );
    void this.#start();
  }

  /** A stream from now on begins with the question where now is: only a cursor makes a lost connection harmless. */
  async #start(): Promise<void> {
    try {
      this.#moveTo(this.options.after ?? (await this.#persistently(() => lastCursor(this.tools.ask))));
    } catch (error) {
      this.events.fail(asError(error));
      return;
    }
    if (!this.#over) this.#operation.start();
  }

  #receive(liquidation: Liquidation): void {
    if (this.#over || !this.#seen.add(liquidation.id)) return;
    this.#moveTo(liquidation.cursor);
    this.events.push(liquidation);
    if (this.events.isFull && !this.#parked) {
      this.#parked = true;
      this.#operation.pause();
    }
  }

  #moveTo(cursor: string): void {
    this.#request.variables.after = cursor;
  }

  #unpark(): void {
    if (!this.#parked) return;
    this.#parked = false;
    this.#operation.start();
  }

  #leave(): void {
    this.#over = true;
    this.#operation.stop();
  }

  async #persistently<T>(ask: () => Promise<T>): Promise<T> {
    const backoff = new Backoff(this.tools.random);
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error) || this.#over || this.tools.socket.isClosed) throw error;
        await new Promise<void>((resolve) => this.tools.timers.after(backoff.nextDelayMs(), resolve));
      }
    }
  }
}
