/** What a client says in the protocol `graphql-transport-ws`, as far as a server listens. */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload?: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping'; readonly payload?: Readonly<Record<string, unknown>> }
  | { readonly type: 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: OperationRequest }
  | { readonly type: 'complete'; readonly id: string };

/** The operation of a `subscribe` message; its members are checked by the policy. */
export interface OperationRequest {
  readonly query: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/** An operation id is repeated in front of every event, so it must be short. */
const MAX_ID_CHARACTERS = 128;

/** Reads a message; a string says what is wrong with it. */
export function readClientMessage(text: string): ClientMessage | string {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return 'a message must be JSON';
  }
  if (!isObject(message)) return 'a message must be a JSON object';
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
    case 'ping':
    case 'pong':
      if (payload === undefined || payload === null) return { type };
      return isObject(payload) ? { type, payload } : `the payload of ${type} must be an object`;
    case 'complete':
      return isId(id) ? { type, id } : 'the id must be a string of 1 to 128 characters';
    case 'subscribe':
      if (!isId(id)) return 'the id must be a string of 1 to 128 characters';
      return isObject(payload)
        ? { type, id, payload: { ...payload, query: payload.query } }
        : 'the payload of subscribe must be an object';
    default:
      return 'unknown type of message';
  }
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_CHARACTERS;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
