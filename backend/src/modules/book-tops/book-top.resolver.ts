import { addDecimals, multiplyDecimals, parseDecimal, type DecimalString } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { Args, Extensions, Float, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { BookQueryReader } from '../books/book-query-reader.js';
import { BookTopsArguments } from './book-top-arguments.type.js';
import { DEFAULT_TOPS, topPoints, topRange } from './book-top-range.js';
import { BookTopRepository } from './book-top.repository.js';
import { spreadBpsOf, type BookTop } from './book-top.js';
import { BookTopType } from './book-top.type.js';

const HALF = parseDecimal('0.5');

/** The clock, as Nest provides it here. */
export abstract class BookTopClock implements Pick<Clock, 'nowMs'> {
  abstract nowMs(): number;
}

/** Tops of order books, as they were sampled. */
@Resolver(() => BookTopType)
export class BookTopResolver {
  constructor(
    private readonly repository: BookTopRepository,
    private readonly questions: BookQueryReader,
    private readonly clock: BookTopClock,
  ) {}

  @Extensions({ listSize: DEFAULT_TOPS, fetchPoints: topPoints })
  @Query(() => [BookTopType], {
    description:
      'The top of the order book of a market once a second, the oldest first: best bid and ask, spread, and what lies within 10 basis points. The markets of `SYMBOLS` are sampled at each venue, as long as `RETENTION_DAYS` says; of others there is nothing. At most 5,000 seconds at once. The newest rows are stored within five seconds. Example: `{ bookTops(symbol: "BTCUSDT", venue: "okx") { timestamp bestBid bestAsk spreadBps depth10Bps { bidUsd askUsd } } }`',
  })
  async bookTops(@Args() { symbol, venue, from, to }: BookTopsArguments): Promise<readonly BookTop[]> {
    const range = topRange({ from, to }, this.clock.nowMs());
    const { market } = await this.questions.read({ symbol, venue: venue ?? null });
    return this.repository.read({ venue: market.venue.id, symbol: market.instrument.symbol, ...range });
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => Int, { description: 'The second since 1970, as chart libraries want it.' })
  time({ timeMs }: BookTop): number {
    return timeMs / 1_000;
  }

  @ResolveField(() => DecimalScalar, { description: 'Half way between best bid and best ask, exact.' })
  mid({ bestBid, bestAsk }: BookTop): DecimalString {
    return multiplyDecimals(addDecimals(bestBid, bestAsk), HALF);
  }

  @ResolveField(() => Float, {
    description: 'From best bid to best ask in basis points of the middle: (ask - bid) / mid x 10,000.',
  })
  spreadBps(top: BookTop): number {
    return Number(spreadBpsOf(top));
  }
}
