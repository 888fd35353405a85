const FEWEST = 200;
const MOST = 1_000;
/** Pixels from one candle to the next, and charts' widths that are loaded at once. */
const CANDLE_WIDTH = 6;
const WIDTHS = 3;

/**
 * How many candles a chart of this width in pixels begins with. The client library has the same rule, for those who ask
 * over GraphQL.
 */
export function candleCountFor(width: number): number {
  return Math.min(Math.max(Math.floor((width / CANDLE_WIDTH) * WIDTHS), FEWEST), MOST);
}
