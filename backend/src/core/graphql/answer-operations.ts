import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLResponse,
} from '@apollo/server';
import { type Clock } from '@orderfox/feed';
import { type FastifyRequest } from 'fastify';
import { Kind, type DocumentNode, type GraphQLError } from 'graphql';
import { type ApiPolicy, type Preparation, type PreparedOperation } from './api-policy.js';
import { budgetSpent } from './budget-spent.js';
import { type ErrorFormatter } from './error-formatter.js';
import { executeWithin } from './execute-within.js';
import { type OperationLife } from './operation-life.js';
import { executeWritten } from './writing/execute-written.js';

/** What operations are judged and answered with. */
export interface AnswerParts {
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly clock: Clock;
  /**
   * Takes points, for the reading of a text and for an operation, from whoever sent the request. Undefined if they were there, else the milliseconds until
   * they will be. Without it nobody's points are counted.
   */
  readonly spend?: (request: FastifyRequest, points: number) => number | undefined;
}

/** What the framework hands to resolvers over HTTP. */
export interface HttpContext {
  readonly req: FastifyRequest;
  readonly life: OperationLife;
}

/** Stands for a document that is not executed, so that Apollo does not read it once more. */
const REFUSED: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/**
 * Has the policy judge each operation in place of Apollo's own parsing and validation, and answers it within its time.
 * Apollo keeps what is HTTP: methods, headers, cross-site requests, the body. Answers say what they cost.
 */
export function answerOperations(parts: AnswerParts): ApolloServerPlugin<HttpContext> {
  const { policy } = parts;
  return {
    requestDidStart: () => {
      let preparation: Preparation | undefined;
      return Promise.resolve({
        didResolveSource: (context) => {
          const { query, operationName, variables } = context.request;
          const charge = (points: number) => parts.spend?.(context.contextValue.req, points);
          preparation = policy.prepare(context.schema, { query, operationName, variables }, charge);
          const document = preparation.ok ? preparation.operation.document : REFUSED;
          // Apollo reads only what has not been read. Typed as read-only, yet the one way in besides a store by hash,
          // which could not tell Apollo of a refusal.
          Object.assign(context, { document });
          return Promise.resolve();
        },
        responseForOperation: async (context) => {
          if (preparation === undefined) return null;
          return preparation.ok
            ? await answer(parts, preparation.operation, context)
            : refusal(parts, preparation.errors);
        },
      });
    },
  };
}

async function answer(
  parts: AnswerParts,
  { document, definition, operationName, variables, cost }: PreparedOperation,
  { schema, contextValue }: GraphQLRequestContext<HttpContext>,
): Promise<GraphQLResponse> {
  const { policy, errors, clock } = parts;
  const waitMs = parts.spend?.(contextValue.req, cost);
  if (waitMs !== undefined) return refusal(parts, [budgetSpent(waitMs)]);
  const args = { schema, document, operationName, variableValues: variables, contextValue };
  const { data, errors: problems } = await executeWithin(
    args,
    policy.limits.timeoutMs,
    clock,
    contextValue.life,
    (given) => executeWritten({ ...given, definition, variableValues: variables }),
  );
  // Without `data` nothing was executed: the variables do not fit.
  if (data === undefined) return refusal(parts, problems ?? []);
  return respond(200, {
    ...(problems !== undefined && { errors: problems.map((problem) => errors.format(problem)) }),
    data,
    extensions: { cost: { requested: cost, allowed: policy.limits.cost } },
  });
}

function refusal({ errors }: AnswerParts, problems: readonly GraphQLError[]): GraphQLResponse {
  const formatted = problems.map((problem) => errors.format(problem));
  const { code, retryAfterMs } = formatted[0]?.extensions ?? {};
  const response = respond(statusOf(code), { errors: formatted });
  if (typeof retryAfterMs === 'number')
    response.http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return response;
}

function statusOf(code: unknown): number {
  if (code === 'RATE_LIMITED') return 429;
  return code === 'UNAVAILABLE' ? 503 : 400;
}

function respond(
  status: number,
  singleResult: (GraphQLResponse['body'] & { readonly kind: 'single' })['singleResult'],
): GraphQLResponse {
  return { http: { status, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}
