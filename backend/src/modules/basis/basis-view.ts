import {
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  type DecimalString,
  type FeedState,
} from '@orderfox/domain';
import { type BasisLeg } from './basis-leg.js';
import { type BasisPair } from './basis-pair.js';
import { type RateNow } from './stable-coin-rates.js';

/** Digits after the point of a basis in basis points. */
export const BASIS_PLACES = 4;
const BPS = parseDecimal('10000');

/** How a basis stands. */
export interface BasisStatus {
  /** LIVE while it is known. */
  readonly state: FeedState;
  readonly reason: string;
}

/** A basis as it is served: both middles and their difference, or why it is not known. */
export interface BasisView extends BasisStatus {
  readonly symbol: string;
  /** When this was made; epoch ms. */
  readonly timeMs: number;
  readonly sinceMs: number;
  readonly binance: BasisLeg;
  readonly okx: BasisLeg;
  /** (Binance - OKX) / OKX, in basis points. */
  readonly basisBps?: number;
  /** The same with the price of OKX in USDT. */
  readonly adjustedBasisBps?: number;
  readonly rate: RateNow;
}

const LIVE: BasisStatus = { state: 'LIVE', reason: 'both books are whole' };

/** How the basis of two sides stands: as the worse of them; of two, as Binance does. */
export function statusOf(legs: readonly BasisLeg[]): BasisStatus {
  const missing = legs.find(({ mid }) => mid === undefined);
  return missing === undefined
    ? LIVE
    : { state: missing.state, reason: `${missing.venue}: ${missing.reason}` };
}

/** The basis of two sides. */
export function viewBasis(
  { symbol }: BasisPair,
  legs: { readonly binance: BasisLeg; readonly okx: BasisLeg },
  rate: RateNow,
  { timeMs, sinceMs }: { readonly timeMs: number; readonly sinceMs: number },
): BasisView {
  const { binance, okx } = legs;
  const view = { symbol, timeMs, sinceMs, binance, okx, rate, ...statusOf([binance, okx]) };
  if (binance.mid === undefined || okx.mid === undefined) return view;
  const basisBps = differenceBps(binance.mid, okx.mid);
  if (rate.rate === undefined) return { ...view, basisBps };
  return {
    ...view,
    basisBps,
    adjustedBasisBps: differenceBps(binance.mid, multiplyDecimals(okx.mid, rate.rate)),
  };
}

/** (a - b) / b in basis points: exact up to the last place, which is rounded half away from zero. */
export function differenceBps(a: DecimalString, b: DecimalString): number {
  return Number(divideDecimals(multiplyDecimals(subtractDecimals(a, b), BPS), b, BASIS_PLACES));
}
