import {
  getNullableType,
  GraphQLString,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

type AnyField = GraphQLField<unknown, unknown>;

interface PlainField {
  /** The response name as JSON, and a colon. */
  readonly head: string;
  readonly type: GraphQLLeafType;
  readonly isNullable: boolean;
  readonly value: (parent: object) => unknown;
}

/** Resolvers are called as graphql-js would call them, but for what nobody whose field has no arguments asks for. */
type BareResolver = (parent: unknown, args: object, context: object) => unknown;

/**
 * A selection of leaf fields without arguments and conditions, as nearly all live ones are. It writes the payload of an
 * event straight away, a tenth of the work of an execution; where anything is out of the ordinary it leaves the event to
 * one.
 */
export class PlainSelection {
  private constructor(
    private readonly head: string,
    private readonly root: (event: object) => unknown,
    private readonly fields: readonly PlainField[],
  ) {}

  /** Undefined for an operation that has to be executed. */
  static of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): PlainSelection | undefined {
    const [node, ...more] = operation.selectionSet.selections;
    if (node?.kind !== Kind.FIELD || more.length > 0 || node.directives?.length) return undefined;
    const field = schema.getSubscriptionType()?.getFields()[node.name.value];
    const type = field && getNullableType(field.type);
    if (field === undefined || !isObjectType(type) || node.selectionSet === undefined) return undefined;
    const fields = plainFields(node.selectionSet, type, document);
    if (fields === undefined) return undefined;
    const head = `{"data":{${JSON.stringify(responseName(node))}:{`;
    return new PlainSelection(head, valueOf(field), [...fields.values()]);
  }

  /** The payload as JSON; undefined where an execution has to say what comes of this event. */
  render(event: object): string | undefined {
    try {
      const parent = this.root(event);
      if (typeof parent !== 'object' || parent === null || parent instanceof Promise) return undefined;
      let text = this.head;
      for (const field of this.fields) {
        const value = leafText(field, parent);
        if (value === undefined) return undefined;
        text += `${text === this.head ? '' : ','}${field.head}${value}`;
      }
      return `${text}}}}`;
    } catch {
      // The execution that follows meets the same trouble, and words it.
      return undefined;
    }
  }
}

function leafText({ type, isNullable, value }: PlainField, parent: object): string | undefined {
  const found = value(parent);
  if (found === null || found === undefined) return isNullable ? 'null' : undefined;
  if (typeof found === 'function' || found instanceof Promise) return undefined;
  const serialized: unknown = type.serialize(found);
  return serialized === null || serialized === undefined ? undefined : JSON.stringify(serialized);
}

/** By response name; undefined if one of them is not plain. */
function plainFields(
  { selections }: SelectionSetNode,
  type: GraphQLObjectType,
  document: DocumentNode,
  found = new Map<string, PlainField>(),
): Map<string, PlainField> | undefined {
  for (const selection of selections) {
    if (selection.directives?.length) return undefined;
    if (selection.kind === Kind.FIELD) {
      const plain = plainField(selection, type);
      if (plain === undefined) return undefined;
      // Validation saw to it that equal names are equal fields.
      if (!found.has(responseName(selection))) found.set(responseName(selection), plain);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
    const condition = fragment?.typeCondition;
    if (fragment === undefined || (condition !== undefined && condition.name.value !== type.name)) {
      return undefined;
    }
    if (plainFields(fragment.selectionSet, type, document, found) === undefined) return undefined;
  }
  return found;
}

function plainField(node: FieldNode, type: GraphQLObjectType): PlainField | undefined {
  const name = node.name.value;
  const head = `${JSON.stringify(responseName(node))}:`;
  if (name === TypeNameMetaFieldDef.name) {
    return { head, type: GraphQLString, isNullable: false, value: () => type.name };
  }
  const field: AnyField | undefined = type.getFields()[name];
  if (field === undefined || field.args.length > 0) return undefined;
  const leaf = getNullableType(field.type);
  if (!isLeafType(leaf)) return undefined;
  return { head, type: leaf, isNullable: !isNonNullType(field.type), value: valueOf(field) };
}

/** What graphql-js takes for the value of a field of this parent. */
function valueOf(field: AnyField): (parent: object) => unknown {
  const { name } = field;
  const resolve = field.resolve as BareResolver | undefined;
  return resolve === undefined
    ? (parent) => (parent as Readonly<Record<string, unknown>>)[name]
    : (parent) => resolve(parent, {}, {});
}

function fragmentOf({ definitions }: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}

function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
