import { isUtf8 } from 'node:buffer';
import { type Clock } from './clock.js';
import { describeNetworkError } from './network-trouble.js';
import { BodyTooLargeError, readBeginning, readBody } from './read-body.js';
import { VenueError } from './venue-error.js';

/** Settings of an HttpGet; all but the clock have a default. */
export interface HttpGetOptions {
  readonly clock: Clock;
  /** For one request from start to the last byte, in ms; 10,000. */
  readonly timeoutMs?: number;
  /** Largest body, in bytes; 32 MiB. The largest catalogue, Binance's exchangeInfo, has about one. */
  readonly maxBytes?: number;
  readonly fetch?: typeof fetch;
}

/** The first line and the headers of an answer. */
export interface HttpHead {
  readonly status: number;
  readonly headers: Headers;
}

/** An answer: the parsed body of a good one, the beginning of the text of another. */
export type HttpReply = HttpHead &
  ({ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly text: string });

const REFUSAL_BYTES = 4_096;

/** GETs JSON, once, and judges nothing but whether there is an answer and whether a good one can be read. */
export class HttpGet {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #ask: typeof fetch;

  constructor({
    clock,
    timeoutMs = 10_000,
    maxBytes = 32 * 1_024 * 1_024,
    fetch: ask = fetch,
  }: HttpGetOptions) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
    this.#ask = ask;
  }

  /**
   * `where` names host and path for messages. `onHead` is told of every answer, also of one that then cannot be read.
   * Rejects with VenueError: NETWORK, or UNREADABLE for a good answer of the wrong shape or size.
   */
  async get(url: URL, where: string, onHead?: (head: HttpHead) => void): Promise<HttpReply> {
    const abort = new AbortController();
    const timer = this.#clock.after(this.#timeoutMs, () => abort.abort());
    try {
      const response = await this.#ask(url, {
        signal: abort.signal,
        headers: { accept: 'application/json' },
        // A venue that sends us elsewhere is not the venue that was configured.
        redirect: 'manual',
      });
      const { status, headers } = response;
      onHead?.({ status, headers });
      if (response.ok) {
        return { status, headers, ok: true, value: parse(await readBody(response, this.#maxBytes), where) };
      }
      // A body that breaks off does not unsay the status.
      const text = await readBeginning(response, REFUSAL_BYTES).catch(() => '');
      return { status, headers, ok: false, text };
    } catch (error) {
      if (error instanceof VenueError) throw error;
      if (abort.signal.aborted) {
        throw new VenueError('NETWORK', `${where} did not answer within ${this.#timeoutMs / 1_000} s`);
      }
      if (error instanceof BodyTooLargeError)
        throw new VenueError('UNREADABLE', `${where}: ${error.message}`);
      throw new VenueError('NETWORK', `${where} ${describeNetworkError(error).words}`);
    } finally {
      timer.cancel();
      // Lets go of a connection whose body was not read to the end.
      abort.abort();
    }
  }
}

function parse(body: Buffer, where: string): unknown {
  if (!isUtf8(body)) throw new VenueError('UNREADABLE', `${where} answered with bytes that are not UTF-8`);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new VenueError('UNREADABLE', `${where} answered with something that is not JSON`);
  }
}
