import { compareDecimals, parseDecimal } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import { formatCompactFixed, formatQuantity } from '@orderfox/format';
import { Args, Context, Extensions, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { MAX_POINTS } from '../polled/history-range.js';
import { MarketArguments, SeriesHistoryArguments } from '../polled/polled.type.js';
import { OpenInterestReader, type OpenInterestState, type ToldOpenInterest } from './open-interest-reader.js';
import { OpenInterestPointType, OpenInterestStateType } from './open-interest.type.js';

/** A market that nobody has asked for yet takes some requests at every venue. */
const followPoints: FetchPoints = () => 20;
/** Rows that the history of three venues has at most. */
const HISTORY_SIZE = 3 * MAX_POINTS;
const THOUSAND = parseDecimal('1000');

/** Open interest of the venues: now, live, and of the past. */
@Resolver(() => OpenInterestPointType)
export class OpenInterestResolver {
  constructor(private readonly reader: OpenInterestReader) {}

  @Extensions({ listSize: 3, fetchPoints: followPoints })
  @Query(() => [OpenInterestStateType], {
    description:
      'The newest open interest of a market at every venue of this server, or why there is none: venues are asked once a minute, always for the markets of `SYMBOLS`, for others as long as somebody asks or listens and a minute longer. An answer waits three seconds at most for what nobody has asked for before. Example: `{ openInterest(symbol: "BTCUSDT") { venue state reason isStale point { openInterest openInterestUsdFormatted priceUsed timestamp } } }`',
  })
  openInterest(
    @Args() { symbol }: MarketArguments,
    @Context('life') { signal }: OperationLife,
  ): Promise<readonly OpenInterestState[]> {
    return this.reader.states(symbol, signal);
  }

  @Extensions({ listSize: HISTORY_SIZE, fetchPoints: followPoints })
  @Query(() => [OpenInterestPointType], {
    description:
      'Open interest of the last hours, the oldest first, all venues together. What was not asked for at the time is fetched from the venue where it has it, up to 24 hours back and in steps of five minutes; where nothing is known, there is no point, and the next has `isAfterGap`. An answer has at most 288 points of each contract: of 24 hours the last of every five minutes, of a week the last of every hour; of up to four hours every minute. Example: `{ openInterestHistory(symbol: "BTCUSDT", hours: 24, venue: "okx") { timestamp openInterest openInterestUsd isAfterGap } }`',
  })
  openInterestHistory(
    @Args() wanted: SeriesHistoryArguments,
    @Context('life') { signal }: OperationLife,
  ): Promise<readonly ToldOpenInterest[]> {
    return this.reader.history(wanted, signal);
  }

  @Extensions({ fetchPoints: followPoints })
  @Subscription(() => OpenInterestStateType, {
    description:
      'How every venue stands with its open interest of a market, each by itself: first all as they are now, then each again when it is asked (about once a minute), when it no longer answers, and when its value becomes stale. A slow reader gets the newest state of each. Example: `subscription { openInterestUpdated(symbol: "BTCUSDT") { venue state reason since point { openInterest openInterestUsd timestamp } } }`',
    resolve: (state: OpenInterestState) => state,
  })
  openInterestUpdated(@Args() { symbol }: MarketArguments): Promise<StateStream<OpenInterestState>> {
    return this.reader.stream(symbol);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => Boolean, {
    description:
      'Nothing is known of the time before it, since the point before of the same contract: a chart shows a hole there, and no line. False for the first point, and for those of `openInterest`, which stand alone.',
  })
  isAfterGap({ isAfterGap }: Partial<ToldOpenInterest>): boolean {
    return isAfterGap ?? false;
  }

  @ResolveField(() => String, { description: '`openInterest` for people: `81.23K`, `512.5`.' })
  openInterestFormatted({ openInterest }: ToldOpenInterest): string {
    if (compareDecimals(openInterest, THOUSAND) < 0) return formatQuantity(openInterest);
    return formatCompactFixed(openInterest, 2);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: '`openInterestUsd` for people: `45.00M`, `1.26B`. Null together with it.',
  })
  openInterestUsdFormatted({ openInterestUsd }: ToldOpenInterest): string | undefined {
    return openInterestUsd && formatCompactFixed(openInterestUsd, 2);
  }
}
