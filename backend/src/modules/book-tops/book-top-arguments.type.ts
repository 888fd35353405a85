import { ArgsType, Field } from '@nestjs/graphql';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { MarketName, VenueName, preferredVenue } from '../symbols/market-arguments.type.js';

/** Whose tops, and when. */
@ArgsType()
export class BookTopsArguments {
  @MarketName()
  readonly symbol!: string;

  @VenueName(preferredVenue('book it is'))
  readonly venue?: string | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'The first second begins at this instant or after it. Left out: 500 seconds before the end. Given without `to` it costs as much as 5,000 seconds.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only seconds that begin before this instant. Left out: up to now.',
  })
  readonly to?: number | null;
}
