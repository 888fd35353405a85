/** Longest symbol that is believed; the longest real ones have about twenty characters. */
export const MAX_SYMBOL_LENGTH = 40;

/**
 * Letters and digits of any script (Binance lists contracts named in Chinese) joined by `. _ : / -`, starting with
 * a letter or a digit. Lets no control, bidirectional or markup character through.
 */
const VENUE_SYMBOL = /^[\p{L}\p{N}][\p{L}\p{N}._:/-]*$/u;

/** True if the text can be a contract's or an asset's name at a venue. */
export function isVenueSymbol(text: string): boolean {
  return text.length <= MAX_SYMBOL_LENGTH && VENUE_SYMBOL.test(text);
}

/**
 * Currencies that count as one dollar. A liquidation quoted in anything else (ETHBTC) has no notional in USD.
 * Dollar coins do leave their peg; their notionals are then as far off as the peg is.
 */
export const DOLLAR_QUOTES: ReadonlySet<string> = new Set([
  'USD',
  'USDT',
  'USDC',
  'BUSD',
  'FDUSD',
  'TUSD',
  'USD1',
  'USDE',
  'USDG',
  'PYUSD',
  'RLUSD',
  'DAI',
]);
