import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClientLedger, type RequestPermit } from '../../clients/client-ledger.js';
import { type HostCheck } from '../../clients/host-check.js';
import { limitHeaders } from '../limit-headers.js';
import { type CachedAnswer } from './cached-answer.js';
import { type KnownQuery, type ResponseCache } from './response-cache.js';

/** What decides whether a request is answered, and of what it is answered. */
export interface FrontDeskParts {
  /** Address of the GraphQL endpoint, as nearly everybody writes it. */
  readonly path: string;
  readonly cache: ResponseCache;
  readonly ledger: ClientLedger;
  readonly hosts: HostCheck;
  /** Whether answers hang on who asks: then requests that name their origin are for the framework. */
  readonly hasOrigins: boolean;
  /** What an answer from memory costs, in points. */
  readonly points: number;
}

type AnswerHeaders = Readonly<Record<string, string | number | string[] | undefined>>;
type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Longer ones come in several pieces, and are no hot queries. */
const MAX_BODY_BYTES = 8 * 1_024;
/** A body: without one nothing would ever be readable. */
const LENGTH = /^[1-9]\d{0,4}$/;
/** Written anew with every answer: by us, or by Node. */
const PER_ANSWER =
  /^(?:ratelimit-.*|retry-after|content-length|date|connection|keep-alive|transfer-encoding)$/;

/**
 * Stands before the framework and answers what the framework has answered before: a POST with the same bytes and the same
 * headers that count, while the version of the data is the same. The answer has the bytes and the headers that the
 * framework gave it. Whatever is new, unusual or refused is handed on untouched, its body unread; what was counted of it
 * here is not counted again.
 */
export class FrontDesk {
  readonly #sent = new WeakMap<IncomingMessage, string>();
  readonly #permits = new WeakMap<IncomingMessage, RequestPermit>();
  readonly #headers = new WeakMap<CachedAnswer, readonly (string | string[])[]>();
  #isOpen = true;
  #answered = 0;

  constructor(private readonly parts: FrontDeskParts) {}

  /** A handler of requests that answers what it can, and leaves the rest to `next`. */
  before(next: Handle): Handle {
    return (request, response) => {
      if (!this.#isOfInterest(request) || !this.parts.hosts.knows(request)) {
        next(request, response);
        return;
      }
      // As ever before anything of the body is read.
      const permit = this.parts.ledger.takeRequest(this.parts.ledger.clientOf(request));
      this.#permits.set(request, permit);
      if (permit.allowed) request.once('readable', () => this.#serve(request, response, permit, next));
      else next(request, response);
    };
  }

  /** Requests answered here, since the start. */
  get answered(): number {
    return this.#answered;
  }

  /** What the client may take, if it was counted here. */
  permitOf(request: IncomingMessage): RequestPermit | undefined {
    return this.#permits.get(request);
  }

  /** What a request said that was handed on: the key of what will be said of it. Undefined if it is of no interest. */
  sentBy(request: IncomingMessage): string | undefined {
    return this.#sent.get(request);
  }

  /** Learns with which headers an answer is sent to requests of the kind that comes by here. */
  learn(answer: CachedAnswer, headers: AnswerHeaders): void {
    if (this.#headers.has(answer)) return;
    const kept: (string | string[])[] = ['content-length', String(answer.bytes.byteLength)];
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined || PER_ANSWER.test(name)) continue;
      kept.push(name, Array.isArray(value) ? value : String(value));
    }
    this.#headers.set(answer, kept);
  }

  /** From now on everything is for the framework, which says that the server is stopping. */
  close(): void {
    this.#isOpen = false;
  }

  #isOfInterest({ method, url, headers }: IncomingMessage): boolean {
    const length = headers['content-length'] ?? '';
    return (
      this.#isOpen &&
      method === 'POST' &&
      url === this.parts.path &&
      LENGTH.test(length) &&
      Number(length) <= MAX_BODY_BYTES &&
      headers['transfer-encoding'] === undefined &&
      headers['content-encoding'] === undefined &&
      !(this.parts.hasOrigins && headers.origin !== undefined)
    );
  }

  #serve(request: IncomingMessage, response: ServerResponse, permit: RequestPermit, next: Handle): void {
    const body: unknown = request.read();
    // Put back at once: whoever reads it now finds it whole.
    if (Buffer.isBuffer(body) && !request.readableEnded) request.unshift(body);
    if (!Buffer.isBuffer(body) || body.byteLength !== Number(request.headers['content-length'])) {
      next(request, response);
      return;
    }
    const { 'content-type': type = '', accept = '' } = request.headers;
    const sent = `${type}\n${accept}\n${body.toString('latin1')}`;
    this.#sent.set(request, sent);
    const known = this.parts.cache.recall(sent);
    // Nothing is read of the text: whether it was forgotten meanwhile does not matter.
    if (known === undefined) next(request, response);
    else void this.#answer(known, request, response, permit, next);
  }

  async #answer(
    known: KnownQuery,
    request: IncomingMessage,
    response: ServerResponse,
    permit: RequestPermit,
    next: Handle,
  ): Promise<void> {
    const { cache, ledger, points } = this.parts;
    const answer = await cache.kept(known);
    const headers = answer && this.#headers.get(answer);
    const client = ledger.clientOf(request);
    if (answer === undefined || headers === undefined || !this.#isOpen || !ledger.canSpend(client, points)) {
      next(request, response);
      return;
    }
    ledger.spend(client, points);
    cache.countHit();
    this.#answered += 1;
    const { requestsPerMinute } = ledger.shareOf(client);
    response.writeHead(answer.status, [...headers, ...limitHeaders(permit, requestsPerMinute)]);
    response.end(answer.bytes);
    // The body that was put back is not wanted any more.
    request.resume();
  }
}
