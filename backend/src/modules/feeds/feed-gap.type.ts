import { type FeedGap, type GapCause } from '@orderfox/domain';
import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { IsOptional, Max, MaxLength, Min } from 'class-validator';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { GapCauseEnum } from './feed-enums.type.js';

/** A stretch of a stream that may lack events; the domain object is served as it is. */
@ObjectType('FeedGap', {
  description:
    'A stretch of time in which a stream may have missed events, because nothing could be received or stored.',
})
export class FeedGapType implements Omit<FeedGap, 'type'> {
  @Field(() => ID, { description: 'Venue, such as `bybit`.' })
  readonly venue!: string;

  @Field(() => String, { description: 'Stream of the venue, such as `liquidations`.' })
  readonly stream!: string;

  @Field(() => TimestampScalar, {
    name: 'from',
    description:
      'The last moment at which data is known to have flowed; 1970-01-01 where none had ever come before.',
  })
  readonly fromMs!: number;

  @Field(() => TimestampScalar, {
    name: 'to',
    nullable: true,
    description: 'The first moment at which data flowed again; null while it does not.',
  })
  readonly toMs?: number;

  @Field(() => GapCauseEnum, { description: 'Why.' })
  readonly cause!: GapCause;

  @Field(() => String, { description: 'Why, in one sentence for people.' })
  readonly detail!: string;
}

const MAX_GAPS = 500;

/** Arguments of the query `feedGaps`. */
@ArgsType()
export class FeedGapsArguments {
  @Field(() => ID, {
    nullable: true,
    description:
      'Only gaps of this venue, such as `okx`; if left out those of all that are listened to, and of others while they were.',
  })
  @IsOptional()
  @MaxLength(64, { message: 'has at most 64 characters' })
  readonly venue?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only gaps of this stream, such as `liquidations`, whose gaps make volume PARTIAL; all if left out.',
  })
  @IsOptional()
  @MaxLength(64, { message: 'has at most 64 characters' })
  readonly stream?: string | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only gaps that lie at least partly after this.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only gaps that lie at least partly before this.',
  })
  readonly to?: number | null;

  @Field(() => Int, { defaultValue: 50, description: 'The most gaps to return, 1 to 500.' })
  @Min(1, { message: `must be 1 to ${MAX_GAPS}` })
  @Max(MAX_GAPS, { message: `must be 1 to ${MAX_GAPS}` })
  readonly first: number = 50;
}
