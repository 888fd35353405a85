import { BufferOverflowError } from './errors.js';
import { type OperationRequest } from './graphql-socket.js';
import { LiveOperation } from './live-operation.js';
import { readerQueue, type StreamOptions, type StreamTools } from './stream-reader.js';

/**
 * Results of any subscription, for as long as they are read. After a lost connection it is simply asked again, which is
 * right for streams that begin with a snapshot; for events, which must not be missed, see EventStream.
 */
export function openSubscription<TResult>(
  tools: StreamTools,
  request: OperationRequest,
  options: StreamOptions,
): AsyncIterableIterator<TResult, undefined> {
  const operation = new LiveOperation(tools.socket, tools.timers, tools.random, request, {
    data: (data) => {
      if (results.isFull) results.fail(new BufferOverflowError(results.limit));
      else results.push(data as TResult);
    },
    failed: (error) => {
      results.fail(error);
      return false;
    },
    retried: (error) => results.tell(() => options.onRetry?.(error)),
  });
  const results = readerQueue<TResult>(tools, options, {
    drained: () => undefined,
    left: () => operation.stop(),
  });
  operation.start();
  return results;
}
