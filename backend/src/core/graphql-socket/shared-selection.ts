import {
  Kind,
  print,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The part of an operation that decides what is made of an event. */
export interface SelectionShape {
  /** The same for all operations that select the same, whatever the arguments of their root field. */
  readonly text: string;
  /** Names of the variables that the result depends on. */
  readonly variables: readonly string[];
}

const SHAPES = new WeakMap<OperationDefinitionNode, SelectionShape>();

/**
 * What a subscription selects, without the arguments of its root field: those say which events there are and where to
 * begin, not what is shown of each. So subscribers with different filters share one rendering.
 */
export function selectionShape(document: DocumentNode, operation: OperationDefinitionNode): SelectionShape {
  const known = SHAPES.get(operation);
  if (known !== undefined) return known;
  const [root, ...more] = operation.selectionSet.selections;
  const parts: ASTNode[] = [];
  if (root?.kind === Kind.FIELD && more.length === 0) {
    const bare: FieldNode = { ...root, arguments: [] };
    parts.push(bare, ...fragmentsOf(document, root.selectionSet));
  } else {
    // A root field behind a fragment is rare: its arguments count as part of the selection.
    parts.push(operation.selectionSet, ...fragmentsOf(document, operation.selectionSet));
  }
  const variables = variablesIn(parts);
  const definitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    variables.includes(variable.name.value),
  );
  const text = [...definitions, ...parts].map((part) => print(part)).join('\n');
  const shape = { text, variables };
  SHAPES.set(operation, shape);
  return shape;
}

/**
 * The selection and the values of its variables: equal keys, equal results for equal events. A variable that is absent
 * has its default value, one that is null has none, so these are told apart.
 */
export function sharingKey(
  { text, variables }: SelectionShape,
  values: Readonly<Record<string, unknown>>,
): string {
  const given = variables.filter((name) => Object.hasOwn(values, name));
  return `${text}\n${JSON.stringify(given.map((name) => [name, values[name]]))}`;
}

/** Every fragment that a selection leads to, once. */
function fragmentsOf(
  document: DocumentNode,
  selection: SelectionSetNode | undefined,
): readonly FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const look = (node: ASTNode) => {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        const fragment = document.definitions.find(
          (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || found.has(value)) return;
        found.set(value, fragment);
        look(fragment);
      },
    });
  };
  if (selection !== undefined) look(selection);
  return [...found.values()];
}

function variablesIn(nodes: readonly ASTNode[]): readonly string[] {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return [...names].sort();
}
