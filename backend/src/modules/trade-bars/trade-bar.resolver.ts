import { addDecimals, parseTimeframe, subtractDecimals, vwapOf, type DecimalString } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import { type Clock } from '@orderfox/feed';
import { Args, Context, Extensions, Int, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { TradeQueryReader } from '../trades/trade-query-reader.js';
import { bucketPoints } from '../volume/volume-cost.js';
import { DEFAULT_BUCKETS } from '../volume/volume-range.js';
import { barOf, type BarNews } from './bar-news.js';
import { barRange, DEFAULT_GAPS, gapCount, gapRange } from './bar-range.js';
import { BarReader, type ShownGap } from './bar-reader.js';
import { type ShownBar } from './bar-series.js';
import { BarStreams } from './bar-streams.js';
import {
  TradeBarsArguments,
  TradeBarUpdatedArguments,
  TradeGapsArguments,
} from './trade-bar-arguments.type.js';
import { TradeBarType, TradeGapType } from './trade-bar.type.js';

const MINUTE = parseTimeframe('1m');

/** The clock, as Nest provides it here. */
export abstract class BarClock implements Pick<Clock, 'nowMs'> {
  abstract nowMs(): number;
}

/** Bars of trades, stored and live. */
@Resolver(() => TradeBarType)
export class TradeBarResolver {
  constructor(
    private readonly reader: BarReader,
    private readonly streams: BarStreams,
    private readonly questions: TradeQueryReader,
    private readonly clock: BarClock,
  ) {}

  @Extensions({ listSize: DEFAULT_BUCKETS, fetchPoints: bucketPoints })
  @Query(() => [TradeBarType], {
    description:
      'Bars of the trades of a market, the oldest first, the last of them perhaps still open; at most 5,000 buckets at once, of which those without a trade are left out. The trades of `SYMBOLS` are recorded always, those of other markets while somebody watches them; older ones than `RETENTION_DAYS` are dropped. Example: `{ tradeBars(symbol: "BTCUSDT", timeframe: "5m") { time close buyVolume sellVolume deltaVolume cvd vwap count quality isClosed } }`',
  })
  async tradeBars(
    @Args() { symbol, venue, timeframe, from, to }: TradeBarsArguments,
  ): Promise<readonly ShownBar[]> {
    const range = barRange(timeframe ?? MINUTE, { from, to }, this.clock.nowMs());
    return this.reader.bars(await this.questions.market({ symbol, venue: venue ?? null }), range);
  }

  @Extensions({ listSize: DEFAULT_GAPS })
  @Query(() => [TradeGapType], {
    description:
      'Stretches of time in which trades of a market are missing or may be, the oldest first; at most 31 days at once. Bars that they touch are `PARTIAL`. Example: `{ tradeGaps(symbol: "BTCUSDT") { from to missed reason isBeingFilled } }`',
  })
  async tradeGaps(
    @Args() { symbol, venue, from, to, first }: TradeGapsArguments,
  ): Promise<readonly ShownGap[]> {
    const most = gapCount(first);
    const range = gapRange({ from, to }, this.clock.nowMs());
    const market = await this.questions.market({ symbol, venue: venue ?? null });
    return this.reader.gaps(market, range, most);
  }

  @Subscription(() => TradeBarType, {
    description:
      'The newest two bars of a market, then each again when it has changed, four times a second at most while there are trades, also older ones to which trades came late; the last message of a bucket has `isClosed`. Subscribe first, then read `tradeBars`, and replace by `timestamp`: nothing is missing in between. A market outside `SYMBOLS` is recorded from here on and as long as somebody watches. A slow reader gets the newest state of each bar and none in between. While the database is away bars go on from memory; where that cannot be, a message has the error `UNAVAILABLE` in place of a bar, and the stream goes on by itself. Example: `subscription { tradeBarUpdated(symbol: "BTCUSDT", timeframe: "1m") { time close buyVolume sellVolume deltaVolume cvd quality isClosed } }`',
    resolve: barOf,
  })
  async tradeBarUpdated(
    @Args() { symbol, venue, timeframe }: TradeBarUpdatedArguments,
    @Context('life') life: OperationLife,
  ): Promise<StateStream<BarNews>> {
    const market = await this.questions.market({ symbol, venue: venue ?? null });
    this.streams.admit(market, timeframe ?? MINUTE, life);
    return this.streams.open(market, timeframe ?? MINUTE);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => Int, {
    description: 'Start of the bucket in seconds since 1970, as chart libraries want it.',
  })
  time({ startMs }: ShownBar): number {
    return startMs / 1_000;
  }

  @ResolveField(() => DecimalScalar, { description: '`buyVolume` plus `sellVolume`.' })
  totalVolume({ buyUsd, sellUsd }: ShownBar): DecimalString {
    return addDecimals(buyUsd, sellUsd);
  }

  @ResolveField(() => DecimalScalar, {
    description: '`buyVolume` minus `sellVolume`: above zero where takers bought for more than they sold.',
  })
  deltaVolume({ buyUsd, sellUsd }: ShownBar): DecimalString {
    return subtractDecimals(buyUsd, sellUsd);
  }

  @ResolveField(() => DecimalScalar, {
    description:
      'Average price, weighted by quantity, rounded half up four places behind the prices of the bar.',
  })
  vwap(bar: ShownBar): DecimalString {
    return vwapOf(bar) ?? bar.close;
  }
}
