import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What it hangs on which fields of an operation are selected. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  /** By name. */
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Values of variables, coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is selected of an object. */
export interface CollectedFields {
  /** Nodes of each field by its response name, in the order of the answer. */
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  /** Whether they are the same whatever the variables are: nothing has a condition. */
  readonly isFixed: boolean;
}

/**
 * The fields that are selected of an object of `type`, as CollectFields of the GraphQL specification (October 2021,
 * 6.3.2) has it. Throws what graphql-js throws for a condition without a value.
 */
export function collectFields(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selectionSets: Iterable<SelectionSetNode>,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  let isFixed = true;
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      isFixed &&= !hasDirectives(node);
      if (!isIncluded(node, scope)) continue;
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [node]);
        else nodes.push(node);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value;
        if (condition === undefined || isOf(type, condition, scope)) collect(node.selectionSet);
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = scope.fragments[node.name.value];
        if (fragment !== undefined && isOf(type, fragment.typeCondition.name.value, scope))
          collect(fragment.selectionSet);
      }
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return { fields, isFixed };
}

function isIncluded(node: SelectionNode, { variables }: SelectionScope): boolean {
  if (!hasDirectives(node)) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}

function hasDirectives({ directives }: SelectionNode): boolean {
  return directives !== undefined && directives.length > 0;
}

function isOf(type: GraphQLObjectType, condition: string, { schema }: SelectionScope): boolean {
  if (condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}
