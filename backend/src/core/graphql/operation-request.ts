import { ApiError } from '../graphql-errors.js';
import { hasHostileKeys } from './hostile-keys.js';

/** The members of a GraphQL request as a client sent them: of whatever type they are. */
export interface OperationRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** A request whose members have the types that they must have. */
export interface ReadRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  /** As sent: not yet checked against the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = {};

/** Checks the types of the members; `null` is the same as absent. What is wrong comes back as BAD_USER_INPUT. */
export function readOperationRequest({
  query,
  operationName,
  variables,
  extensions,
}: OperationRequest): ReadRequest | ApiError {
  if (isAbsent(query) || query === '') return refuse('query', 'missing; send the text of an operation');
  if (typeof query !== 'string') return refuse('query', 'must be a string, the text of an operation');
  if (!isAbsent(operationName) && typeof operationName !== 'string')
    return refuse('operationName', 'must be a string');
  if (!isAbsent(variables) && !isRecord(variables))
    return refuse('variables', 'must be an object; do not encode it as a string');
  if (hasHostileKeys(variables))
    return refuse('variables', 'may hold no "__proto__" and no "constructor" with a "prototype"');
  if (!isAbsent(extensions) && !isRecord(extensions)) return refuse('extensions', 'must be an object');
  if (!isAbsent(extensions?.persistedQuery))
    return refuse('extensions.persistedQuery', 'no queries are kept here; send the text alone');
  return { query, operationName: operationName ?? undefined, variables: variables ?? NO_VARIABLES };
}

function refuse(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
