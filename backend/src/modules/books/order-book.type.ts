import { type DecimalString, type FeedState } from '@orderfox/domain';
import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { FeedStateEnum } from '../feeds/feed-enums.type.js';
import { type DepthView, type LevelView, type OrderBookView } from './order-book-view.js';

/** GraphQL shape of a price level. */
@ObjectType('OrderBookLevel', {
  description: 'A price of one side of an order book, or several that were joined by `rounding`.',
})
export class OrderBookLevelType implements Pick<LevelView, 'price' | 'quantity' | 'total'> {
  @Field(() => DecimalScalar, {
    description: 'Price per coin. Of several prices the border away from the other side.',
  })
  readonly price!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that are bid or offered at it.' })
  readonly quantity!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins from the best level up to and with this one.' })
  readonly total!: DecimalString;
}

const REACH =
  'Venues tell of the best 400 (OKX) or 200 (Bybit) prices of each side; Binance of 1,000 at first, and of all that changes since.';

/** GraphQL shape of the depth near the middle. */
@ObjectType('OrderBookDepth', {
  description:
    'What is bid and offered within some distance of the middle, the borders included, over all levels that the venue tells of and not only those of the answer. Where they end nearer to the middle, `isBidFloor` and `isAskFloor` say so.',
})
export class OrderBookDepthType implements DepthView {
  @Field(() => DecimalScalar, {
    description: 'Bids in the quote currency; dollar coins count as one dollar.',
  })
  readonly bidUsd!: DecimalString;

  @Field(() => DecimalScalar, {
    description: 'Asks in the quote currency; dollar coins count as one dollar.',
  })
  readonly askUsd!: DecimalString;

  @Field(() => Boolean, {
    description: `True where what is known of the book ends before that distance does: at least \`bidUsd\` is bid. ${REACH}`,
  })
  readonly isBidFloor!: boolean;

  @Field(() => Boolean, { description: `The same of \`askUsd\`. ${REACH}` })
  readonly isAskFloor!: boolean;
}

const ABSENT = 'Null while the book is not whole.';

/** GraphQL shape of a book. The view is served as it is; what is only shown is a field of the resolver. */
@ObjectType('OrderBook', {
  description:
    'The order book of one contract, or why it is not there. A book is shown only while nothing of it is missing: `state` is `LIVE` then. Otherwise `bids`, `asks` and all that is read off them are null, never empty, and `state`, `reason` and `since` say what is wrong.',
})
export class OrderBookType implements Omit<OrderBookView, 'bids' | 'asks' | 'depth10Bps'> {
  @Field(() => ID, { description: 'Venue whose book it is, such as `binance`.' })
  readonly venue!: string;

  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => String, { description: "The contract's name at its venue, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => FeedStateEnum, { description: '`LIVE` while the book is whole and shown.' })
  readonly state!: FeedState;

  @Field(() => String, { description: 'Why it is in this state: one sentence for people.' })
  readonly reason!: string;

  @Field(() => TimestampScalar, {
    name: 'since',
    description: 'Since when the book is shown, or since when it is not.',
  })
  readonly sinceMs!: number;

  @Field(() => TimestampScalar, {
    name: 'until',
    nullable: true,
    description: 'Until when the venue wants no requests, for `RATE_LIMITED`, `BANNED` and `GEO_BLOCKED`.',
  })
  readonly untilMs?: number;

  @Field(() => DecimalScalar, {
    description: 'Smallest step of the price per coin: what `rounding` has to be a multiple of.',
  })
  readonly tickSize!: DecimalString;

  @Field(() => DecimalScalar, { description: 'What prices are multiples of: `rounding`, or the tick size.' })
  readonly rounding!: DecimalString;

  @Field(() => TimestampScalar, {
    name: 'timestamp',
    nullable: true,
    description: `When the book was so, by the clock of the venue. ${ABSENT}`,
  })
  readonly venueTimeMs?: number;

  @Field(() => [OrderBookLevelType], {
    nullable: true,
    description: `The best bids, the highest first. ${ABSENT}`,
  })
  readonly bids?: readonly OrderBookLevelType[];

  @Field(() => [OrderBookLevelType], {
    nullable: true,
    description: `The best asks, the lowest first. ${ABSENT}`,
  })
  readonly asks?: readonly OrderBookLevelType[];

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `The highest bid, whatever \`rounding\` is. ${ABSENT}`,
  })
  readonly bestBid?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `Coins that are bid at \`bestBid\`, whatever \`rounding\` is. ${ABSENT}`,
  })
  readonly bestBidQuantity?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `The lowest ask, whatever \`rounding\` is. ${ABSENT}`,
  })
  readonly bestAsk?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `Coins that are offered at \`bestAsk\`, whatever \`rounding\` is. ${ABSENT}`,
  })
  readonly bestAskQuantity?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `Half way between best bid and best ask, exact. ${ABSENT}`,
  })
  readonly mid?: DecimalString;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `From best bid to best ask, in the quote currency. ${ABSENT}`,
  })
  readonly spread?: DecimalString;

  @Field(() => Float, {
    nullable: true,
    description: `The spread in basis points of the middle: (ask - bid) / mid x 10,000. ${ABSENT}`,
  })
  readonly spreadBps?: number;

  @Field(() => OrderBookDepthType, {
    nullable: true,
    description: `All that lies within 10 basis points of the middle, levels exactly there included. ${ABSENT}`,
  })
  readonly depth10Bps?: OrderBookDepthType;
}
