import { ApiError, apiErrorFrom, isRecord, NetworkError } from './errors.js';
import { type Timers } from './timers.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How one question is asked. */
export interface QueryOptions {
  /** Gives the question up; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long the answer may take, in milliseconds; default 30,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends GraphQL operations over HTTP. Throws ApiError when the server refused one and NetworkError when no GraphQL
 * answer came in time.
 */
export class HttpQuery {
  constructor(
    private readonly fetch: Fetch,
    private readonly url: string,
    private readonly timers: Timers,
  ) {}

  /** Returns the `data` of the answer. */
  async ask(query: string, variables: unknown, options: QueryOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = 30_000 } = options;
    signal?.throwIfAborted();
    const request = new AbortController();
    const leave = () => request.abort(signal?.reason);
    const cancel = this.timers.after(timeoutMs, () => request.abort());
    signal?.addEventListener('abort', leave);
    try {
      return await this.#exchange(JSON.stringify({ query, variables }), request.signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!request.signal.aborted) throw error;
      throw new NetworkError(`The server did not answer within ${timeoutMs} ms`);
    } finally {
      cancel();
      signal?.removeEventListener('abort', leave);
    }
  }

  async #exchange(body: string, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    let response: Response;
    try {
      response = await this.fetch(this.url, { method: 'POST', headers, body, signal });
    } catch (cause) {
      throw new NetworkError('The server cannot be reached', undefined, { cause });
    }
    const retryAfterMs = this.#retryAfterMs(response);
    let answer: unknown;
    try {
      answer = await response.json();
    } catch (cause) {
      throw withoutAnswer(response.status, 'without JSON', retryAfterMs, cause);
    }
    if (isRecord(answer) && Array.isArray(answer.errors) && answer.errors.length > 0) {
      const { code, message, details } = apiErrorFrom(answer.errors);
      throw new ApiError(code, message, retryAfterMs === undefined ? details : { retryAfterMs, ...details });
    }
    if (!isRecord(answer) || !isRecord(answer.data)) {
      throw withoutAnswer(response.status, 'without data', retryAfterMs);
    }
    return answer.data;
  }

  /** `Retry-After`, seconds or a date (RFC 9110, section 10.2.3), in milliseconds from now. */
  #retryAfterMs(response: Response): number | undefined {
    const text = response.headers.get('retry-after') ?? '';
    const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - this.timers.nowMs();
    return ms > 0 ? ms : undefined;
  }
}

/** 429 says the same whoever says it: the server, or a proxy in front of it. */
function withoutAnswer(
  status: number,
  what: string,
  retryAfterMs: number | undefined,
  cause?: unknown,
): Error {
  if (status === 429) {
    const wish = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new ApiError('RATE_LIMITED', 'Too many requests: ask less often', wish);
  }
  return new NetworkError(`The server answered ${status} ${what}`, status, { cause }, retryAfterMs);
}
