import { BufferOverflowError } from './errors.js';
import { EventQueue } from './event-queue.js';
import { type OperationRequest } from './graphql-socket.js';
import { LiveOperation } from './live-operation.js';
import { type StreamTools } from './liquidation-stream.js';

/**
 * Results of any subscription, for as long as they are read. After a lost connection it is simply asked again, which is
 * right for streams that begin with a snapshot; for liquidations, which must not be missed, see LiquidationStream.
 */
export function openSubscription<TResult>(
  tools: StreamTools,
  request: OperationRequest,
  bufferLimit: number,
): AsyncIterableIterator<TResult, undefined> {
  const results = new EventQueue<TResult>(
    bufferLimit,
    () => undefined,
    () => operation.stop(),
  );
  const operation = new LiveOperation(tools.socket, tools.timers, tools.random, request, {
    data: (data) => {
      if (results.isFull) results.fail(new BufferOverflowError(bufferLimit));
      else results.push(data as TResult);
    },
    failed: (error) => results.fail(error),
  });
  operation.start();
  return results;
}
