import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ApiError, type ErrorCode } from '../graphql-errors.js';
import { API_LIMITS, type ApiLimits } from './api-limits.js';
import { isStoreTrouble } from './store-trouble.js';
import { type TroubleLog } from './trouble-log.js';

/** Longest message that leaves the process: graphql-js repeats bad values in it, however long they are. */
const MAX_MESSAGE = 400;
/** How graphql-js begins to name what the schema does have. Always at the end of the message. */
const SUGGESTION = / ?Did you mean [^]*$/;
/** Codes that Apollo gives to what is wrong with the server, not with the request. */
const SERVER_FAULTS: ReadonlySet<unknown> = new Set(['INTERNAL_SERVER_ERROR']);

/**
 * The one place that turns what went wrong into what a client is told, on both transports. Every error leaves with a
 * code of ERROR_CODES; messages are those written for clients, never a stack, a statement, a path or a host.
 */
export class ErrorFormatter {
  /** Without `introspection`, messages do not name what the schema has in place of a name it does not have. */
  constructor(
    private readonly trouble: TroubleLog,
    private readonly limits: Pick<ApiLimits, 'introspection'> = API_LIMITS,
  ) {}

  format(error: unknown): GraphQLFormattedError {
    const place = error instanceof GraphQLError ? { locations: error.locations, path: error.path } : {};
    const { message, extensions } = this.#explain(error);
    return {
      message: shorten(message),
      ...(place.locations && { locations: place.locations }),
      ...(place.path && { path: place.path }),
      extensions,
    };
  }

  #explain(error: unknown): { message: string; extensions: { code: ErrorCode } & Record<string, unknown> } {
    const chain = causes(error);
    const own = chain.find((cause) => cause instanceof ApiError);
    if (own !== undefined) {
      // The outermost message names the argument when graphql-js found the fault while reading it.
      const message = error instanceof GraphQLError ? error.message : own.message;
      return { message, extensions: { ...own.extensions, code: own.code } };
    }
    const mistake = clientMistake(chain);
    if (mistake !== undefined) {
      const { message } = mistake;
      return {
        message: this.limits.introspection ? message : message.replace(SUGGESTION, ''),
        extensions: { code: 'BAD_USER_INPUT' },
      };
    }
    const cause = chain.at(-1);
    if (isStoreTrouble(cause)) {
      this.trouble.report('store', cause);
      return {
        message: 'The database cannot answer right now; try again in a moment',
        extensions: { code: 'UNAVAILABLE' },
      };
    }
    const reference = this.trouble.report('unexpected', cause);
    return {
      message: 'Something went wrong on the server; its log says more under this reference',
      extensions: { code: 'UNAVAILABLE', reference },
    };
  }
}

/** Begin and end tell which argument it is and what is wrong with it; what is between is the value. */
function shorten(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  return `${message.slice(0, MAX_MESSAGE / 2)}…${message.slice(-MAX_MESSAGE / 2)}`;
}

/** The error and what lies behind it, outermost first. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [error];
  for (let depth = 0; depth < 5; depth += 1) {
    const last = chain.at(-1);
    if (!(last instanceof GraphQLError) || last.originalError === undefined || last.originalError === last)
      break;
    chain.push(last.originalError);
  }
  return chain;
}

/** Syntax, validation and coercion errors of graphql-js and Apollo: GraphQLErrors with nothing else behind them. */
function clientMistake(chain: readonly unknown[]): GraphQLError | undefined {
  const outer = chain[0];
  if (!(outer instanceof GraphQLError) || !chain.every((cause) => cause instanceof GraphQLError))
    return undefined;
  return chain.some((cause) => SERVER_FAULTS.has(cause.extensions.code)) ? undefined : outer;
}
