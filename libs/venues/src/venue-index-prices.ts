import type { DecimalString } from '@orderfox/domain';
import type { JsonFetch } from '@orderfox/feed';
import type { VenueRoots } from './venue-adapter.js';

/** A price that a venue makes of several spot markets. */
export interface IndexPrice {
  /** As it was asked for: `SOL-USDT`. */
  readonly index: string;
  /** Of one base coin in the quote currency, exact. */
  readonly price: DecimalString;
  /** The venue's time, epoch ms. */
  readonly timestampMs: number;
}

/** Which price of one dollar coin in another is wanted. */
export interface StableCoinRequest {
  /** `USDC`. */
  readonly coin: string;
  /** `USDT`. */
  readonly quote: string;
  /** A coin with an index in both, such as `SOL`: where the pair has no index of its own, the two give the rate. */
  readonly through: string;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** What a dollar coin is worth in another. */
export interface StableCoinRate {
  /** `quote` for one `coin`; exact where the venue has an index of the pair, else a quotient to 18 places. */
  readonly rate: DecimalString;
  /** The venue's time, epoch ms; of two indices the older. */
  readonly timestampMs: number;
  /** The indices that it comes from: `USDC-USDT`, or `SOL-USDT` and `SOL-USDC`. */
  readonly indices: readonly string[];
}

/** What a venue has of index prices. */
export interface VenueIndexPrices {
  /** Asks once for the index `BASE-QUOTE`. Rejects with VenueError, also where the venue has no such index. */
  readonly read: (http: JsonFetch, roots: VenueRoots, index: string, nowMs: number) => Promise<IndexPrice>;
  /**
   * The rate between two dollar coins: one request where the pair has an index, else two more. Rejects with VenueError
   * where neither way gives one, and at once where the venue refuses for any other reason than that it has no such index.
   */
  readonly stableCoinRate: (
    http: JsonFetch,
    roots: VenueRoots,
    request: StableCoinRequest,
  ) => Promise<StableCoinRate>;
}
