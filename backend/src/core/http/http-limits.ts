/** What one HTTP request may be. */
export interface HttpLimits {
  /** Body of a request, in bytes. */
  readonly bodyBytes: number;
  /** How long its headers may take to arrive, in ms. */
  readonly headersWithinMs: number;
  /** How long all of it may take to arrive, in ms. */
  readonly requestWithinMs: number;
}

/** Requests are small; the largest, a query with its variables, fits many times. */
export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 64 * 1_024,
  headersWithinMs: 10_000,
  requestWithinMs: 30_000,
};
