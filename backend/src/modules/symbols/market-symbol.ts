import { type DecimalString, type Instrument, type VenueId } from '@orderfox/domain';

/** Where a list of contracts comes from: the venue now, its last answer kept from before, or the configuration. */
export const SYMBOL_SOURCES = ['VENUE', 'LAST_KNOWN', 'FALLBACK'] as const;

export type SymbolSource = (typeof SYMBOL_SOURCES)[number];

/** One contract of one venue that trades a market. */
export interface SymbolMarket {
  readonly venue: VenueId;
  readonly venueSymbol: string;
  readonly contractType: Instrument['contractType'];
  readonly trading: boolean;
  /** How many coins the venue's unit is: 1000 for `1000PEPEUSDT`, 1 for nearly all. */
  readonly multiplier: number;
  readonly sizeUnit: Instrument['sizeUnit'];
  /** Coins (linear) or dollars (inverse) per contract; absent where the venue counts in coins. */
  readonly contractSize?: DecimalString;
  /** Smallest price step per coin, in the quote currency. */
  readonly tickSize: DecimalString;
  /** Smallest quantity step in coins, where it can be told without a price. */
  readonly quantityStep?: DecimalString;
}

/** What a price axis needs: a charting library takes this object as it is. */
export interface PriceFormat {
  readonly type: 'price';
  /** Digits after the point. */
  readonly precision: number;
  /** The widest step on which every price of the market lies. For drawing, hence a double. */
  readonly minMove: number;
}

/** One base/quote pair over all venues. */
export interface MarketSymbol {
  /** Canonical market such as `PEPEUSDT`. */
  readonly id: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly uiName: string;
  readonly markets: readonly SymbolMarket[];
  /** Absent, like both precisions, where no venue's steps are known. */
  readonly priceFormat?: PriceFormat;
  readonly pricePrecision?: number;
  readonly amountPrecision?: number;
  /** Turnover of 24 h in the quote currency, summed over `volumeVenues`. Absent when no venue told one. */
  readonly volume24h?: DecimalString;
  /** The venues whose turnover is in `volume24h`. */
  readonly volumeVenues: readonly VenueId[];
  readonly source: SymbolSource;
}

/** What one venue contributes to the merged list. */
export interface VenueContracts {
  readonly venue: VenueId;
  readonly instruments: readonly Instrument[];
  /** By venue symbol; empty while unknown. */
  readonly volumes: ReadonlyMap<string, DecimalString>;
  readonly source: SymbolSource;
}
