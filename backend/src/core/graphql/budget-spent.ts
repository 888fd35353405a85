import { ApiError } from '../graphql-errors.js';

/** The refusal of an operation whose points its sender does not have yet; in `waitMs` it will. */
export function budgetSpent(waitMs: number): ApiError {
  return new ApiError(
    'RATE_LIMITED',
    'The points of this minute are spent; try again after `retryAfterMs` milliseconds, or ask for less',
    { retryAfterMs: Math.ceil(waitMs) },
  );
}
