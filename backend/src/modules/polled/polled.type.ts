import { type FeedState } from '@orderfox/domain';
import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { TimestampScalar } from '../../core/graphql-scalars.js';
import { FeedStateEnum } from '../feeds/feed-enums.type.js';
import { MarketName, VenueName } from '../symbols/market-arguments.type.js';
import { type MarketListing, type VenueState } from './followed-symbol.js';
import { DEFAULT_HOURS } from './history-range.js';

/** GraphQL names of MarketListing. */
export const MarketListingEnum = {
  LISTED: 'LISTED',
  NOT_LISTED: 'NOT_LISTED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies { readonly [L in MarketListing]: L };

registerEnumType(MarketListingEnum, {
  name: 'MarketListing',
  description: 'Whether a venue has a market.',
  valuesMap: {
    LISTED: { description: 'It has: its list of contracts names one.' },
    NOT_LISTED: { description: 'It has not: its list of contracts is known and names none.' },
    UNKNOWN: { description: 'Nobody knows: its list of contracts could not be loaded yet.' },
  },
});

/** What the states of venues have in common, whatever is asked of them. */
@ObjectType({ isAbstract: true })
export abstract class VenueStateFields implements Omit<VenueState<never>, 'point' | 'settled'> {
  @Field(() => ID, { description: 'Market over all venues, such as `BTCUSDT`.' })
  readonly symbol!: string;

  @Field(() => ID, { description: 'Venue that is asked, such as `binance`.' })
  readonly venue!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The contract's name at the venue, such as `BTC-USDT-SWAP`. Null where it has none of this market, or none is known.",
  })
  readonly venueSymbol?: string;

  @Field(() => MarketListingEnum, { description: 'Whether the venue has the market at all.' })
  readonly listing!: MarketListing;

  @Field(() => FeedStateEnum, {
    description:
      '`LIVE` while the venue answers once a minute; `STALE` where no poll has confirmed the value for three minutes; `DISABLED` where it is not asked: `listing` and `reason` say why.',
  })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why it is in this state: one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, { name: 'since', description: 'Since when it is in this state.' })
  readonly sinceMs!: number;

  @Field(() => TimestampScalar, {
    name: 'until',
    nullable: true,
    description: 'Until when the venue wants no requests, for `RATE_LIMITED`, `BANNED` and `GEO_BLOCKED`.',
  })
  readonly untilMs?: number;

  @Field(() => Boolean, {
    description:
      'The value is too old to be taken for the present, in whatever state. False where there is none.',
  })
  readonly isStale!: boolean;

  @Field(() => Float, {
    nullable: true,
    description:
      'How old the value was when this was written, in milliseconds by the time of the venue. Null where there is none.',
  })
  readonly ageMs?: number;
}

/** Arguments of the queries and subscriptions for the present. */
@ArgsType()
export class MarketArguments {
  @MarketName()
  readonly symbol!: string;
}

/** Arguments of the queries for the past. */
@ArgsType()
export class SeriesHistoryArguments extends MarketArguments {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_HOURS,
    description:
      'How many hours back, at least 1 and at most 24 times the setting `RETENTION_DAYS` of this server.',
  })
  @IsOptional()
  readonly hours?: number | null;

  @VenueName('Only this venue, such as `okx`. Left out: all.')
  readonly venue?: string | null;
}
