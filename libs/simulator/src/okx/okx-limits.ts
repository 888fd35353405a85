/** Limits of the OKX public socket and of its REST interface, as documented in 2026. */
export interface OkxLimits {
  /** Cut after this long without anything pushed, or without any subscription after connecting. */
  readonly idleMs: number;
  /** Subscribe and unsubscribe requests per hour and connection. */
  readonly operationsPerHour: number;
  /** Bytes of all args of one request. */
  readonly argsBytes: number;
  readonly connectsPerSecond: number;
  /** From the upgrade notice (64008) to the close. */
  readonly noticeLeadMs: number;
  /** REST requests per two seconds and path. */
  readonly requestsPerTwoSeconds: number;
  /** Recent rows repeated to a new subscriber: at most so many, not older than so long. */
  readonly replayedRows: number;
  readonly replayedMs: number;
  /** Mark prices are checked this often and repeated unchanged after the second. */
  readonly markPriceMs: number;
  readonly markPriceRepeatMs: number;
  /** A book that stands still says so this often, with an empty update. */
  readonly bookKeepAliveMs: number;
}

/** What the venue documents; extent of the replay as observed by recorders. */
export const OKX_LIMITS: OkxLimits = {
  idleMs: 30_000,
  operationsPerHour: 480,
  argsBytes: 64 * 1024,
  connectsPerSecond: 3,
  noticeLeadMs: 60_000,
  requestsPerTwoSeconds: 20,
  replayedRows: 20,
  replayedMs: 30 * 60_000,
  markPriceMs: 200,
  markPriceRepeatMs: 10_000,
  bookKeepAliveMs: 60_000,
};
