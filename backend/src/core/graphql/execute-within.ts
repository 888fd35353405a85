import { type Clock } from '@orderfox/feed';
import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { ApiError } from '../graphql-errors.js';

/**
 * Executes an operation, but gives it up after `ms`: the answer is then `data: null` with UNAVAILABLE, and what its
 * resolvers still bring is dropped. Nothing of theirs runs on for long, since a database statement ends by itself after
 * the same time. An answer that needs no waiting comes at once, without a timer.
 */
export function executeWithin(
  args: ExecutionArgs,
  ms: number,
  clock: Clock,
): ExecutionResult | Promise<ExecutionResult> {
  const answer = execute(args);
  if (!(answer instanceof Promise)) return answer;
  const late = Promise.withResolvers<ExecutionResult>();
  const timer = clock.after(ms, () => late.resolve({ data: null, errors: [tookTooLong(ms)] }));
  return Promise.race([answer, late.promise]).finally(() => timer.cancel());
}

function tookTooLong(ms: number): ApiError {
  return new ApiError(
    'UNAVAILABLE',
    `No answer within ${ms / 1_000} seconds: ask for fewer rows or a shorter range, or try again in a moment`,
    { timeoutMs: ms },
  );
}
