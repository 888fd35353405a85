import { type DecimalString } from '@orderfox/domain';
import { Extensions, Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import {
  type MarketSymbol,
  type PriceFormat,
  type SymbolMarket,
  type SymbolSource,
} from './market-symbol.js';

/** GraphQL names of SYMBOL_SOURCES. */
export const SymbolSourceEnum = {
  VENUE: 'VENUE',
  LAST_KNOWN: 'LAST_KNOWN',
  FALLBACK: 'FALLBACK',
} as const satisfies { readonly [S in SymbolSource]: S };

registerEnumType(SymbolSourceEnum, {
  name: 'SymbolSource',
  description: 'Where a list of contracts comes from.',
  valuesMap: {
    VENUE: { description: 'The venue itself, at most minutes ago.' },
    LAST_KNOWN: {
      description: 'The last answer of the venue, kept from before, because it cannot be asked now.',
    },
    FALLBACK: {
      description:
        'The configured names alone: no venue was ever reached, so no price step or turnover is known.',
    },
  },
});

/** GraphQL names of the contract types. */
export const ContractTypeEnum = {
  PERPETUAL: 'PERPETUAL',
  DATED: 'DATED',
} as const satisfies { readonly [T in SymbolMarket['contractType']]: T };

registerEnumType(ContractTypeEnum, {
  name: 'ContractType',
  description: 'Whether a contract expires.',
  valuesMap: {
    PERPETUAL: { description: 'Never expires.' },
    DATED: { description: 'Expires on a fixed day.' },
  },
});

/** GraphQL names of the size units. */
export const SizeUnitEnum = {
  BASE: 'BASE',
  LINEAR_CONTRACTS: 'LINEAR_CONTRACTS',
  INVERSE_CONTRACTS: 'INVERSE_CONTRACTS',
} as const satisfies { readonly [U in SymbolMarket['sizeUnit']]: U };

registerEnumType(SizeUnitEnum, {
  name: 'SizeUnit',
  description:
    'How a venue counts the size of a contract. This API has already converted every quantity to coins.',
  valuesMap: {
    BASE: { description: 'In coins, or in `multiplier` coins.' },
    LINEAR_CONTRACTS: { description: 'In contracts of `contractSize` coins each.' },
    INVERSE_CONTRACTS: { description: 'In contracts of `contractSize` dollars each.' },
  },
});

/** A price axis, ready for a charting library. */
@ObjectType('PriceFormat', {
  description: 'What a price axis needs; hand it to the charting library unchanged.',
})
export class PriceFormatType implements PriceFormat {
  @Field(() => String, { description: 'Always `price`.' })
  readonly type!: 'price';

  @Field(() => Int, { description: 'Digits after the point, such as 2.' })
  readonly precision!: number;

  @Field(() => Float, {
    description:
      'The step on which every price lies, such as 0.01. For drawing; `tickSize` is the exact number.',
  })
  readonly minMove!: number;
}

/** One contract of one venue. */
@ObjectType('SymbolMarket', { description: 'One contract of one venue that trades this symbol.' })
export class SymbolMarketType implements SymbolMarket {
  @Field(() => ID, { description: 'Venue, such as `okx`.' })
  readonly venue!: string;

  @Field(() => String, {
    description: "The venue's own name for it, such as `BTC-USDT-SWAP` or `1000PEPEUSDT`.",
  })
  readonly venueSymbol!: string;

  @Field(() => ContractTypeEnum, { description: 'Whether it expires.' })
  readonly contractType!: SymbolMarket['contractType'];

  @Field(() => Boolean, {
    description:
      'False where the venue halted, delisted or has not yet opened it; its history stays readable.',
  })
  readonly trading!: boolean;

  @Field(() => Int, {
    description: "How many coins the venue's unit is: 1000 for `1000PEPEUSDT`, 1 for nearly all.",
  })
  readonly multiplier!: number;

  @Field(() => SizeUnitEnum, { description: 'How the venue counts size.' })
  readonly sizeUnit!: SymbolMarket['sizeUnit'];

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Coins (linear) or dollars (inverse) per contract; null where the venue counts in coins.',
  })
  readonly contractSize?: DecimalString;

  @Field(() => DecimalScalar, { description: 'Smallest price step per coin, in the quote currency.' })
  readonly tickSize!: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Smallest quantity step in coins; null where it depends on the price.',
  })
  readonly quantityStep?: DecimalString;
}

/** One base/quote pair over all venues. */
@ObjectType('Symbol', {
  description:
    'A market: one base/quote pair over all venues. Contracts on a multiple of a coin (`1000PEPEUSDT`) belong to the market of the single coin (`PEPEUSDT`).',
})
export class MarketSymbolType implements MarketSymbol {
  @Field(() => ID, { description: 'Base and quote in capitals, such as `BTCUSDT`.' })
  readonly id!: string;

  @Field(() => String, { description: 'What is traded, such as `BTC`.' })
  readonly baseAsset!: string;

  @Field(() => String, { description: 'What prices are stated in, such as `USDT`.' })
  readonly quoteAsset!: string;

  @Field(() => String, { description: 'Name for people, such as `BTC/USDT`.' })
  readonly uiName!: string;

  @Extensions({ listSize: 2 })
  @Field(() => [SymbolMarketType], { description: 'The contracts behind it. Empty for a FALLBACK symbol.' })
  readonly markets!: readonly SymbolMarket[];

  @Field(() => PriceFormatType, {
    nullable: true,
    description: 'Ready for a price axis; null while no price step is known.',
  })
  readonly priceFormat?: PriceFormat;

  @Field(() => Int, {
    nullable: true,
    description: 'Digits after the point of a price; null while no price step is known.',
  })
  readonly pricePrecision?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Digits after the point of a quantity in coins; null where no venue states a step in coins.',
  })
  readonly amountPrecision?: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'Turnover of the last 24 hours in the quote currency, summed over `volumeVenues`; null while no venue told one.',
  })
  readonly volume24h?: DecimalString;

  @Extensions({ listSize: 3 })
  @Field(() => [ID], { description: 'The venues whose turnover is in `volume24h`.' })
  readonly volumeVenues!: readonly string[];

  @Field(() => SymbolSourceEnum, { description: 'Where this knowledge comes from.' })
  readonly source!: SymbolSource;
}
