import { type Completeness, type FeedState } from '@orderfox/domain';
import { Extensions, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { type CatalogueSummary } from '../symbols/catalogue-summary.js';
import { VenueCatalogueType } from '../symbols/venue-catalogue.type.js';
import { CompletenessEnum, FeedStateEnum } from './feed-enums.type.js';
import { type RequestsView } from './venue-requests-view.js';
import { VenueRequestsType } from './venue-requests.type.js';
import { type FeedView, type VenueStatus } from './venue-status.js';

/** One stream of a venue. */
@ObjectType('Feed', { description: 'One stream of a venue: its state, its age, and what is missing of it.' })
export class FeedType implements FeedView {
  @Field(() => String, {
    description: '`liquidations`, or the name of a stream that only supports it, such as `mark-prices`.',
  })
  readonly stream!: string;

  @Field(() => Boolean, {
    description: 'Whether missing a stretch of it means missing events, so that gaps are kept.',
  })
  readonly recorded!: boolean;

  @Field(() => FeedStateEnum, { description: 'How it stands.' })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why, in one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, { description: 'Since when it is in this state.' })
  readonly since!: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Until when the venue wants to be left alone; null unless RATE_LIMITED or BANNED.',
  })
  readonly until?: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'When the newest event of it was received; null if none came since the program started.',
  })
  readonly lastEventAt?: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'When its connection last carried market data of any kind, which proves that it lives; heartbeats do not count. Null if it never did.',
  })
  readonly lastDataAt?: number;

  @Field(() => Int, {
    description: 'Events newly recorded since 00:00 UTC, or since the program started if that is later.',
  })
  readonly eventsToday!: number;

  @Field(() => Int, {
    description:
      'Rows refused and kept aside since 00:00 UTC, or since the program started if that is later.',
  })
  readonly refusedToday!: number;

  @Field(() => Int, { description: 'Gaps that began since 00:00 UTC; see `feedGaps`.' })
  readonly gapsToday!: number;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Since when events are being missed; null while none are.',
  })
  readonly openGapSince?: number;

  @Field(() => Int, { description: 'How many topics of the venue it subscribes to.' })
  readonly topics!: number;
}

/** One configured venue. */
@ObjectType('Venue', { description: 'One venue that this program listens to.' })
export class VenueType implements VenueStatus {
  @Field(() => ID, { description: 'Short name, such as `binance`. The same in every list and filter.' })
  readonly id!: string;

  @Field(() => String, { description: 'Name for people, such as `Binance`.' })
  readonly name!: string;

  @Field(() => FeedStateEnum, { description: 'The worst state of its recorded feeds.' })
  readonly status!: FeedState;

  @Field(() => String, { description: 'Why it has this status, in one sentence for people.' })
  readonly statusReason!: string;

  @Field(() => CompletenessEnum, { description: "How much of the venue's liquidations its feed carries." })
  readonly completeness!: Completeness;

  @Field(() => String, { description: 'What the feed leaves out, in one sentence with its source.' })
  readonly completenessNote!: string;

  @Extensions({ listSize: 5 })
  @Field(() => [FeedType], { description: 'Its streams.' })
  readonly feeds!: readonly FeedView[];

  @Field(() => VenueCatalogueType, { description: 'Its list of contracts.' })
  readonly catalogue!: CatalogueSummary;

  @Field(() => VenueRequestsType, {
    nullable: true,
    description: 'How it stands to being asked by REST; null where it is not asked.',
  })
  readonly requests?: RequestsView;
}
