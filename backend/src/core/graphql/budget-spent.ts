import { ApiError } from '../graphql-errors.js';

/** The refusal of an operation whose points its sender does not have yet; in `waitMs` it will. */
export function budgetSpent(waitMs: number): ApiError {
  return new ApiError(
    'RATE_LIMITED',
    'The points of this minute are spent; try again after `retryAfterMs` milliseconds, or ask for less',
    { retryAfterMs: Math.ceil(waitMs) },
  );
}

/** The refusal of a request beyond those that one address may make; in `retryAfterMs` it may make one. */
export function tooManyRequests(retryAfterMs: number): ApiError {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new ApiError('RATE_LIMITED', `More requests than one address may make; ask again in ${seconds} s`, {
    retryAfterMs,
  });
}
