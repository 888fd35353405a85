import type { DecimalString } from './decimal.js';
import type { VenueId } from './market-event.js';

/** How a venue counts the size of a contract. */
export type SizeUnit =
  | 'BASE' // coins (or multiples of them, see `multiplierPower`)
  | 'LINEAR_CONTRACTS' // contracts of `contractSize` coins each
  | 'INVERSE_CONTRACTS'; // contracts of `contractSize` dollars each

/** One contract of one venue, read from the venue's own catalogue. */
export interface Instrument {
  readonly venue: VenueId;
  readonly venueSymbol: string;
  /** Canonical market: single-coin base plus quote in capitals, equal over all venues. */
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly contractType: 'PERPETUAL' | 'DATED';
  /** False when the venue lists it without trading it (delisted, pre-launch, halted). */
  readonly trading: boolean;
  readonly sizeUnit: SizeUnit;
  /** Coins (linear) or dollars (inverse) per contract; absent for `BASE`. Never assumed to be 1. */
  readonly contractSize?: DecimalString;
  /** The venue's unit is 10^multiplierPower coins: 3 for 1000PEPE, 0 for nearly all. */
  readonly multiplierPower: number;
  /** Smallest price step per single coin, in the quote currency. */
  readonly tickSize: DecimalString;
  /** Smallest quantity step in single coins, where it can be told without a price. */
  readonly quantityStep?: DecimalString;
}

/** Read access to the contracts of one venue. */
export interface InstrumentLookup {
  get(venueSymbol: string): Instrument | undefined;
  all(): readonly Instrument[];
}
