import { Backoff } from './backoff.js';
import { asError, isPassing, wishedDelayMs } from './errors.js';
import { platformRandom, platformTimers, type Random, type Timers } from './timers.js';

/** How to go on asking. */
export interface PersistentOptions {
  /** Ends the asking: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told every failure after which it is asked again. */
  readonly onRetry?: ((error: Error) => void) | undefined;
  /** Where the ceiling of the waits stops to double, in milliseconds; default 30,000. */
  readonly longestMs?: number | undefined;
  readonly timers?: Timers;
  readonly random?: Random;
}

/**
 * Asks until there is an answer. After an error that passes (`isPassing`) it waits a random time below a ceiling that
 * doubles from one second to thirty, on top of what the server asked for with `retryAfterMs`; any other error is thrown.
 */
export async function persistently<T>(ask: () => Promise<T>, options: PersistentOptions = {}): Promise<T> {
  const { signal, onRetry, longestMs, timers = platformTimers, random = platformRandom } = options;
  const backoff = new Backoff(random, longestMs);
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || signal?.aborted === true) throw error;
      onRetry?.(asError(error));
      await pause(timers, backoff.nextDelayMs() + wishedDelayMs(error), signal);
    }
  }
}

/** Resolves after `delayMs`, or at once when the signal is given, or was before: a signal tells that only once. */
function pause(timers: Timers, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(delayMs, done);
    signal?.addEventListener('abort', done);
  });
}
