import { type DecimalString, type FeedState } from '@orderfox/domain';
import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { FeedStateEnum } from '../feeds/feed-enums.type.js';
import { type BasisLeg } from './basis-leg.js';
import { type BasisView } from './basis-view.js';

/** GraphQL shape of one side. */
@ObjectType('BasisLeg', {
  description:
    'One of the two prices that a basis compares: the middle of an order book of which nothing is missing, or why there is none.',
})
export class BasisLegType implements BasisLeg {
  @Field(() => ID, { description: 'Venue whose book it is: `binance` or `okx`.' })
  readonly venue!: string;

  @Field(() => String, {
    description:
      "The contract's name at its venue, such as `SOLUSDT` or `SOL-USDC-SWAP`, also where it is not listed.",
  })
  readonly venueSymbol!: string;

  @Field(() => FeedStateEnum, {
    description:
      '`LIVE` while there is a middle. `STALE`: the book is whole, and nothing was heard of it for five seconds. `ERROR`: among others, the contract is not listed. While the list of contracts of the venue is not loaded nobody knows whether it is: `CONNECTING`, or `RESYNCING` and the like with the reason.',
  })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why it is in this state: one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, {
    name: 'since',
    description: 'Since when there is a middle, or since when there is none.',
  })
  readonly sinceMs!: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Half way between best bid and best ask per coin, exact. Null while it is not known.',
  })
  readonly mid?: DecimalString;

  @Field(() => TimestampScalar, {
    name: 'timestamp',
    nullable: true,
    description: 'When the book became so, by the clock of the venue. Null while there is no middle.',
  })
  readonly venueTimeMs?: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Milliseconds since the venue was last heard of about this book, by our clock. Null if it never was. Above 5,000 the book counts as stale.',
  })
  readonly ageMs?: number;
}

/** GraphQL shape of a basis. */
@ObjectType('Basis', {
  description:
    'By how much the perpetual of Binance against USDT is above the swap of OKX against USDC, of one coin, in basis points of the latter. Positive: Binance is dearer. It is not annualised, for neither contract ends. Most of it is as a rule the price of USDC in USDT: `adjustedBasisBps` is what is left without it. Where one of the inputs is not known, so is the basis: null, with `state`, `reason` and `since`, and never the last value.',
})
export class BasisType implements Omit<BasisView, 'rate'> {
  @Field(() => ID, { description: 'The market that it is known by, such as `SOLUSDT`.' })
  readonly symbol!: string;

  @Field(() => TimestampScalar, {
    name: 'timestamp',
    description: 'When this was read off, by the clock of this server; the ages are those of this moment.',
  })
  readonly timeMs!: number;

  @Field(() => FeedStateEnum, {
    description: '`LIVE` while the basis is known; otherwise the state of the side that is missing.',
  })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why it is in this state: one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, {
    name: 'since',
    description: 'Since when the basis is known, or since when it is not.',
  })
  readonly sinceMs!: number;

  @Field(() => BasisLegType, { description: 'The perpetual of Binance against USDT.' })
  readonly binance!: BasisLegType;

  @Field(() => BasisLegType, { description: 'The swap of OKX against USDC.' })
  readonly okx!: BasisLegType;

  @Field(() => Float, {
    nullable: true,
    description:
      '(mid of Binance - mid of OKX) / mid of OKX x 10,000, from exact prices, rounded to four places. Null while one of them is not known.',
  })
  readonly basisBps?: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The same with the mid of OKX multiplied by `stableCoinRate`, so that both prices are in USDT. Null where the rate is not known, too.',
  })
  readonly adjustedBasisBps?: number;
}
