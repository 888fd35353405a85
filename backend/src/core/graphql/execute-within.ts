import { type Clock } from '@orderfox/feed';
import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { ApiError } from '../graphql-errors.js';
import { type OperationLife } from './operation-life.js';

/** Executes what `executeWithin` was given, with the life in the context. */
export type Run = (
  args: ExecutionArgs & { readonly contextValue: object },
) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Executes an operation, but gives it up after `ms`: the answer is then `data: null` with UNAVAILABLE, and what its
 * resolvers still bring is dropped. Nothing of theirs runs on for long: a database statement ends by itself after the
 * same time, and who asks others stops when `life`, which resolvers find in their context, is over. It is over with the
 * answer, too: an error in one field can end it while others are still at work. An answer that needs no waiting comes at
 * once, without a timer.
 */
export function executeWithin(
  args: ExecutionArgs & { readonly contextValue?: object },
  ms: number,
  clock: Clock,
  life: OperationLife,
  run: Run = execute,
): ExecutionResult | Promise<ExecutionResult> {
  const answer = run({ ...args, contextValue: { ...args.contextValue, life } });
  if (!(answer instanceof Promise)) return answer;
  const late = Promise.withResolvers<ExecutionResult>();
  const timer = clock.after(ms, () => {
    const error = tookTooLong(ms);
    late.resolve({ data: null, errors: [error] });
    life.end(error);
  });
  return Promise.race([answer, late.promise]).finally(() => {
    timer.cancel();
    life.end();
  });
}

function tookTooLong(ms: number): ApiError {
  return new ApiError(
    'UNAVAILABLE',
    `No answer within ${ms / 1_000} seconds: ask for fewer rows or a shorter range, or try again in a moment`,
    { timeoutMs: ms },
  );
}
