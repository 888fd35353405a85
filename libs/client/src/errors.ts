/** The answer of the server to an operation was an error. `code` is one of those listed in the API's documentation. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** `extensions.code`, such as `UNKNOWN_SYMBOL`; `UNKNOWN` where the server gave none. */
    readonly code: string,
    message: string,
    /** What the server put beside the code, such as `suggestions`, the last `cursor` or `retryAfterMs`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** How long the server asks to be left alone, in milliseconds; undefined where it does not say. */
  get retryAfterMs(): number | undefined {
    return positive(this.details.retryAfterMs);
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
    /** How long whoever answered asks to be left alone, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message, options);
  }
}

const MEND = 'This is a fault of the client or of something between it and the server; report it';
/** What to do about a close code that ends everything; the codes are those of the API's documentation. */
const ADVICE: Readonly<Record<number, string>> = {
  1002: MEND,
  1003: MEND,
  1007: MEND,
  1008: 'Too much was sent in too short a time: open and leave streams less often',
  1009: 'A message was too large: send smaller documents and variables',
  4400: MEND,
  4401: MEND,
  4403: 'Access is denied: check address, origin and credentials',
  4406: MEND,
  4409: MEND,
  4429: MEND,
  4500: 'The server has a fault: its log says which; connect again later',
};

/** The server closed the socket for a reason that trying again does not cure. `message` says what does. */
export class ConnectionRefusedError extends Error {
  override readonly name = 'ConnectionRefusedError';
  /** What to do, in a sentence. */
  readonly advice: string;

  constructor(
    /** WebSocket close code. */
    readonly closeCode: number,
    /** The server's own words; may be empty. */
    readonly reason: string,
  ) {
    const advice = ADVICE[closeCode] ?? 'Trying again does not cure this; see the list of close codes';
    super(
      `The server closed the connection for good (${closeCode}${reason === '' ? '' : `: ${reason}`}). ${advice}.`,
    );
    this.advice = advice;
  }
}

/** The reader of a subscription fell behind by more results than its buffer holds. Nothing was skipped before this. */
export class BufferOverflowError extends Error {
  override readonly name = 'BufferOverflowError';

  constructor(readonly limit: number) {
    super(`The reader of this subscription is more than ${limit} results behind`);
  }
}

/** Something was asked of a client after its `close`. */
export class ClientClosedError extends Error {
  override readonly name = 'ClientClosedError';

  constructor() {
    super('This client was closed; make a new one');
  }
}

/** Codes after which the same operation may well succeed a little later. */
const PASSING = new Set(['SLOW_CONSUMER', 'UNAVAILABLE', 'RATE_LIMITED']);

/** Whether waiting and asking again is the right answer to this error. */
export function isPassing(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && PASSING.has(error.code));
}

/** A wish to be left alone for longer than this is a mistake of somebody. */
const LONGEST_WISH_MS = 600_000;

/** How long an error asks to be left alone, in milliseconds: 0 where it does not say, ten minutes at most. */
export function wishedDelayMs(error: unknown): number {
  const asks = error instanceof ApiError || error instanceof NetworkError ? error.retryAfterMs : undefined;
  return Math.min(asks ?? 0, LONGEST_WISH_MS);
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

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
