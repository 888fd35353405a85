/** Why a request to a venue failed; decides what happens next. */
export type VenueFailure =
  | 'NETWORK' // no answer: DNS, TLS, connection, time-out; retry with backoff
  | 'RATE_LIMITED' // 429: wait until `untilMs`
  | 'BANNED' // 418: no request until `untilMs`
  | 'GEO_BLOCKED' // 451, or 403 with such a text: try every 30 minutes only
  | 'UNAVAILABLE' // 5xx: retry with backoff
  | 'REFUSED' // other 4xx, or an error code in the body
  | 'UNREADABLE'; // an answer of the wrong shape or size

/** A venue did not do what was asked. `message` names venue host and path, never a query secret. */
export class VenueError extends Error {
  constructor(
    readonly failure: VenueFailure,
    message: string,
    /** Epoch ms until which the venue wants no requests, where it said so. */
    readonly untilMs?: number,
    /** Status of the HTTP answer that refused it, where that alone says what the failure does not. */
    readonly status?: number,
  ) {
    super(message);
    this.name = 'VenueError';
  }
}

/** A request that was not made because its place in the venue's limit would have come too late: the venue said nothing. */
export class WithheldError extends VenueError {}

/** A request that was not made because nobody wanted its answer any more when it was its turn. */
export class NotWantedError extends Error {
  constructor() {
    super('nobody wants the answer any more');
    this.name = 'NotWantedError';
  }
}
