import { Backoff } from './backoff.js';
import { isPassing, wishedDelayMs } from './errors.js';
import { type GraphqlSocket, type OperationRequest } from './graphql-socket.js';
import { type Random, type Timers } from './timers.js';

/** What becomes of a live operation. */
export interface LiveOperationListener {
  /** One result. */
  data(data: unknown): void;
  /** An error that trying again does not cure as it is. True: mended, ask again; false: it is over. */
  failed(error: Error): boolean;
  /** An error that passes; it will be asked again. */
  retried(error: Error): void;
}

/**
 * One subscription kept alive: lost connections are the socket's business, an error that passes (the server was busy,
 * or had to let a slow reader go) and an end that nobody asked for are answered here by asking again, ever more slowly.
 */
export class LiveOperation {
  readonly #backoff: Backoff;
  #stop: (() => void) | undefined;
  #over = false;

  /** @param request what to ask; read anew at every attempt */
  constructor(
    private readonly socket: GraphqlSocket,
    private readonly timers: Timers,
    random: Random,
    private readonly request: OperationRequest,
    private readonly listener: LiveOperationListener,
  ) {
    this.#backoff = new Backoff(random);
  }

  /** Asks the server. Does nothing when it is being asked already. */
  start(): void {
    if (this.#stop !== undefined || this.#over) return;
    this.#stop = this.socket.open(this.request, {
      data: (data) => {
        this.#backoff.reset();
        this.listener.data(data);
      },
      completed: () => this.#again(0),
      failed: (error) => {
        if (isPassing(error)) this.listener.retried(error);
        else if (!this.listener.failed(error)) {
          this.stop();
          return;
        }
        this.#again(wishedDelayMs(error));
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

  /** Jitter comes on top of the server's wish: those it told the same must not come back at the same moment. */
  #again(wishedMs: number): void {
    if (this.#over || this.socket.isClosed) return;
    this.#stop = this.timers.after(wishedMs + this.#backoff.nextDelayMs(), () => {
      this.#stop = undefined;
      this.start();
    });
  }
}
