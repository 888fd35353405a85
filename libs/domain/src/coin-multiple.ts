/** A venue's base asset split into the coin and the power of ten it is traded in. */
export interface CoinMultiple {
  readonly coin: string;
  /** 3 for 1000PEPE: the venue's price is for 10^3 coins. */
  readonly power: number;
}

const LEADING = /^1(0{3,7})(\D.*)$/u;
const TRAILING = /^(\D.*?)1(0{3,7})$/u;
const MILLION = /^1M(\p{Lu}{3,})$/u;

/**
 * Undoes the multiples in which venues list cheap coins: `1000PEPE`, `1000000MOG`, `1MBABYDOGE` and Bybit's
 * `SHIB1000` are PEPE, MOG, BABYDOGE and SHIB. Names that merely hold digits (`1INCH`, `BANANAS31`, `0G`) stay.
 * Source: the symbol lists of the three venues, August 2026.
 */
export function splitCoinMultiple(baseAsset: string): CoinMultiple {
  const leading = LEADING.exec(baseAsset);
  if (leading) return { coin: leading[2] ?? '', power: leading[1]?.length ?? 0 };
  const million = MILLION.exec(baseAsset);
  if (million) return { coin: million[1] ?? '', power: 6 };
  const trailing = TRAILING.exec(baseAsset);
  if (trailing) return { coin: trailing[1] ?? '', power: trailing[2]?.length ?? 0 };
  return { coin: baseAsset, power: 0 };
}
