import { type Shortage } from '../clients/client-ledger.js';
import { ApiError } from '../graphql-errors.js';

/** The refusal of a socket to a client that has opened too many lately; in `retryAfterMs` it may open one. */
export function connectionsTooFast(retryAfterMs: number): ApiError {
  return new ApiError(
    'RATE_LIMITED',
    'One address has opened too many sockets in a short time; keep the one you have, or try again after `retryAfterMs`',
    { retryAfterMs },
  );
}

/** The refusal of a socket while there are as many as may be. */
export function tooManySockets(whose: Shortage): ApiError {
  return whose === 'client'
    ? new ApiError('RATE_LIMITED', 'Too many sockets of one client address at once; close one')
    : new ApiError('UNAVAILABLE', 'Too many sockets on this server at once; try again in a moment');
}
