/** The answer of the server to an operation was an error. `code` is one of those listed in the API's documentation. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** `extensions.code`, such as `UNKNOWN_SYMBOL`; `UNKNOWN` where the server gave none. */
    readonly code: string,
    message: string,
    /** What the server put beside the code, such as `suggestions` or the last `cursor`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** No usable answer came: the server could not be reached, or what answered was not the API. Worth trying again. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor(
    message: string,
    /** HTTP status, where an answer came at all. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server closed the socket for a reason that trying again does not cure, such as a protocol error. */
export class ConnectionRefusedError extends Error {
  override readonly name = 'ConnectionRefusedError';

  constructor(
    /** WebSocket close code. */
    readonly closeCode: number,
    readonly reason: string,
  ) {
    super(`The server closed the connection for good (${closeCode}${reason === '' ? '' : `: ${reason}`})`);
  }
}

/** The reader of a subscription fell behind by more events than its buffer holds. Nothing was skipped before this. */
export class BufferOverflowError extends Error {
  override readonly name = 'BufferOverflowError';

  constructor(readonly limit: number) {
    super(`The reader of this subscription is more than ${limit} events behind`);
  }
}

/** Codes after which the same operation may well succeed a little later. */
const PASSING = new Set(['SLOW_CONSUMER', 'UNAVAILABLE', 'RATE_LIMITED']);

/** Whether waiting and asking again is the right answer to this error. */
export function isPassing(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && PASSING.has(error.code));
}

/** Makes the first of a response's errors an ApiError. Anything malformed becomes code `UNKNOWN`. */
export function apiErrorFrom(errors: readonly unknown[]): ApiError {
  const first = errors[0];
  if (!isRecord(first)) return new ApiError('UNKNOWN', 'The server answered with an error');
  const { code, ...details } = isRecord(first.extensions) ? first.extensions : {};
  const message = typeof first.message === 'string' ? first.message : 'The server answered with an error';
  return new ApiError(typeof code === 'string' ? code : 'UNKNOWN', message, details);
}

/** Narrows to an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was thrown, as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
