import { Backoff } from './backoff.js';
import { isPassing } from './errors.js';
import { type GraphqlSocket, type OperationRequest } from './graphql-socket.js';
import { type Random, type Timers } from './timers.js';

/**
 * One subscription kept alive: lost connections are the socket's business, an error that passes (the server was busy,
 * or had to let a slow reader go) and an end that nobody asked for are answered here by asking again, ever more slowly.
 */
export class LiveOperation {
  readonly #backoff: Backoff;
  #stop: (() => void) | undefined;
  #over = false;

  /**
   * @param request what to ask; read anew at every attempt
   * @param on `data` is told each result, `failed` the error that ended it
   */
  constructor(
    private readonly socket: GraphqlSocket,
    private readonly timers: Timers,
    random: Random,
    private readonly request: OperationRequest,
    private readonly on: {
      data(data: unknown): void;
      failed(error: Error): void;
    },
  ) {
    this.#backoff = new Backoff(random);
  }

  /** Asks the server. Does nothing when it is being asked already. */
  start(): void {
    if (this.#stop !== undefined || this.#over) return;
    this.#stop = this.socket.open(this.request, {
      data: (data) => {
        this.#backoff.reset();
        this.on.data(data);
      },
      completed: () => this.#again(this.#backoff.nextDelayMs()),
      failed: (error) => {
        if (!isPassing(error)) {
          this.stop();
          this.on.failed(error);
          return;
        }
        this.#again(Math.max(this.#backoff.nextDelayMs(), retryAfterMs(error)));
      },
    });
  }

  /** Lets go of the server for now; `start` goes on. */
  pause(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Ends it for good. */
  stop(): void {
    this.#over = true;
    this.pause();
  }

  #again(delayMs: number): void {
    if (this.#over || this.socket.isClosed) return;
    const cancel = this.timers.after(delayMs, () => {
      this.#stop = undefined;
      this.start();
    });
    this.#stop = cancel;
  }
}

/** How long the server asks to be left alone; 0 where it does not say. Capped, for a clock may be wrong. */
function retryAfterMs(error: Error): number {
  const details = 'details' in error ? (error.details as Readonly<Record<string, unknown>>) : {};
  const wish = details.retryAfterMs;
  return typeof wish === 'number' && wish > 0 ? Math.min(wish, 60_000) : 0;
}
