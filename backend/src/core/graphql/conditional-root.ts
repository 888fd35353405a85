import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { ApiError } from '../graphql-errors.js';

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include']);

/**
 * Why subscriptions whose one root field hangs on `@skip` or `@include` are refused: without the field there would be
 * nothing to subscribe to. graphql-js 16 has no rule for it; its rule of the single field evaluates the condition
 * without the variables, and throws. The document need not be valid.
 */
export function conditionalRoots(document: DocumentNode): readonly ApiError[] {
  const isConditional = document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION &&
      hasCondition(definition.selectionSet, document, new Set()),
  );
  if (!isConditional) return [];
  const problem =
    'query: a subscription always selects its one field; put @skip and @include on fields below it';
  return [new ApiError('BAD_USER_INPUT', problem, { argument: 'query' })];
}

function hasCondition(
  { selections }: SelectionSetNode,
  document: DocumentNode,
  seen: Set<FragmentDefinitionNode>,
): boolean {
  return selections.some((node) => {
    if (node.directives?.some(({ name }) => CONDITIONS.has(name.value)) === true) return true;
    if (node.kind === Kind.FIELD) return false;
    if (node.kind === Kind.INLINE_FRAGMENT) return hasCondition(node.selectionSet, document, seen);
    const fragment = document.definitions.find(
      (definition): definition is FragmentDefinitionNode =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
    );
    if (fragment === undefined || seen.has(fragment)) return false;
    seen.add(fragment);
    return hasCondition(fragment.selectionSet, document, seen);
  });
}
