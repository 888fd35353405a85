import { isUtf8 } from 'node:buffer';
import { BoundedTurns, TurnsExhaustedError } from './bounded-turns.js';
import { type Clock } from './clock.js';
import { HostBlocks } from './host-blocks.js';
import { readHttpRefusal } from './http-refusal.js';
import { describeNetworkError } from './network-trouble.js';
import { BodyTooLargeError, readBeginning, readBody } from './read-body.js';
import { type RequestAsk } from './request-ask.js';
import { VenueError } from './venue-error.js';

/**
 * GETs JSON from a venue; resolves with the parsed body, unchecked. Rejects with VenueError, and with what `ask` says.
 *
 * The one that the program hands round is the door of `VenueRequests`: it knows what each address costs of the venue's
 * limits, waits for its place in them, keeps quiet while the venue wants that, and refuses what would take too long. Who
 * asks says what for, and nothing else:
 *
 *     const polling = asking(http, { kind: 'POLLING' });
 *     const readings = await openInterest.current(polling, roots, instruments, clock.nowMs());
 *
 * What fails has to be tried again by whoever wants it, at `VenueError.untilMs` where that is given; nothing needs to be
 * counted, paced or queued by those who ask. A venue's new endpoint gets its weight in the venue's `limits` file.
 */
export type JsonFetch = (url: string, ask?: RequestAsk) => Promise<unknown>;

/** Settings of a JsonFetch; all but the clock have a default. */
export interface JsonFetchOptions {
  readonly clock: Clock;
  /** For one request from start to the last byte, in ms; 10,000. Waiting for a turn does not count. */
  readonly timeoutMs?: number;
  /** Largest body, in bytes; 32 MiB. The largest catalogue, Binance's exchangeInfo, has about one. */
  readonly maxBytes?: number;
  /** Requests under way at once; 6. Further ones wait, at most a hundred of them. */
  readonly maxConcurrent?: number;
  readonly fetch?: typeof fetch;
}

const MAX_WAITING = 100;
const REFUSAL_BYTES = 4_096;

/**
 * Makes the one way to ask venues over HTTP. It knows which host asked to be left alone and refuses on its own, without
 * a request, until that time is over: share one among all that talk to the same venues.
 */
export function createJsonFetch(options: JsonFetchOptions): JsonFetch {
  const { clock, timeoutMs = 10_000, maxBytes = 32 * 1_024 * 1_024, maxConcurrent = 6 } = options;
  const ask = options.fetch ?? fetch;
  const blocks = new HostBlocks(clock);
  const turns = new BoundedTurns(maxConcurrent, MAX_WAITING);

  async function request(url: URL, where: string): Promise<unknown> {
    // Asked here and not earlier: another request may have been banned while this one waited for its turn.
    blocks.check(url.host, where);
    const abort = new AbortController();
    const timer = clock.after(timeoutMs, () => abort.abort());
    try {
      const response = await ask(url, {
        signal: abort.signal,
        headers: { accept: 'application/json' },
        // A venue that sends us elsewhere is not the venue that was configured.
        redirect: 'manual',
      });
      if (!response.ok) throw await refusal(response, url.host, where);
      const value = parse(await readBody(response, maxBytes), where);
      blocks.answered(url.host);
      return value;
    } catch (error) {
      throw abort.signal.aborted && !(error instanceof VenueError) ? late(where) : translate(error, where);
    } finally {
      timer.cancel();
      // Lets go of a connection whose body was not read to the end.
      abort.abort();
    }
  }

  async function refusal(response: Response, host: string, where: string): Promise<VenueError> {
    const answer = {
      status: response.status,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      // A body that breaks off does not unsay the status.
      body: await readBeginning(response, REFUSAL_BYTES).catch(() => ''),
    };
    return blocks.refused(host, where, readHttpRefusal(answer, clock.nowMs()));
  }

  function late(where: string): VenueError {
    return new VenueError('NETWORK', `${where} did not answer within ${timeoutMs / 1_000} s`);
  }

  return async (address) => {
    if (!URL.canParse(address)) throw new VenueError('REFUSED', 'The address of a request is not a URL');
    const url = new URL(address);
    const where = `${url.host}${url.pathname}`;
    try {
      return await turns.run(() => request(url, where));
    } catch (error) {
      throw translate(error, where);
    }
  };
}

function parse(body: Buffer, where: string): unknown {
  if (!isUtf8(body)) throw new VenueError('UNREADABLE', `${where} answered with bytes that are not UTF-8`);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new VenueError('UNREADABLE', `${where} answered with something that is not JSON`);
  }
}

/** Whatever went wrong, in the one error that callers know. */
function translate(error: unknown, where: string): VenueError {
  if (error instanceof VenueError) return error;
  if (error instanceof BodyTooLargeError) return new VenueError('UNREADABLE', `${where}: ${error.message}`);
  if (error instanceof TurnsExhaustedError) {
    return new VenueError('NETWORK', `${where} was not asked: ${error.message}`);
  }
  return new VenueError('NETWORK', `${where} ${describeNetworkError(error).words}`);
}
