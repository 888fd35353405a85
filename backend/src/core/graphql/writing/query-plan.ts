import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, type SelectionScope } from './collected-fields.js';
import { OutOfOrdinary } from './out-of-ordinary.js';
import { ValueWriter, type WriteValue } from './value-writer.js';

/** A field of the query itself: who is asked, and how what comes of it is written. */
export interface PlannedRoot {
  /** Response name. */
  readonly name: string;
  /** The same as JSON, and a colon. */
  readonly head: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly node: FieldNode;
  readonly write: WriteValue;
}

/** How an operation is executed and written. */
export interface QueryPlan {
  readonly schema: GraphQLSchema;
  readonly type: GraphQLObjectType;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly roots: readonly PlannedRoot[];
}

/** Plans that are the same for all variables, by operation; `unfit`: for graphql-js. */
const PLANS = new WeakMap<OperationDefinitionNode, QueryPlan | 'unfit'>();

/** The next time it is for graphql-js at once. */
export function giveUp(definition: OperationDefinitionNode): void {
  PLANS.set(definition, 'unfit');
}

/** Undefined where graphql-js has to execute the operation. `variables`: coerced. */
export function planQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): QueryPlan | undefined {
  const known = PLANS.get(definition);
  if (known === 'unfit') return undefined;
  if (known?.schema === schema) return known;
  try {
    const { plan, isFixed } = makePlan(schema, document, definition, variables);
    if (isFixed) PLANS.set(definition, plan);
    return plan;
  } catch (error) {
    if (error instanceof OutOfOrdinary) giveUp(definition);
    // Else what is wrong with an argument or a condition: graphql-js says it.
    return undefined;
  }
}

function makePlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): { readonly plan: QueryPlan; readonly isFixed: boolean } {
  const type = schema.getQueryType();
  if (definition.operation !== OperationTypeNode.QUERY || !type) throw new OutOfOrdinary();
  const fragments = fragmentsOf(document);
  const scope = { schema, fragments, variables };
  const { fields, isFixed } = collectFields(scope, type, [definition.selectionSet]);
  const made = [...fields].map(([name, nodes]) => planRoot(scope, type, { name, nodes, isFixed }));
  const plan = { schema, type, fragments, roots: made.map(({ root }) => root) };
  return { plan, isFixed: made.every((one) => one.isFixed) && isFixed };
}

function planRoot(
  scope: SelectionScope,
  type: GraphQLObjectType,
  { name, nodes, isFixed: isAlways }: { name: string; nodes: readonly FieldNode[]; isFixed: boolean },
): { readonly root: PlannedRoot; readonly isFixed: boolean } {
  const [node] = nodes;
  const field: GraphQLField<unknown, unknown> | undefined = node && type.getFields()[node.name.value];
  // Introspection, the name of the type, and what a root value would give.
  if (node === undefined || field?.resolve === undefined) throw new OutOfOrdinary();
  const { write, isFixed } = ValueWriter.make(scope, field.type, nodes, isAlways);
  return {
    root: { name, head: `${JSON.stringify(name)}:`, field, resolve: field.resolve, nodes, node, write },
    isFixed,
  };
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as Record<string, never>;
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
