import { type JsonFetch } from '@orderfox/feed';

/** An HTTP interface that answers from a list, and keeps what it was asked. */
export interface ScriptedHttp {
  readonly http: JsonFetch;
  /** Path and query of each request, in order. */
  readonly asked: readonly string[];
}

/**
 * Answers each request with the first entry whose key its path and query begin with: a value, or what a function makes of
 * the query. Rejects for an address without one, and with the answer itself where that is an Error.
 */
export function scriptedHttp(
  answers: Readonly<Record<string, unknown>>,
  root = 'https://venue.example',
): ScriptedHttp {
  const asked: string[] = [];
  return {
    asked,
    async http(address) {
      const path = address.slice(root.length);
      asked.push(path);
      const key = Object.keys(answers).find((one) => path.startsWith(one));
      if (key === undefined) throw new Error(`nobody answers ${path}`);
      const answer = answers[key];
      const body: unknown =
        typeof answer === 'function'
          ? (answer as (query: URLSearchParams) => unknown)(new URL(address).searchParams)
          : answer;
      if (body instanceof Error) throw body;
      return Promise.resolve(body);
    },
  };
}

/** The roots behind which a scripted interface stands. */
export const SCRIPTED_ROOTS = { ws: 'wss://venue.example', rest: 'https://venue.example' };
