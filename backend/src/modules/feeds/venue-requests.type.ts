import { type FeedState } from '@orderfox/domain';
import { Extensions, Field, Int, ObjectType } from '@nestjs/graphql';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { FeedStateEnum } from './feed-enums.type.js';
import { type LimitView, type RequestsView } from './venue-requests-view.js';

/** One limit of a venue. */
@ObjectType('VenueLimit', { description: 'One limit that a venue has for the requests of an address.' })
export class VenueLimitType implements LimitView {
  @Field(() => String, { description: 'What it is for: `weight`, or the endpoint that it is of.' })
  readonly name!: string;

  @Field(() => Int, {
    description:
      'Points in use now: by this program and, as far as the venue tells, by others on the same address.',
  })
  readonly usedPoints!: number;

  @Field(() => Int, { description: 'Points that this program uses at most; the rest is left to others.' })
  readonly usablePoints!: number;

  @Field(() => Int, { description: 'Points that the venue allows in any `perMs`.' })
  readonly limitPoints!: number;

  @Field(() => Int, { description: 'The time that it is for, in milliseconds.' })
  readonly perMs!: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Until when nothing is asked of it because the venue said so; null while it may be.',
  })
  readonly until?: number;
}

/** Requests to one venue. */
@ObjectType('VenueRequests', {
  description:
    'How a venue stands to being asked by REST, and how much of its limits is in use. One limiter stands before each venue: nothing is asked that would pass a limit, or while the venue wants to be left alone.',
})
export class VenueRequestsType implements RequestsView {
  @Field(() => FeedStateEnum, {
    description:
      'How it stands: `LIVE` it answers; `CONNECTING` nothing was asked yet; `SYNCING` a wait is over and nothing was answered since; `RATE_LIMITED`, `BANNED`, `GEO_BLOCKED` and `VENUE_PAUSED` it is left alone, see `until`; `ERROR` it does not answer, or refuses this address.',
  })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why, in one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, { description: 'Since when it is in this state.' })
  readonly since!: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Until when nothing is asked, also after a restart; null while it may be asked.',
  })
  readonly until?: number;

  @Field(() => Int, { description: 'Requests that were made since the program started.' })
  readonly made!: number;

  @Field(() => Int, { description: 'Of those: which the venue refused, or did not answer as wanted.' })
  readonly failed!: number;

  @Field(() => Int, { description: 'Requests that wait for their place in a limit now.' })
  readonly waiting!: number;

  @Field(() => Int, { description: 'Requests that were not made because the venue wanted none.' })
  readonly refused!: number;

  @Field(() => Int, {
    description: 'Requests that were not made because their place in a limit would have come too late.',
  })
  readonly withheld!: number;

  @Extensions({ listSize: 15 })
  @Field(() => [VenueLimitType], { description: 'Its limits, as far as anything was asked of them.' })
  readonly limits!: readonly LimitView[];
}
