import { type DecimalString } from '@orderfox/domain';
import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { VenueStateFields } from '../polled/polled.type.js';
import { type OpenInterestPrice } from './open-interest-point.js';
import { type ToldOpenInterest } from './open-interest-reader.js';

/** GraphQL names of OpenInterestPrice. */
export const OpenInterestPriceEnum = {
  VENUE: 'VENUE',
  MID: 'MID',
  CLOSE: 'CLOSE',
} as const satisfies { readonly [P in OpenInterestPrice]: P };

registerEnumType(OpenInterestPriceEnum, {
  name: 'OpenInterestPrice',
  description: 'At which price open interest is worth its dollars.',
  valuesMap: {
    VENUE: {
      description:
        "A price of the venue's own: the dollars that it says itself, or its mark price of that moment.",
    },
    MID: {
      description: "Half way between best bid and best ask of the venue's own order book at that moment.",
    },
    CLOSE: { description: "What the venue's five minutes' candle that ended at the moment closed at." },
  },
});

/** GraphQL shape of open interest at a moment. It is served as it is; what is only shown is a field of the resolver. */
@ObjectType('OpenInterestPoint', {
  description:
    'How much of a contract was open at a moment, as its venue says. Coins are single coins, also where the venue counts contracts or thousands of coins, and each open contract counts once, though two parties hold it.',
})
export class OpenInterestPointType implements Omit<ToldOpenInterest, 'isAfterGap'> {
  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => ID, { description: 'Venue that says so, such as `bybit`.' })
  readonly venue!: string;

  @Field(() => String, { description: "The contract's name at its venue, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => TimestampScalar, { name: 'timestamp', description: 'When it was so, by the venue.' })
  readonly timestampMs!: number;

  @Field(() => TimestampScalar, { name: 'receivedAt', description: 'When it reached this server.' })
  readonly receivedTimeMs!: number;

  @Field(() => DecimalScalar, { description: 'Coins, one-sided.' })
  readonly openInterest!: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'Dollars, at the price that `priceUsed` names; dollar coins count as one dollar. Null where no price of that moment is known.',
  })
  readonly openInterestUsd?: DecimalString;

  @Field(() => OpenInterestPriceEnum, {
    nullable: true,
    description: 'At which price `openInterestUsd` is reckoned. Null together with it.',
  })
  readonly priceUsed?: OpenInterestPrice;

  @Field(() => Boolean, {
    description:
      'The venue counted both sides and said only their sum, of which this is half. False where it says one side itself.',
  })
  readonly isHalved!: boolean;
}

/** GraphQL shape of how a venue stands. */
@ObjectType('OpenInterestState', {
  description:
    'The newest open interest of one venue, or why there is none. Every venue of the server has one for every market.',
})
export class OpenInterestStateType extends VenueStateFields {
  @Field(() => OpenInterestPointType, {
    nullable: true,
    description:
      'The newest that is known, however old: `isStale` says whether it may be taken for the present. Null where there never was one.',
  })
  readonly point?: OpenInterestPointType;
}
