import { BoundedTurns, TurnsExhaustedError } from './bounded-turns.js';
import { HostBlocks } from './host-blocks.js';
import { HttpGet, type HttpGetOptions } from './http-get.js';
import { readHttpRefusal } from './http-refusal.js';
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
export interface JsonFetchOptions extends HttpGetOptions {
  /** Requests under way at once; 6. Further ones wait, at most a hundred of them. */
  readonly maxConcurrent?: number;
}

const MAX_WAITING = 100;

/**
 * Makes a way to ask hosts whose limits are not known, such as a service of past liquidations; venues are asked through
 * `VenueRequests`. It knows which host asked to be left alone and refuses on its own, without a request, until that time
 * is over. What is said beside the address is not regarded.
 */
export function createJsonFetch(options: JsonFetchOptions): JsonFetch {
  const { clock, maxConcurrent = 6 } = options;
  const http = new HttpGet(options);
  const blocks = new HostBlocks(clock);
  const turns = new BoundedTurns(maxConcurrent, MAX_WAITING);

  async function request(url: URL, where: string): Promise<unknown> {
    // Asked here and not earlier: another request may have been banned while this one waited for its turn.
    blocks.check(url.host, where);
    const reply = await http.get(url, where);
    if (reply.ok) {
      blocks.answered(url.host);
      return reply.value;
    }
    const retryAfter = reply.headers.get('retry-after') ?? undefined;
    const answer = { status: reply.status, retryAfter, body: reply.text };
    throw blocks.refused(url.host, where, readHttpRefusal(answer, clock.nowMs()));
  }

  return async (address) => {
    const { url, where } = readAddress(address);
    try {
      return await turns.run(() => request(url, where));
    } catch (error) {
      if (!(error instanceof TurnsExhaustedError)) throw error;
      throw new VenueError('NETWORK', `${where} was not asked: ${error.message}`);
    }
  };
}

/** The address of a request, and its host and path for messages. Throws VenueError (`REFUSED`), which quotes nothing. */
export function readAddress(address: string): { readonly url: URL; readonly where: string } {
  if (!URL.canParse(address)) throw new VenueError('REFUSED', 'The address of a request is not a URL');
  const url = new URL(address);
  return { url, where: `${url.host}${url.pathname}` };
}
