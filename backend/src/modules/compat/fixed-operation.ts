import { Kind, parse, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { type PreparedOperation } from '../../core/graphql/api-policy.js';
import { costOf } from '../../core/graphql/operation-cost.js';

/** Values of an operation's variables. */
export type Variables = Readonly<Record<string, unknown>>;

/** A GraphQL operation of our own, read once. What it costs is reckoned like anybody's. */
export class FixedOperation {
  readonly #document: DocumentNode;
  readonly #definition: OperationDefinitionNode;

  /** Throws GraphQLError if the text is none, and Error if it holds no operation. */
  constructor(readonly text: string) {
    this.#document = parse(text);
    const definition = this.#document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (definition === undefined) throw new Error('the document holds no operation');
    this.#definition = definition;
  }

  /** Ready to be executed, or to be subscribed to. */
  prepared(schema: GraphQLSchema, variables: Variables): PreparedOperation {
    const [document, definition] = [this.#document, this.#definition];
    const cost = costOf({ schema, document, definition, variables });
    return { document, definition, operationName: undefined, variables, cost, source: this.text };
  }
}
