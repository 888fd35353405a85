import { GraphQLError } from 'graphql';

/** The codes a client can meet in `extensions.code`; docs/errors.md says what each asks of it. */
export const ERROR_CODES = [
  'BAD_USER_INPUT',
  'UNKNOWN_SYMBOL',
  'RANGE_TOO_WIDE',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
  'SLOW_CONSUMER',
  'CURSOR_EXPIRED',
  'UNAVAILABLE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error the caller can act on. `message` says what to do; `details` go beside `code` in `extensions`. */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, { extensions: { ...details, code } });
    this.name = 'ApiError';
  }
}
