import {
  divideDecimals,
  isDecimal,
  isPositive,
  multiplyDecimals,
  parseDecimal,
  shiftDecimal,
  splitCoinMultiple,
  type DecimalString,
  type SizeUnit,
} from '@orderfox/domain';

/** What a venue says of the state of a contract, in words common to the three. */
export type ListingState = 'TRADING' | 'HALTED' | 'PRE_LAUNCH';

/** One contract in the catalogue of one simulated venue. */
export interface Listing {
  /** The venue's own name, such as `1000PEPEUSDT`, `PEPE-USDT-SWAP`, `BTCPERP`. */
  readonly venueSymbol: string;
  /** Base asset as the venue writes it, multiple included: `1000PEPE`. */
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly contractType: 'PERPETUAL' | 'DATED' | 'TRADIFI';
  readonly state: ListingState;
  readonly sizeUnit: SizeUnit;
  /** Coins (linear) or dollars (inverse) per contract; absent where the venue counts coins. */
  readonly contractSize?: string;
  /** Price and quantity steps, in the text the venue serves. */
  readonly tickSize: string;
  readonly quantityStep: string;
  /** Price of one venue unit when the market starts. */
  readonly startPrice: number;
  /** Share of liquidations relative to others; 0: listed, but the seeded market leaves it alone. */
  readonly weight: number;
  /** In the quote currency. */
  readonly turnover24h: number;
  readonly deliveryMs?: number;
  /** True for Binance COIN-M, which comes in the merged stream and stands in another catalogue. */
  readonly coinMargined?: boolean;
}

/** Digits after the point of inverse quantities, the only ones that are quotients. */
export const INVERSE_QUANTITY_PLACES = 18;

/** Canonical market of a contract: single coin plus quote. */
export function canonicalSymbol(listing: Listing): string {
  return `${splitCoinMultiple(listing.baseAsset).coin}${listing.quoteAsset}`;
}

/** Base coins of a venue quantity; undefined where text is no number or the contract size is not known. */
export function baseQuantity(listing: Listing, quantity: string, price: string): DecimalString | undefined {
  if (!isDecimal(quantity)) return undefined;
  const size = parseDecimal(quantity);
  const { power } = splitCoinMultiple(listing.baseAsset);
  if (listing.sizeUnit === 'BASE') return shiftDecimal(size, power);
  if (listing.contractSize === undefined) return undefined;
  const value = multiplyDecimals(size, parseDecimal(listing.contractSize));
  if (listing.sizeUnit === 'LINEAR_CONTRACTS') return shiftDecimal(value, power);
  if (!isDecimal(price) || !isPositive(parseDecimal(price))) return undefined;
  return divideDecimals(value, parseDecimal(price), INVERSE_QUANTITY_PLACES);
}

/** Digits after the point of a step such as `0.0010`. */
export function placesOf(step: string): number {
  const point = step.indexOf('.');
  return point < 0 ? 0 : step.length - point - 1;
}

/** Text of a number on the grid of a step, padded the way venues pad. Never below one step. */
export function onGrid(value: number, step: string): string {
  const size = Number(step);
  return (Math.max(1, Math.round(value / size)) * size).toFixed(placesOf(step));
}

/** A power of ten as plain text: `0.001`, `10`. */
export function powerOfTen(exponent: number): string {
  return exponent >= 0 ? `1${'0'.repeat(exponent)}` : `0.${'0'.repeat(-exponent - 1)}1`;
}
