import {
  getArgumentValues,
  getVariableValues,
  Kind,
  OperationTypeNode,
  parse,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { type ApiLimits } from '../../graphql/api-limits.js';
import { type DataVersions, type FieldArguments, type VersionSource } from './data-versions.js';
import { type PlainRequest } from './plain-request.js';
import { RecentMap, type RecentMapBounds } from './recent-map.js';

/** What a page and its users need is some dozens of documents. */
const PLANS: RecentMapBounds = { entries: 1_000, characters: 1_024 * 1_024 };

interface PlannedField {
  readonly source: VersionSource;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

/** What of an operation its version hangs on. */
export interface QueryPlan {
  readonly variables: readonly VariableDefinitionNode[];
  readonly fields: readonly PlannedField[];
}

/** A source, and the arguments to ask it with. */
export interface VersionCall {
  readonly source: VersionSource;
  readonly args: FieldArguments;
}

/**
 * Tells whom to ask for the data version of a request. What depends on the document alone is worked out once per
 * document.
 */
export class QueryPlans {
  readonly #plans = new RecentMap<QueryPlan | undefined>(PLANS);
  #schema: GraphQLSchema | undefined;

  /** `schemaOf` is asked when the first request comes. */
  constructor(
    private readonly schemaOf: () => GraphQLSchema,
    private readonly versions: DataVersions,
    private readonly limits: Pick<ApiLimits, 'characters' | 'tokens'>,
  ) {}

  /** The plan of the document and operation; undefined if one of its root fields has no version, or it is no query. */
  of({ query, operationName }: PlainRequest): QueryPlan | undefined {
    const key = JSON.stringify([operationName ?? null, query]);
    return this.#plans.get(key, () => this.#make(query, operationName));
  }

  /** A call for every root field; none if the variables do not fit. */
  calls({ variables, fields }: QueryPlan, request: PlainRequest): readonly VersionCall[] {
    const { coerced } = getVariableValues(this.#schemaOnce(), variables, request.variables, { maxErrors: 1 });
    if (coerced === undefined) return [];
    try {
      return fields.map(({ source, definition, node }) => ({
        source,
        args: getArgumentValues(definition, node, coerced),
      }));
    } catch {
      // Execution will say what is wrong with them.
      return [];
    }
  }

  /** How many plans there are. */
  get size(): number {
    return this.#plans.size;
  }

  #make(query: string, operationName: string | undefined): QueryPlan | undefined {
    const document = this.#parse(query);
    if (document === undefined) return undefined;
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const operation =
      operationName === undefined
        ? operations[0]
        : operations.find(({ name }) => name?.value === operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
    if (operationName === undefined && operations.length > 1) return undefined;
    const fields: PlannedField[] = [];
    for (const node of rootFields(operation.selectionSet, fragmentsOf(document))) {
      const source = this.versions.of(node.name.value);
      const definition = this.#definition(node.name.value);
      if (source === undefined || definition === undefined) return undefined;
      // What is selected below does not count here, and would take most of the memory.
      const { kind, name, arguments: given = [] } = node;
      fields.push({ source, definition, node: { kind, name, arguments: given } });
    }
    return { variables: operation.variableDefinitions ?? [], fields };
  }

  /** Whether a document is valid is not asked here: one that is not gets no answer that could be kept. */
  #parse(query: string): DocumentNode | undefined {
    if (query.length > this.limits.characters) return undefined;
    try {
      // Without locations a tree does not hold on to the text and every token of it.
      return parse(query, { maxLexicalTokens: this.limits.tokens, noLocation: true });
    } catch {
      return undefined;
    }
  }

  #definition(name: string): GraphQLField<unknown, unknown> | undefined {
    for (const meta of [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef]) {
      if (meta.name === name) return meta;
    }
    return this.#schemaOnce().getQueryType()?.getFields()[name];
  }

  #schemaOnce(): GraphQLSchema {
    this.#schema ??= this.schemaOf();
    return this.#schema;
  }
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Fields of the operation itself, whatever their directives say: a version too many only renews an answer earlier. */
function* rootFields(
  selection: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen = new Set<string>(),
): Generator<FieldNode> {
  for (const node of selection.selections) {
    if (node.kind === Kind.FIELD) yield node;
    else if (node.kind === Kind.INLINE_FRAGMENT) yield* rootFields(node.selectionSet, fragments, seen);
    else if (!seen.has(node.name.value)) {
      seen.add(node.name.value);
      const fragment = fragments.get(node.name.value);
      if (fragment !== undefined) yield* rootFields(fragment.selectionSet, fragments, seen);
    }
  }
}
