import { type ErrorFormatter } from '../../core/graphql/error-formatter.js';

/** What a client of the compatible API is told of an error: what GraphQL would tell, flat. */
export interface CompatProblem {
  /** One of the codes of docs/errors.md. */
  readonly code: string;
  readonly message: string;
  /** More of what GraphQL has in `extensions`, such as `suggestions`. */
  readonly [detail: string]: unknown;
}

/** The HTTP answer to a request that failed. */
export interface ProblemAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly body: CompatProblem;
}

const STATUSES: Readonly<Record<string, number>> = {
  UNKNOWN_SYMBOL: 404,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/** Says of errors what GraphQL says, in the form of the compatible API. */
export class CompatErrors {
  constructor(private readonly errors: ErrorFormatter) {}

  /** Never throws, and tells nothing of what went wrong inside. */
  problem(error: unknown): CompatProblem {
    const { message, extensions } = this.errors.format(error);
    const { code, ...details } = extensions ?? {};
    return { code: String(code), message, ...details };
  }

  answer(error: unknown): ProblemAnswer {
    const problem = this.problem(error);
    const { code, retryAfterMs } = problem;
    const status = STATUSES[code] ?? 400;
    const retryAfterSeconds = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1_000) : undefined;
    return { status, retryAfterSeconds, body: { status, ...problem } };
  }
}
