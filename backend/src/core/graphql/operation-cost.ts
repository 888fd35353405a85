import {
  GRAPHQL_MAX_INT,
  getNullableType,
  getNamedType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  isLeafType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** Rows of a list that neither an argument nor the schema says the length of. */
export const DEFAULT_LIST_SIZE = 10;
/** Arguments that say how many rows are wanted. */
const ROW_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'limit']);

/** Thousandths of a point. What the schema says of itself is ready made, and costs a fiftieth. */
const WEIGHTS = { object: 1_000, leaf: 100 };
const META_WEIGHTS = { object: 20, leaf: 2 };
/** How long the lists of introspection are, in a schema about three times as large as ours. */
const META_LIST_SIZES: Readonly<Record<string, number>> = {
  types: 100,
  fields: 10,
  inputFields: 2,
  args: 2,
  enumValues: 4,
  interfaces: 1,
  possibleTypes: 1,
  directives: 5,
  locations: 3,
};

/** Thousandths of a point: those that are certain, and those for each row of the page that the selection is of. */
interface Share {
  readonly fixed: number;
  readonly perRow: number;
}

/**
 * Points that it takes to bring a field's rows, whole, beside those for the rows themselves: where they are fetched from
 * others, who answer only so much. `rows`: how many are asked for; `argument`: what is given for one, a number or a text,
 * undefined if nothing is.
 */
export type FetchPoints = (rows: number, argument: (name: string) => unknown) => number;

/** What an operation is costed with. */
export interface CostInput {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The points that an operation's answer can come to, before it is executed: every object one, every field without
 * selection a tenth, both as many times as the lists above them have rows; rounded up, at least one. The rows of a list
 * are those asked for with `first` or `limit` (on the field itself, or on the one whose page it is part of), else the
 * `listSize` that the schema states in the field's extensions, else DEFAULT_LIST_SIZE. Fields whose extensions have
 * `fetchPoints` cost those too. Of a subscription it is the cost of one event. Linear in the document, whatever its
 * fragments make of it. The document must be valid.
 */
export function costOf(input: CostInput): number {
  const root = input.schema.getRootType(input.definition.operation);
  if (root === undefined || root === null) return 1;
  const { fixed, perRow } = new CostMeter(input).measure(input.definition.selectionSet, root);
  const thousandths = fixed + perRow * DEFAULT_LIST_SIZE;
  return Math.min(Math.max(1, Math.ceil(thousandths / 1_000)), Number.MAX_SAFE_INTEGER);
}

class CostMeter {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<string, Share>();

  constructor(private readonly input: CostInput) {
    for (const definition of input.document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  measure(selection: SelectionSetNode, type: GraphQLNamedType): Share {
    let fixed = 0;
    let perRow = 0;
    for (const node of selection.selections) {
      let share: Share;
      if (node.kind === Kind.FIELD) share = this.#field(node, type);
      else if (node.kind === Kind.FRAGMENT_SPREAD) share = this.#fragment(node.name.value);
      else share = this.measure(node.selectionSet, this.#typeOf(node.typeCondition?.name.value) ?? type);
      fixed += share.fixed;
      perRow += share.perRow;
    }
    return { fixed, perRow };
  }

  #fragment(name: string): Share {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    const type = this.#typeOf(fragment?.typeCondition.name.value);
    const share =
      fragment === undefined || type === undefined
        ? { fixed: 0, perRow: 0 }
        : this.measure(fragment.selectionSet, type);
    this.#measured.set(name, share);
    return share;
  }

  #field(node: FieldNode, parent: GraphQLNamedType): Share {
    const field = this.#definitionOf(parent, node.name.value);
    if (field === undefined) return { fixed: 0, perRow: 0 };
    const type = getNamedType(field.type);
    const isMeta = (isLeafType(type) ? parent : type).name.startsWith('__');
    const weights = isMeta ? META_WEIGHTS : WEIGHTS;
    const below =
      node.selectionSet !== undefined && isCompositeType(type)
        ? this.measure(node.selectionSet, type)
        : { fixed: 0, perRow: 0 };
    const own = isLeafType(type) ? weights.leaf : weights.object;
    const asked = this.#rowsAsked(node, field);
    const levels = listLevels(field.type);
    if (levels === 0) {
      const fetched = this.#fetchPoints(node, field, 1);
      return { fixed: fetched + own + below.fixed + below.perRow * (asked ?? DEFAULT_LIST_SIZE), perRow: 0 };
    }
    const row = (own + below.fixed + below.perRow * DEFAULT_LIST_SIZE) * DEFAULT_LIST_SIZE ** (levels - 1);
    const rows = asked ?? (isMeta ? META_LIST_SIZES[field.name] : undefined) ?? declaredSize(field);
    const fetched = this.#fetchPoints(node, field, rows ?? DEFAULT_LIST_SIZE);
    return rows === undefined ? { fixed: fetched, perRow: row } : { fixed: fetched + rows * row, perRow: 0 };
  }

  /** In thousandths. */
  #fetchPoints(node: FieldNode, { extensions }: GraphQLField<unknown, unknown>, rows: number): number {
    const { fetchPoints } = extensions as { readonly fetchPoints?: FetchPoints };
    if (fetchPoints === undefined) return 0;
    return fetchPoints(rows, (name) => this.#given(node, name)) * 1_000;
  }

  #typeOf(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.input.schema.getType(name);
  }

  #definitionOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    if (parent === this.input.schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  }

  /** Undefined where the field has no such argument, or where what is given is no Int: execution refuses that. */
  #rowsAsked(node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
    const argument = field.args.find(({ name }) => ROW_ARGUMENTS.has(name));
    if (argument === undefined) return undefined;
    const value = this.#given(node, argument.name) ?? argument.defaultValue;
    return typeof value === 'number' && Math.abs(value) <= GRAPHQL_MAX_INT ? Math.max(0, value) : undefined;
  }

  /** The number, text or variable that is given for an argument. */
  #given(node: FieldNode, argument: string): unknown {
    const given = node.arguments?.find(({ name }) => name.value === argument)?.value;
    return given === undefined ? undefined : this.#valueOf(given);
  }

  #valueOf(node: ValueNode): unknown {
    if (node.kind !== Kind.VARIABLE) return literal(node);
    const name = node.name.value;
    const { variables, definition } = this.input;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (given !== undefined) return given;
    const byDefault = definition.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return byDefault?.defaultValue === undefined ? undefined : literal(byDefault.defaultValue);
  }
}

/** A number or a text as it is written; undefined for everything else. */
function literal(node: ValueNode): unknown {
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind === Kind.STRING ? node.value : undefined;
}

/** The rows that the schema says a list has, as `@Extensions({ listSize })` on the field. */
function declaredSize({ extensions }: GraphQLField<unknown, unknown>): number | undefined {
  return typeof extensions.listSize === 'number' ? extensions.listSize : undefined;
}

/** How many lists lie in one another. */
function listLevels(type: GraphQLOutputType): number {
  let levels = 0;
  let inner = getNullableType(type);
  while (isListType(inner)) {
    levels += 1;
    inner = getNullableType(inner.ofType);
  }
  return levels;
}
