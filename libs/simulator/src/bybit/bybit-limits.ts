/** Limits of the Bybit v5 linear socket and REST interface, as documented in 2026. */
export interface BybitLimits {
  /** Characters of all topics of one connection. */
  readonly argsCharacters: number;
  /** Cut after this long without a ping or request of the client. */
  readonly pingWithinMs: number;
  readonly connectsPerFiveMinutes: number;
  /** Liquidations of a symbol are bundled this long. */
  readonly liquidationBatchMs: number;
  readonly tickerMs: number;
  /** REST requests per five seconds and address; beyond: 403. */
  readonly requestsPerFiveSeconds: number;
  /** Largest page of `instruments-info`; tests lower it to see the cursor work. */
  readonly instrumentsPage: number;
  /**
   * What a request does whose batch holds a bad topic. Not documented: `NOTHING` subscribes none of the batch,
   * `EARLIER` those before the bad one.
   */
  readonly failedBatch: 'NOTHING' | 'EARLIER';
}

/** What the venue documents. */
export const BYBIT_LIMITS: BybitLimits = {
  argsCharacters: 21_000,
  pingWithinMs: 10 * 60_000,
  connectsPerFiveMinutes: 500,
  liquidationBatchMs: 500,
  tickerMs: 100,
  requestsPerFiveSeconds: 600,
  instrumentsPage: 1000,
  failedBatch: 'NOTHING',
};
