import { type DecimalString } from '@orderfox/domain';
import { Field, ID, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { OrderBookDepthType } from '../books/order-book.type.js';
import { type BookTop } from './book-top.js';

/** GraphQL shape of a stored top. */
@ObjectType('BookTop', {
  description:
    'The top of one order book as it was at the beginning of one second. Only a book of which nothing is missing is sampled: a second in which it was not whole, in which nothing had been heard of it for five seconds, or in which this server did not look, has no row, and none is filled in.',
})
export class BookTopType implements Omit<BookTop, 'depth10Bps'> {
  @Field(() => ID, { description: 'Venue whose book it is, such as `binance`.' })
  readonly venue!: string;

  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => String, { description: "The contract's name at its venue, such as `1000PEPEUSDT`." })
  readonly venueSymbol!: string;

  @Field(() => TimestampScalar, {
    name: 'timestamp',
    description: 'The second at whose beginning the book was so, by the clock of this server.',
  })
  readonly timeMs!: number;

  @Field(() => TimestampScalar, {
    name: 'venueTimestamp',
    description: 'When the book became so, by the clock of the venue: of the last change before the sample.',
  })
  readonly venueTimeMs!: number;

  @Field(() => DecimalScalar, { description: 'The highest bid, per coin.' })
  readonly bestBid!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that are bid at it.' })
  readonly bestBidQuantity!: DecimalString;

  @Field(() => DecimalScalar, { description: 'The lowest ask, per coin.' })
  readonly bestAsk!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that are offered at it.' })
  readonly bestAskQuantity!: DecimalString;

  @Field(() => OrderBookDepthType, {
    description: 'All that lies within 10 basis points of the middle, levels exactly there included.',
  })
  readonly depth10Bps!: OrderBookDepthType;
}
