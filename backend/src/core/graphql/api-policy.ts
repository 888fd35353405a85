import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { ApiError } from '../graphql-errors.js';
import { type ApiLimits } from './api-limits.js';
import { CheckedDocuments, type CheckedDocument } from './checked-documents.js';
import { costOf } from './operation-cost.js';
import { type Charge } from './reading-cost.js';
import { readOperationRequest, type OperationRequest, type ReadRequest } from './operation-request.js';
import { tooLarge } from './size-problems.js';

/** An operation that may be executed. Documents, definitions and sources of the same text are the same objects. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  /** The one operation of the document that is meant. */
  readonly definition: OperationDefinitionNode;
  /** As the client named it; undefined where the document holds one operation alone and the client did not. */
  readonly operationName: string | undefined;
  /** As the client sent them: execution checks them against the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Points that its answer, or one event of it, can come to. */
  readonly cost: number;
  /** Text of the document. */
  readonly source: string;
}

/** The operation, or why it is refused. */
export type Preparation =
  | { readonly ok: true; readonly operation: PreparedOperation }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/**
 * What an operation must satisfy before it is executed. There is one of these in the process, and both transports obey
 * it: whatever can be decided from the request alone is decided here.
 */
export class ApiPolicy {
  /** Operations refused since the start, by the limit that they were over, else by the code they were refused with. */
  readonly refused = new Map<string, number>();
  readonly #documents: CheckedDocuments;

  constructor(readonly limits: ApiLimits) {
    this.#documents = new CheckedDocuments(limits);
  }

  /** How many documents are kept parsed, and how often that spared parsing: for metrics. */
  get documents(): CheckedDocuments['cache'] {
    return this.#documents.cache;
  }

  /** Whether a text has been read lately and found good, so that nobody is charged for it. */
  knows(text: string): boolean {
    return this.#documents.has(text);
  }

  /**
   * Reads what a client sent. Never throws for it: everything that is wrong comes back as errors. A text that is not
   * known is charged for before it is read, whatever comes of it: the points of the operation itself are another matter.
   */
  prepare(schema: GraphQLSchema, request: OperationRequest, charge?: Charge): Preparation {
    const preparation = this.#prepare(schema, request, charge);
    if (!preparation.ok) this.#countRefusal(preparation.errors[0]);
    return preparation;
  }

  #prepare(schema: GraphQLSchema, request: OperationRequest, charge: Charge | undefined): Preparation {
    const read = readOperationRequest(request);
    if (read instanceof ApiError) return { ok: false, errors: [read] };
    const checked = this.#documents.read(schema, read.query, charge);
    if (!('document' in checked)) return { ok: false, errors: checked };
    const definition = chooseOperation(checked, read);
    if (definition instanceof ApiError) return { ok: false, errors: [definition] };
    const { document, source } = checked;
    const { variables, operationName } = read;
    const cost = costOf({ schema, document, definition, variables });
    if (cost > this.limits.cost) return { ok: false, errors: [tooLarge('cost', this.limits.cost, cost)] };
    return { ok: true, operation: { document, definition, operationName, variables, cost, source } };
  }

  #countRefusal(error: GraphQLError | undefined): void {
    const { limit, code } = error?.extensions ?? {};
    const cause = typeof limit === 'string' ? limit : typeof code === 'string' ? code : 'BAD_USER_INPUT';
    this.refused.set(cause, (this.refused.get(cause) ?? 0) + 1);
  }
}

function chooseOperation(
  { operations }: CheckedDocument,
  { operationName }: ReadRequest,
): OperationDefinitionNode | ApiError {
  const [first, ...others] = operations;
  const argument = 'operationName';
  if (operationName !== undefined) {
    const named = operations.find(({ name }) => name?.value === operationName);
    const problem = `operationName: the document has no operation ${JSON.stringify(operationName)}`;
    return named ?? new ApiError('BAD_USER_INPUT', problem, { argument });
  }
  if (first === undefined)
    return new ApiError('BAD_USER_INPUT', 'query: the document holds no operation', { argument: 'query' });
  if (others.length === 0) return first;
  const names = operations.map(({ name }) => name?.value).join(', ');
  return new ApiError('BAD_USER_INPUT', `operationName: say which operation is meant, one of ${names}`, {
    argument,
  });
}
