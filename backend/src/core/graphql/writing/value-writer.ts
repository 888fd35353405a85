import {
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { collectFields, type SelectionScope } from './collected-fields.js';
import { keepingTexts } from './kept-texts.js';
import { leafWriter } from './leaf-writer.js';
import { OutOfOrdinary, isPromiseLike, refuse } from './out-of-ordinary.js';

/**
 * Writes what a resolver gave as JSON. Throws where execution has to say what comes of it: OutOfOrdinary, or whatever a
 * resolver or a scalar throws.
 */
export type WriteValue = (value: unknown, context: unknown) => string;

/** A writer, and whether it is the same whatever the variables are. */
export interface MadeWriter {
  readonly write: WriteValue;
  readonly isFixed: boolean;
}

interface FieldWriter {
  /** What stands before the value: the brace or the comma, the response name, the colon. */
  readonly head: string;
  readonly read: (parent: object, context: unknown) => unknown;
  readonly write: WriteValue;
}

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = Object.freeze({});

/** No resolver below the root asks for it; the first that does has its operation executed by graphql-js. */
const NO_INFO = new Proxy({} as GraphQLResolveInfo, {
  get: () => {
    throw new OutOfOrdinary(true);
  },
});

/**
 * Makes writers for what is selected: everything that is the same for all rows of a list is worked out once, in place of
 * once for each as execution does.
 */
export class ValueWriter {
  #isFixed: boolean;

  private constructor(
    private readonly scope: SelectionScope,
    isFixed: boolean,
  ) {
    this.#isFixed = isFixed;
  }

  /**
   * Writes values of `type` with what the nodes select of them. Throws OutOfOrdinary for a selection that cannot be
   * written, and what graphql-js throws for arguments and conditions that do not fit. `isFixed`: whether the nodes are
   * the same whatever the variables are.
   */
  static make(
    scope: SelectionScope,
    type: GraphQLOutputType,
    nodes: readonly FieldNode[],
    isFixed: boolean,
  ): MadeWriter {
    const maker = new ValueWriter(scope, isFixed);
    const write = maker.#value(type, nodes);
    return { write, isFixed: maker.#isFixed };
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
    const isNullable = !isNonNullType(type);
    const write = this.#present(isNullable ? type : type.ofType, nodes);
    return (value, context) => {
      if (value !== null && value !== undefined) return write(value, context);
      return isNullable ? 'null' : refuse(value);
    };
  }

  #present(type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
    if (isLeafType(type)) return leafWriter(type);
    if (isListType(type)) return listWriter(this.#value(type.ofType, nodes));
    if (isObjectType(type) && type.isTypeOf === undefined) return this.#object(type, nodes);
    // Which of its types an interface or a union is, is told by each value.
    throw new OutOfOrdinary(true);
  }

  #object(type: GraphQLObjectType, nodes: readonly FieldNode[]): WriteValue {
    const fields: FieldWriter[] = [];
    for (const [name, same] of this.#fieldsOf(type, nodes)) {
      const made = this.#field(type, same);
      if (made === undefined) continue;
      const head = `${fields.length === 0 ? '{' : ','}${JSON.stringify(name)}:`;
      fields.push({ head, ...made });
    }
    if (fields.length === 0) return (value) => (isPlainParent(value) ? '{}' : refuse(value));
    return keepingTexts(
      type,
      (value, context) => {
        if (!isPlainParent(value)) return refuse(value);
        let text = '';
        for (const { head, read, write } of fields) text += head + write(read(value, context), context);
        return `${text}}`;
      },
      () => this.#isFixed,
    );
  }

  #fieldsOf(type: GraphQLObjectType, nodes: readonly FieldNode[]) {
    const selections = nodes.flatMap(({ selectionSet }) =>
      selectionSet === undefined ? [] : [selectionSet],
    );
    const { fields, isFixed } = collectFields(this.scope, type, selections);
    this.#isFixed &&= isFixed;
    return fields;
  }

  /** Undefined for a field that the type does not have: execution leaves it out. */
  #field(type: GraphQLObjectType, nodes: readonly FieldNode[]): Omit<FieldWriter, 'head'> | undefined {
    const [node] = nodes;
    if (node === undefined) return undefined;
    if (node.name.value === TypeNameMetaFieldDef.name) {
      const text = JSON.stringify(type.name);
      return { read: () => text, write: () => text };
    }
    const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[node.name.value];
    if (field === undefined) return undefined;
    return { read: this.#reader(field, node), write: this.#value(field.type, nodes) };
  }

  #reader(field: GraphQLField<unknown, unknown>, node: FieldNode): FieldWriter['read'] {
    const { name, resolve } = field;
    const args = this.#argumentsOf(field, node);
    if (resolve === undefined) return (parent) => ownValue(parent, name);
    return (parent, context) => resolve(parent, args, context, NO_INFO);
  }

  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> {
    if (field.args.length === 0) return NO_ARGUMENTS;
    if (node.arguments !== undefined && node.arguments.length > 0) this.#isFixed = false;
    // Execution makes new ones for each row; who would change these, is refused.
    return Object.freeze(getArgumentValues(field, node, this.scope.variables));
  }
}

function listWriter(write: WriteValue): WriteValue {
  return (value, context) => {
    if (!Array.isArray(value)) return refuse(value);
    let text = '[';
    for (let at = 0; at < value.length; at += 1) {
      text += at === 0 ? write(value[at], context) : `,${write(value[at], context)}`;
    }
    return `${text}]`;
  };
}

/** What graphql-js takes for the value of a field without a resolver; it would call a method. */
function ownValue(parent: object, name: string): unknown {
  const value = (parent as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'function' ? refuse(value) : value;
}

function isPlainParent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isPromiseLike(value) && !(value instanceof Error);
}
