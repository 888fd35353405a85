import { type DecimalString } from '@orderfox/domain';
import { ArgsType, Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { SeriesHistoryArguments, VenueStateFields } from '../polled/polled.type.js';
import { type ToldFunding } from './funding-reader.js';
import { type FundingKind } from './funding-rate.js';

/** GraphQL names of FundingKind. */
export const FundingKindEnum = {
  ESTIMATE: 'ESTIMATE',
  SETTLED: 'SETTLED',
} as const satisfies { readonly [K in FundingKind]: K };

registerEnumType(FundingKindEnum, {
  name: 'FundingKind',
  description: 'Whether a funding rate is still changing. The two are never to be joined into one line.',
  valuesMap: {
    ESTIMATE: {
      description: 'What the running interval would be charged if it ended now. It changes until then.',
    },
    SETTLED: { description: 'What was charged.' },
  },
});

/** GraphQL shape of a rate. It is served as it is; what follows from it is a field of the resolver. */
@ObjectType('FundingRate', {
  description:
    'What longs pay to shorts for holding a perpetual contract, as its venue says; below zero shorts pay.',
})
export class FundingRateType implements Omit<ToldFunding, 'isAfterGap' | 'intervalMs'> {
  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => ID, { description: 'Venue that says so, such as `bybit`.' })
  readonly venue!: string;

  @Field(() => String, { description: "The contract's name at its venue, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => TimestampScalar, {
    name: 'timestamp',
    description: 'By the venue: of an estimate when it was so, of a settled rate when it was charged.',
  })
  readonly timestampMs!: number;

  @Field(() => TimestampScalar, { name: 'receivedAt', description: 'When it reached this server.' })
  readonly receivedTimeMs!: number;

  @Field(() => FundingKindEnum, { description: 'Whether it is still changing.' })
  readonly kind!: FundingKind;

  @Field(() => DecimalScalar, {
    description: 'A fraction of the notional for one interval: `0.0001` is 0.01 percent.',
  })
  readonly rate!: DecimalString;

  @Field(() => TimestampScalar, {
    name: 'nextFundingAt',
    nullable: true,
    description: 'When an estimate will be charged. Null for settled rates, or where the venue does not say.',
  })
  readonly nextFundingMs?: number;
}

/** GraphQL shape of how a venue stands. */
@ObjectType('FundingState', {
  description:
    'The newest funding rate of one venue, or why there is none. Every venue of the server has one for every market.',
})
export class FundingStateType extends VenueStateFields {
  @Field(() => FundingRateType, {
    nullable: true,
    description:
      'The newest estimate that is known, however old: `isStale` says whether it may be taken for the present. Null where there never was one.',
  })
  readonly point?: FundingRateType;

  @Field(() => FundingRateType, {
    nullable: true,
    description: 'The newest settled rate that is known. Null where none is.',
  })
  readonly settled?: FundingRateType;
}

/** Arguments of the query `fundingHistory`. */
@ArgsType()
export class FundingHistoryArguments extends SeriesHistoryArguments {
  @Field(() => FundingKindEnum, { nullable: true, description: 'Only rates of this kind. Left out: both.' })
  @IsOptional()
  readonly kind?: FundingKind | null;
}
