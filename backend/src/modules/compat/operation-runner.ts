import { type Clock } from '@orderfox/feed';
import { type GraphQLSchema } from 'graphql';
import { type ApiLimits } from '../../core/graphql/api-limits.js';
import { type PreparedOperation } from '../../core/graphql/api-policy.js';
import { budgetSpent } from '../../core/graphql/budget-spent.js';
import { executeWithin } from '../../core/graphql/execute-within.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { tooLarge } from '../../core/graphql/size-problems.js';
import { type FixedOperation, type Variables } from './fixed-operation.js';

/** What operations are run with: the schema, the limits and the points of GraphQL itself. */
export interface RunnerParts {
  /** Asked when the first operation comes. */
  readonly schemaOf: () => GraphQLSchema;
  readonly limits: Pick<ApiLimits, 'cost' | 'timeoutMs'>;
  /** Takes points from a client: undefined if it had them, else the milliseconds until it will. */
  readonly spend: (client: string, points: number) => number | undefined;
  readonly clock: Clock;
}

/** Runs operations of our own for clients, who pay for them as if they had sent them over GraphQL. */
export class OperationRunner {
  constructor(private readonly parts: RunnerParts) {}

  /** An operation that its client has paid for. Throws ApiError QUERY_TOO_COMPLEX or RATE_LIMITED. */
  prepare(client: string, operation: FixedOperation, variables: Variables): PreparedOperation {
    const { schemaOf, limits, spend } = this.parts;
    const prepared = operation.prepared(schemaOf(), variables);
    if (prepared.cost > limits.cost) throw tooLarge('cost', limits.cost, prepared.cost);
    const waitMs = spend(client, prepared.cost);
    if (waitMs !== undefined) throw budgetSpent(waitMs);
    return prepared;
  }

  /**
   * The data of a query, whole: an error in any part of it is thrown, as GraphQLError or ApiError. Until `life` is over, it
   * may be given up.
   */
  async read(
    client: string,
    operation: FixedOperation,
    variables: Variables,
    life = new OperationLife(client),
  ): Promise<Variables> {
    const { schemaOf, limits, clock } = this.parts;
    const { document } = this.prepare(client, operation, variables);
    const args = { schema: schemaOf(), document, variableValues: variables };
    const { data, errors } = await executeWithin(args, limits.timeoutMs, clock, life);
    const error = errors?.[0];
    if (error !== undefined) throw error;
    return data ?? {};
  }
}
