import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server';
import { type Clock } from '@orderfox/feed';
import { Kind, type DocumentNode, type FormattedExecutionResult, type GraphQLError } from 'graphql';
import { type ApiPolicy, type Preparation } from './api-policy.js';
import { type ErrorFormatter } from './error-formatter.js';
import { executeWithin } from './execute-within.js';

/** What operations are judged and answered with. */
export interface AnswerParts {
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly clock: Clock;
}

/** Stands for a document that is not executed, so that Apollo does not read it once more. */
const REFUSED: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

type Context = GraphQLRequestContext<object>;

/**
 * Has the policy judge each operation in place of Apollo's own parsing and validation, and answers it within its time.
 * Apollo keeps what is HTTP: methods, headers, cross-site requests, the body. Answers say what they cost.
 */
export function answerOperations({ policy, errors, clock }: AnswerParts): ApolloServerPlugin<object> {
  const format = (problems: readonly GraphQLError[]) => problems.map((problem) => errors.format(problem));

  async function answer(
    preparation: Preparation,
    { schema, contextValue }: Context,
  ): Promise<FormattedExecutionResult> {
    if (!preparation.ok) return { errors: format(preparation.errors) };
    const { document, operationName, variables, cost } = preparation.operation;
    const args = { schema, document, operationName, variableValues: variables, contextValue };
    const { data, errors: problems } = await executeWithin(args, policy.limits.timeoutMs, clock);
    return {
      ...(data !== undefined && { data }),
      ...(problems !== undefined && { errors: format(problems) }),
      extensions: { cost: { requested: cost, allowed: policy.limits.cost } },
    };
  }

  return {
    requestDidStart: () => {
      let preparation: Preparation | undefined;
      return Promise.resolve({
        didResolveSource: (context) => {
          const { query, operationName, variables } = context.request;
          preparation = policy.prepare(context.schema, { query, operationName, variables });
          const document = preparation.ok ? preparation.operation.document : REFUSED;
          // Apollo reads only what has not been read. Typed as read-only, and the one way in besides a store by hash,
          // which could not tell Apollo of a refusal.
          Object.assign(context, { document });
          return Promise.resolve();
        },
        responseForOperation: async (context) => {
          if (preparation === undefined) return null;
          const singleResult = await answer(preparation, context);
          // Without `data` nothing was executed: the fault is the request's.
          const status = singleResult.data === undefined ? 400 : 200;
          return {
            http: { status, headers: new HeaderMap() },
            body: { kind: 'single', singleResult },
          };
        },
      });
    },
  };
}
