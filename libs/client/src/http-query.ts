import { apiErrorFrom, isRecord, NetworkError } from './errors.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Sends one GraphQL operation over HTTP and returns its data. Throws ApiError when the server refused it and
 * NetworkError when no GraphQL answer came.
 */
export async function postQuery(
  fetch: Fetch,
  url: string,
  query: string,
  variables: unknown,
): Promise<unknown> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
  } catch (cause) {
    throw new NetworkError('The server cannot be reached', undefined, { cause });
  }
  try {
    body = await response.json();
  } catch (cause) {
    throw new NetworkError(`The server answered ${response.status} without JSON`, response.status, { cause });
  }
  if (isRecord(body) && Array.isArray(body.errors) && body.errors.length > 0) {
    throw apiErrorFrom(body.errors);
  }
  if (!isRecord(body) || !isRecord(body.data)) {
    throw new NetworkError(`The server answered ${response.status} without data`, response.status);
  }
  return body.data;
}
