import { type DecimalString, type OrderSide } from '@orderfox/domain';
import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { OrderSideEnum } from '../liquidation/liquidation.type.js';
import { type TapedTrade } from './trade-market.js';

/** GraphQL shape of a trade. It is served as it is; what is only shown is a field of the resolver. */
@ObjectType('Trade', {
  description:
    'One trade as its venue reports it: Bybit sends every fill, Binance and OKX those of one taker at one price as one. Quantities are coins and prices are per coin, also where the venue counts contracts or thousands of coins.',
})
export class TradeType implements Omit<TapedTrade, 'type' | 'position' | 'tradeId' | 'aggregateId'> {
  @Field(() => ID, { description: 'Venue where it was made, such as `binance`.' })
  readonly venue!: string;

  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => String, { description: "The contract's name at its venue, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => OrderSideEnum, {
    description: 'What the taker did: `BUY` lifted an offer, `SELL` hit a bid.',
  })
  readonly takerSide!: OrderSide;

  @Field(() => DecimalScalar, { description: 'Price per coin.' })
  readonly price!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that changed hands.' })
  readonly quantity!: DecimalString;

  @Field(() => DecimalScalar, {
    description: '`quantity` times `price`, exact. Dollar coins count as one dollar.',
  })
  readonly notionalUsd!: DecimalString;

  @Field(() => TimestampScalar, { name: 'timestamp', description: 'When the venue says it was made.' })
  readonly venueTimeMs!: number;

  @Field(() => TimestampScalar, {
    name: 'receivedAt',
    description: 'When it reached this server, for an older one when it was asked for.',
  })
  readonly receivedTimeMs!: number;

  @Field(() => Boolean, {
    description:
      'Trades between the one before it and this one are missing, or may be: the connection to the venue was lost, and they could not be asked for. False for the first that is known.',
  })
  readonly isAfterGap!: boolean;

  @Field(() => Float, {
    nullable: true,
    description:
      'How many trades are missing before it, a whole number that 32 bits may not hold. Null where none are, or where nobody knows.',
  })
  readonly missedBefore?: number;
}
