import { type BookMarket } from '../books/book-market.js';
import { type BookQueryReader } from '../books/book-query-reader.js';

/** One side of the comparison, and how the contract is called there. */
export interface BasisSide {
  readonly venue: string;
  /** Its market over all venues, such as `SOLUSDC`. */
  readonly symbol: string;
  /** What the venue calls the contract that is meant, such as `SOL-USDC-SWAP`. */
  readonly venueSymbol: string;
}

/** The two books that a basis is made of. A market is undefined where its venue does not list the contract, or is not configured. */
export interface BasisPair {
  readonly baseAsset: string;
  /** The market that it is known by: `SOLUSDT`. */
  readonly symbol: string;
  readonly binance: BasisSide;
  readonly okx: BasisSide;
}

/** The pair of a coin: Binance's perpetual against USDT, and the swap of OKX against USDC. */
export function basisPairOf(baseAsset: string): BasisPair {
  const [usdt, usdc] = [`${baseAsset}USDT`, `${baseAsset}USDC`];
  return {
    baseAsset,
    symbol: usdt,
    binance: { venue: 'binance', symbol: usdt, venueSymbol: usdt },
    okx: { venue: 'okx', symbol: usdc, venueSymbol: `${baseAsset}-USDC-SWAP` },
  };
}

/** The market of a side as it is listed now. */
export function marketOf(
  questions: Pick<BookQueryReader, 'marketsOf'>,
  { venue, symbol }: BasisSide,
): BookMarket | undefined {
  return questions.marketsOf(symbol).find((market) => market.venue.id === venue);
}
