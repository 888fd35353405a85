import {
  type DecimalString,
  type LiquidatedSide,
  type OrderSide,
  type PriceKind,
  type RecordedLiquidation,
} from '@orderfox/domain';
import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';

export const LiquidatedSideEnum = { LONG: 'LONG', SHORT: 'SHORT' } as const;
registerEnumType(LiquidatedSideEnum, {
  name: 'LiquidatedSide',
  description: 'Whose position was closed by force.',
  valuesMap: {
    LONG: { description: 'A long position: it was closed by selling.' },
    SHORT: { description: 'A short position: it was closed by buying.' },
  },
});

export const OrderSideEnum = { BUY: 'BUY', SELL: 'SELL' } as const;
registerEnumType(OrderSideEnum, {
  name: 'OrderSide',
  description: 'What an order did. A forced one does the opposite of the position that it closes.',
  valuesMap: {
    BUY: { description: 'It bought; a forced order so liquidated a short.' },
    SELL: { description: 'It sold; a forced order so liquidated a long.' },
  },
});

export const PriceKindEnum = {
  FILL: 'FILL',
  BANKRUPTCY: 'BANKRUPTCY',
  MARK: 'MARK',
  ORDER: 'ORDER',
} as const;
registerEnumType(PriceKindEnum, {
  name: 'PriceKind',
  description: 'Which price a notional was computed with; venues give different ones.',
  valuesMap: {
    FILL: { description: 'What the forced order paid on average.' },
    BANKRUPTCY: { description: "The price at which the position's margin is used up." },
    MARK: { description: "The venue's mark price at the time." },
    ORDER: { description: 'The limit of the forced order.' },
  },
});

/**
 * GraphQL shape of a recorded liquidation. The domain object is served as it is, so a field added there and forgotten
 * here does not compile; what is only shown is a field of the resolver.
 */
@ObjectType('Liquidation', {
  description:
    'One forced closing of a position, as its venue reported it. Quantities are coins and prices are per coin, also where the venue counts contracts or thousands of coins. Binance and OKX report at most one per symbol and second, see `venues { completeness }`.',
})
export class LiquidationType implements RecordedLiquidation {
  @Field(() => ID, {
    name: 'id',
    description: 'Identity of the event: the same however often and from wherever it is received.',
  })
  readonly eventKey!: string;

  @Field(() => ID, { description: 'Venue, such as `okx`.' })
  readonly venue!: string;

  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => String, { description: "The venue's own name of the contract, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => String, { description: 'The coin, such as `PEPE`: the unit of `quantity`.' })
  readonly baseAsset!: string;

  @Field(() => String, { description: 'What prices are stated in, such as `USDT`.' })
  readonly quoteAsset!: string;

  @Field(() => LiquidatedSideEnum, {
    description: 'Whose position was closed. LONG if and only if `side` is SELL.',
  })
  readonly liquidatedSide!: LiquidatedSide;

  @Field(() => OrderSideEnum, { description: 'Side of the forced order that hit the market.' })
  readonly side!: OrderSide;

  @Field(() => DecimalScalar, { description: 'Coins that were closed.' })
  readonly quantity!: DecimalString;

  @Field(() => DecimalScalar, {
    description:
      'The price that the venue states with the event, per coin; `priceUsed` tells which price counted.',
  })
  readonly price!: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Average price paid per coin; null where the venue gives none.',
  })
  readonly averagePrice?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Mark price per coin at the time; null unless `priceUsed` is MARK.',
  })
  readonly markPrice?: DecimalString;

  @Field(() => PriceKindEnum, { description: 'Which of the prices `notionalUsd` was computed with.' })
  readonly priceUsed!: PriceKind;

  @Field(() => DecimalScalar, {
    description: '`quantity` times the price used, exact. A USDT or USDC counts as one dollar.',
  })
  readonly notionalUsd!: DecimalString;

  @Field(() => TimestampScalar, { name: 'timestamp', description: 'When the venue says it happened.' })
  readonly venueTimeMs!: number;

  @Field(() => TimestampScalar, {
    name: 'receivedAt',
    description: "When the venue's frame reached this server.",
  })
  readonly receivedTimeMs!: number;

  @Field(() => TimestampScalar, { name: 'committedAt', description: 'When it was safe in the database.' })
  readonly committedTimeMs!: number;

  readonly type!: 'liquidation';
  readonly raw!: string;
  readonly seq!: number;
}
