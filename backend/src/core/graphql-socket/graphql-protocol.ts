import { makeServer, type Context, type Server } from 'graphql-ws';
import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type ApiPolicy } from '../graphql/api-policy.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { type OperationContext } from '../graphql/operation-context.js';
import { ApiError } from '../graphql-errors.js';
import { type Outgoing } from './outgoing.js';
import { type SocketCounters } from './socket-counters.js';
import { type SocketLimits } from './socket-limits.js';

/** What the protocol knows of the socket that a message came from. */
export interface SocketExtra {
  readonly outgoing: Outgoing;
}

export type SocketContext = Context<Record<string, unknown>, SocketExtra>;

/** What operations are read, checked and executed with. */
export interface ProtocolParts {
  readonly schema: GraphQLSchema;
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly limits: SocketLimits;
  readonly counters: SocketCounters;
}

/** The `graphql-transport-ws` protocol under the same policy and with the same errors as HTTP. */
export function makeProtocol({
  schema,
  policy,
  errors,
  limits,
  counters,
}: ProtocolParts): Server<SocketExtra> {
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: limits.initWithinMs,
    onSubscribe: (ctx, _id, payload): ExecutionArgs | GraphQLError[] => {
      if (Object.keys(ctx.subscriptions).length > limits.subscriptionsPerSocket) {
        counters.subscriptionsRefused += 1;
        const allowed = limits.subscriptionsPerSocket;
        return [
          new ApiError('RATE_LIMITED', `At most ${allowed} operations at once on one socket`, { allowed }),
        ];
      }
      try {
        const document = policy.parse(payload.query);
        const problems = policy.check(schema, document);
        if (problems.length > 0) return [...problems];
        const contextValue: OperationContext = { tooSlow: ctx.extra.outgoing.tooSlow };
        return {
          schema,
          document,
          contextValue,
          ...(typeof payload.operationName === 'string' && { operationName: payload.operationName }),
          ...(payload.variables && { variableValues: payload.variables }),
        };
      } catch (error) {
        return [
          error instanceof GraphQLError ? error : new GraphQLError('', { originalError: asError(error) }),
        ];
      }
    },
    onNext: (_ctx, _id, _payload, _args, { errors: problems, data }): FormattedExecutionResult | undefined =>
      problems && { errors: problems.map((error) => errors.format(error)), ...(data && { data }) },
    onError: (ctx, _id, _payload, problems) => {
      const formatted = problems.map((problem) => errors.format(problem));
      // One stream that fell behind is reason enough: its siblings share the same connection.
      if (formatted.some(({ extensions }) => extensions?.code === 'SLOW_CONSUMER'))
        ctx.extra.outgoing.giveUp();
      return formatted;
    },
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
