import {
  execute,
  getArgumentValues,
  getVariableValues,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { isPromiseLike, OutOfOrdinary } from './out-of-ordinary.js';
import { giveUp, planQuery, type QueryPlan } from './query-plan.js';
import { replaySchema, type Outcomes } from './replay-schema.js';
import { WrittenData } from './written-data.js';

/** An operation to execute, of a valid document. */
export interface WrittenArgs extends Omit<ExecutionArgs, 'rootValue' | 'variableValues'> {
  /** The one that is meant. */
  readonly definition: OperationDefinitionNode;
  /** As the client sent them. */
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** More than these graphql-js does not tell of. */
const MAX_ERRORS = { maxErrors: 50 };

/**
 * Executes an operation as graphql-js does, to the same answer. The data of a query is written at once, as WrittenData:
 * what is selected of a row is worked out once in place of for each row, and nothing is made of values that become text
 * anyway. The resolvers of the query's own fields are asked as ever. Where something is out of the ordinary, such as an
 * error, a promise below the root or an interface, graphql-js takes what they gave and goes on from there. Mutations and
 * introspection are left to it altogether.
 */
export function executeWritten(args: WrittenArgs): ExecutionResult | Promise<ExecutionResult> {
  const asked = ask(args);
  if (asked === undefined) return execute(args);
  const { plan, outcomes, waits } = asked;
  const writeAll = (values: readonly unknown[]) => write(args, plan, outcomes, values);
  const values = [...outcomes.values()];
  if (!waits) return writeAll(values);
  // One that fails may be the answer while others are at work.
  return Promise.all(values).then(writeAll, () => goOn(args, outcomes));
}

interface Asked {
  readonly plan: QueryPlan;
  readonly outcomes: Outcomes;
  /** Whether there are promises among them. */
  readonly waits: boolean;
}

/** Undefined, and nobody was asked, if the operation is not for us. */
function ask({ schema, document, definition, variableValues, contextValue }: WrittenArgs): Asked | undefined {
  const { variableDefinitions = [] } = definition;
  const { coerced } = getVariableValues(schema, variableDefinitions, variableValues, MAX_ERRORS);
  if (coerced === undefined) return undefined;
  const plan = planQuery(schema, document, definition, coerced);
  const calls = plan && argumentsOf(plan, coerced);
  if (plan === undefined || calls === undefined) return undefined;
  const { roots, type, fragments } = plan;
  const outcomes = new Map<string, unknown>();
  let waits = false;
  for (const [at, { name, field, nodes, resolve }] of roots.entries()) {
    const outcome = attempt(() =>
      resolve(undefined, calls[at] ?? {}, contextValue, {
        fieldName: field.name,
        fieldNodes: nodes,
        returnType: field.type,
        parentType: type,
        path: { prev: undefined, key: name, typename: type.name },
        schema,
        fragments,
        rootValue: undefined,
        operation: definition,
        variableValues: coerced,
      }),
    );
    outcomes.set(name, outcome);
    waits ||= isPromiseLike(outcome);
  }
  return { plan, outcomes, waits };
}

/** Undefined where they do not fit: graphql-js says what is wrong. */
function argumentsOf(
  { roots }: QueryPlan,
  variables: Record<string, unknown>,
): readonly Record<string, unknown>[] | undefined {
  try {
    return roots.map(({ field, node }) => getArgumentValues(field, node, variables));
  } catch {
    return undefined;
  }
}

/** What is thrown is an outcome like what is rejected. */
function attempt(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    return new Promise(() => {
      throw error;
    });
  }
}

function write(
  args: WrittenArgs,
  { roots }: QueryPlan,
  outcomes: Outcomes,
  values: readonly unknown[],
): ExecutionResult | Promise<ExecutionResult> {
  try {
    const fields = roots.map(({ head, write: one }, at) => head + one(values[at], args.contextValue));
    return { data: new WrittenData(`{${fields.join(',')}}`) };
  } catch (error) {
    if (error instanceof OutOfOrdinary && error.waits) giveUp(args.definition);
    return goOn(args, outcomes);
  }
}

function goOn(args: WrittenArgs, outcomes: Outcomes): ExecutionResult | Promise<ExecutionResult> {
  return execute({ ...args, schema: replaySchema(args.schema), rootValue: outcomes });
}
