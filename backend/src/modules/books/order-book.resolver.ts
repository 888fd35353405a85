import { type StateStream } from '@orderfox/fanout';
import { formatCompact, formatPrice, formatQuantity, placesOfStep } from '@orderfox/format';
import { Args, Context, Extensions, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { bookKey } from './book-market.js';
import { BookQueryReader } from './book-query-reader.js';
import { BookStreams } from './book-streams.js';
import { type DepthView, type LevelView, type OrderBookView } from './order-book-view.js';
import { OrderBookArguments } from './order-book-arguments.type.js';
import { OrderBookDepthType, OrderBookLevelType, OrderBookType } from './order-book.type.js';

/** A book that nobody has looked at yet takes a subscription and a large request at its venue. */
const followPoints: FetchPoints = () => 20;

/** Digits of a spread in basis points. */
const BPS_PLACES = 3;

/** Order books, once and live. */
@Resolver(() => OrderBookType)
export class OrderBookResolver {
  constructor(
    private readonly streams: BookStreams,
    private readonly questions: BookQueryReader,
  ) {}

  @Extensions({ fetchPoints: followPoints })
  @Query(() => OrderBookType, {
    description:
      'The order book of a market as it is now. A book that nobody has looked at lately is brought first, for which an answer waits three seconds at most; where that is not enough, or the venue cannot be reached, the answer has no levels, and `state` and `reason` say why. It is followed for a minute longer, so that the next answer is there at once. Example: `{ orderBook(symbol: "BTCUSDT", limit: 10, rounding: "10") { state reason bids { price quantity total } asks { price quantity total } spreadBps } }`',
  })
  async orderBook(
    @Args() wanted: OrderBookArguments,
    @Context('life') life: OperationLife,
  ): Promise<OrderBookView> {
    const { market, choice } = await this.questions.read(wanted);
    this.streams.admit(bookKey(market), life);
    return this.streams.read(market, choice, life.signal);
  }

  @Extensions({ fetchPoints: followPoints })
  @Subscription(() => OrderBookType, {
    description:
      'The order book of a market as it is now, then again when it has changed, at most ten times a second, whole each time. Where it is not whole any more, a message says so at once, without levels, and why; the next one with levels begins anew. A slow reader gets the newest state and none in between. To look at it with another `limit` or `rounding`, subscribe anew on the same connection: the book is there at once. Example: `subscription { orderBookUpdated(symbol: "BTCUSDT", limit: 20) { state reason since timestamp bids { price quantity } asks { price quantity } } }`',
    resolve: (view: OrderBookView) => view,
  })
  async orderBookUpdated(
    @Args() wanted: OrderBookArguments,
    @Context('life') life: OperationLife,
  ): Promise<StateStream<OrderBookView>> {
    const { market, choice } = await this.questions.read(wanted);
    this.streams.admit(bookKey(market), life);
    return this.streams.open(market, choice);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => String, {
    nullable: true,
    description: '`bestBid` for people, such as `65,000.0`. Null while the book is not whole.',
  })
  bestBidFormatted({ bestBid, tickSize }: OrderBookView): string | undefined {
    return bestBid && formatPrice(bestBid, placesOfStep(tickSize));
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`bestAsk` for people, such as `65,000.1`. Null while the book is not whole.',
  })
  bestAskFormatted({ bestAsk, tickSize }: OrderBookView): string | undefined {
    return bestAsk && formatPrice(bestAsk, placesOfStep(tickSize));
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`mid` for people, such as `65,000.05`. Null while the book is not whole.',
  })
  midFormatted({ mid }: OrderBookView): string | undefined {
    return mid && formatPrice(mid);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`spread` for people, such as `0.1`. Null while the book is not whole.',
  })
  spreadFormatted({ spread, tickSize }: OrderBookView): string | undefined {
    return spread && formatPrice(spread, placesOfStep(tickSize));
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`spreadBps` for people, such as `0.015`. Null while the book is not whole.',
  })
  spreadBpsFormatted({ spreadBps }: OrderBookView): string | undefined {
    return spreadBps?.toFixed(BPS_PLACES);
  }
}

/** How levels are shown. */
@Resolver(() => OrderBookLevelType)
export class OrderBookLevelResolver {
  @ResolveField(() => String, { description: '`price` for people, such as `65,000.1`.' })
  priceFormatted({ price, pricePlaces }: LevelView): string {
    return formatPrice(price, pricePlaces);
  }

  @ResolveField(() => String, { description: '`quantity` for people, such as `0.512`.' })
  quantityFormatted({ quantity, quantityPlaces }: LevelView): string {
    return formatQuantity(quantity, quantityPlaces);
  }

  @ResolveField(() => String, { description: '`total` for people, such as `12.512`.' })
  totalFormatted({ total, quantityPlaces }: LevelView): string {
    return formatQuantity(total, quantityPlaces);
  }
}

/** How depth is shown. */
@Resolver(() => OrderBookDepthType)
export class OrderBookDepthResolver {
  @ResolveField(() => String, { description: '`bidUsd` for people, such as `1.2M`.' })
  bidUsdFormatted({ bidUsd }: DepthView): string {
    return formatCompact(bidUsd);
  }

  @ResolveField(() => String, { description: '`askUsd` for people, such as `1.2M`.' })
  askUsdFormatted({ askUsd }: DepthView): string {
    return formatCompact(askUsd);
  }
}
