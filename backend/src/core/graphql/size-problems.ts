import { Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { ApiError } from '../graphql-errors.js';
import { type ApiLimits } from './api-limits.js';
import { MergedSelections } from './merged-selection.js';
import { SelectionMeter } from './selection-size.js';

type CountedLimit = 'depth' | 'aliases' | 'rootFields' | 'directives';
type SizeLimit = CountedLimit | 'characters' | 'tokens' | 'fragments' | 'fields' | 'repeats' | 'cost';

/** What is counted, and what to do about too many. */
const WORDS: Readonly<Record<SizeLimit, readonly [unit: string, advice: string]>> = {
  characters: ['characters', 'split it, and put values into variables'],
  tokens: ['tokens', 'split it, and put values into variables'],
  fragments: ['named fragments', 'write out those that are used once'],
  fields: ['fields, fragments followed', 'split it into several operations'],
  repeats: ['fields of one name in one place', 'ask for each once'],
  depth: ['levels of fields', 'ask for less at once'],
  aliases: ['aliases', 'split it into several operations'],
  rootFields: ['fields at its root', 'split it into several operations'],
  directives: ['directives', 'leave out those that change nothing, or split it'],
  cost: ['points of cost', 'ask for fewer rows (first, limit), fewer fields or fewer aliases'],
};

/** The refusal of what is larger than one of the limits. `found` is left out where counting stopped at the limit. */
export function tooLarge(limit: SizeLimit, allowed: number, found?: number): ApiError {
  const [unit, advice] = WORDS[limit];
  const has = found === undefined ? `more than ${allowed}` : String(found);
  return new ApiError(
    'QUERY_TOO_COMPLEX',
    `The operation has ${has} ${unit}; at most ${allowed} are allowed: ${advice}`,
    { limit, ...(found !== undefined && { found }), allowed },
  );
}

/** What is wrong with the size and the kind of a document; needs no schema, and is linear in its length. */
export function sizeProblems({ definitions }: DocumentNode, limits: ApiLimits): readonly ApiError[] {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const fragmentOf = (name: string) => byName.get(name);
  const meter = new SelectionMeter(fragmentOf);
  const problems = operations.flatMap((operation) => operationProblems(operation, meter, limits));
  const { length } = fragments;
  if (length > limits.fragments) problems.push(tooLarge('fragments', limits.fragments, length));
  if (problems.length > 0) return problems;
  // Fragments for themselves too: validation looks into those that are never used as well.
  const merged = new MergedSelections(fragmentOf, limits);
  for (const { selectionSet } of [...operations, ...fragments]) {
    const problem = merged.problem(selectionSet);
    if (problem !== undefined) return [tooLarge(problem.limit, limits[problem.limit], problem.found)];
  }
  return [];
}

function operationProblems(
  { selectionSet, directives = [], variableDefinitions = [] }: OperationDefinitionNode,
  meter: SelectionMeter,
  limits: ApiLimits,
): ApiError[] {
  const size = meter.measure(selectionSet);
  const outside = variableDefinitions.reduce((sum, { directives: own = [] }) => sum + own.length, 0);
  const found: Readonly<Record<CountedLimit, number>> = {
    depth: size.depth,
    aliases: size.aliases,
    rootFields: size.fields,
    directives: size.directives + directives.length + outside,
  };
  const problems = (['depth', 'aliases', 'rootFields', 'directives'] as const)
    .filter((limit) => found[limit] > limits[limit])
    .map((limit) => tooLarge(limit, limits[limit], found[limit]));
  if (size.introspects && !limits.introspection) problems.push(introspectionIsOff());
  return problems;
}

function introspectionIsOff(): ApiError {
  return new ApiError(
    'BAD_USER_INPUT',
    'Introspection is switched off on this server; its schema is served as text at GET /schema.graphql',
    { limit: 'introspection' },
  );
}
