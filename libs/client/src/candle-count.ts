const FEWEST = 200;
const MOST = 1_000;
/** Pixels from one candle to the next, and charts' widths that are loaded at once. */
const CANDLE_WIDTH = 6;
const WIDTHS = 3;

/**
 * How many candles a chart of this width (in CSS pixels) asks for at first: three times what it shows at six pixels
 * each, at least 200 and at most the 1,000 that the API gives at once.
 */
export function candleCountFor(width: number): number {
  // A chart that is not laid out yet has no width.
  if (!Number.isFinite(width)) return FEWEST;
  return Math.min(Math.max(Math.floor((width / CANDLE_WIDTH) * WIDTHS), FEWEST), MOST);
}
