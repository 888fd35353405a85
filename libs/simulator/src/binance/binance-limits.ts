/**
 * Limits of the Binance USD-M market sockets, as documented in 2026. Tests turn the intervals down, never up.
 */
export interface BinanceLimits {
  /** Incoming messages per second and connection; pings and pongs count. Beyond: disconnected. */
  readonly messagesPerSecond: number;
  readonly streamsPerConnection: number;
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  readonly lifetimeMs: number;
  /** REST weight per minute and address. */
  readonly weightPerMinute: number;
  readonly connectsPerFiveMinutes: number;
}

/** What the venue documents. */
export const BINANCE_LIMITS: BinanceLimits = {
  messagesPerSecond: 10,
  streamsPerConnection: 1024,
  pingEveryMs: 3 * 60_000,
  pongWithinMs: 10 * 60_000,
  lifetimeMs: 24 * 60 * 60_000,
  weightPerMinute: 2400,
  connectsPerFiveMinutes: 300,
};
