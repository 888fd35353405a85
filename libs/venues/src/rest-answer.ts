import { VenueError, type VenueFailure } from '@orderfox/feed';
import { describeValue } from './normalize-error.js';
import { isRecord } from './wire-row.js';

/** An answer of the wrong shape; `what` names the venue and the request. */
export function unreadableAnswer(what: string): VenueError {
  return new VenueError('UNREADABLE', `${what}: the answer has not the documented shape`);
}

/** The list behind a path of field names in a body. Throws VenueError (`UNREADABLE`) where there is none. */
export function listIn(body: unknown, what: string, ...path: readonly string[]): readonly unknown[] {
  const value = path.reduce((at, field) => (isRecord(at) ? at[field] : undefined), body);
  if (Array.isArray(value)) return value;
  throw unreadableAnswer(what);
}

/**
 * Checks the code in the body of venues that answer errors with HTTP 200. Throws VenueError with the venue's words;
 * `failures` says what the known codes mean, any other is `REFUSED`.
 */
export function requireCode(
  body: unknown,
  what: string,
  fields: { readonly code: string; readonly message: string; readonly good: unknown },
  failures: ReadonlyMap<unknown, VenueFailure>,
): void {
  if (!isRecord(body) || !(fields.code in body)) throw unreadableAnswer(what);
  const code = body[fields.code];
  if (code === fields.good) return;
  const failure = failures.get(code) ?? 'REFUSED';
  throw new VenueError(
    failure,
    `${what}: code ${describeValue(code)}, ${describeValue(body[fields.message])}`,
  );
}
