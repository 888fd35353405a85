import { asError, ClientClosedError } from './errors.js';
import { EventQueue } from './event-queue.js';
import { type GraphqlSocket } from './graphql-socket.js';
import { type Ask } from './liquidation-history.js';
import { type Random, type Timers } from './timers.js';

/** How a stream is read. */
export interface StreamOptions {
  /** Most results held for a reader that is behind; default 1,000. */
  readonly bufferLimit?: number | undefined;
  /** Ends the stream, here and at the server; the loop over it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told every error after which the server is asked again, so that a program can write it down. */
  readonly onRetry?: ((error: Error) => void) | undefined;
}

/** What a stream needs from the client. */
export interface StreamTools {
  readonly socket: GraphqlSocket;
  readonly ask: Ask;
  readonly timers: Timers;
  readonly random: Random;
  /** Called at the client's close: how each open stream ends. */
  readonly open: Set<() => void>;
}

/**
 * The queue between a stream and its reader, which ends when the reader leaves the loop, when its signal is given and
 * when the client is closed. On a client that is closed already it fails at once.
 */
export function readerQueue<T>(
  tools: StreamTools,
  { bufferLimit = 1_000, signal }: StreamOptions,
  on: { drained(): void; left(): void },
): EventQueue<T> {
  const abort = () => queue.abort(asError(signal?.reason));
  const close = () => void queue.return();
  const queue = new EventQueue<T>(
    Math.max(1, bufferLimit),
    () => on.drained(),
    () => {
      signal?.removeEventListener('abort', abort);
      tools.open.delete(close);
      on.left();
    },
  );
  signal?.addEventListener('abort', abort);
  tools.open.add(close);
  if (tools.socket.isClosed) queue.fail(new ClientClosedError());
  else if (signal?.aborted === true) abort();
  return queue;
}
