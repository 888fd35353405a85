import { fundingAprPercent, fundingRate8h, shiftDecimal, type DecimalString } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import { formatPrice } from '@orderfox/format';
import {
  Args,
  Context,
  Extensions,
  Float,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { MAX_POINTS } from '../polled/history-range.js';
import { MarketArguments } from '../polled/polled.type.js';
import { FundingReader, type FundingState, type ToldFunding } from './funding-reader.js';
import { FundingHistoryArguments, FundingRateType, FundingStateType } from './funding.type.js';

/** A market that nobody has asked for yet takes some requests at every venue. */
const followPoints: FetchPoints = () => 20;
/** Estimates that the history of three venues has at most. */
const HISTORY_SIZE = 3 * MAX_POINTS;
/** Of settled rates all are told: half a point each, as if three venues settled every four hours. */
const historyPoints: FetchPoints = (rows, argument) => {
  const hours = argument('hours');
  const settled = typeof hours === 'number' && hours > 0 ? (3 * hours) / 4 : 0;
  return followPoints(rows, argument) + Math.ceil(settled / 2);
};
const HOUR_MS = 3_600_000;

/** Funding rates of the venues: now, live, and of the past. */
@Resolver(() => FundingRateType)
export class FundingResolver {
  constructor(private readonly reader: FundingReader) {}

  @Extensions({ listSize: 3, fetchPoints: followPoints })
  @Query(() => [FundingStateType], {
    description:
      'The newest estimate of the funding rate of a market at every venue of this server, and the rate that was charged last, or why there is none: venues are asked once a minute, always for the markets of `SYMBOLS`, for others as long as somebody asks or listens and a minute longer. An answer waits three seconds at most for what nobody has asked for before. Example: `{ funding(symbol: "BTCUSDT") { venue state reason point { rate intervalHours aprPercent nextFundingAt } settled { rate timestamp } } }`',
  })
  funding(
    @Args() { symbol }: MarketArguments,
    @Context('life') { signal }: OperationLife,
  ): Promise<readonly FundingState[]> {
    return this.reader.states(symbol, signal);
  }

  @Extensions({ listSize: HISTORY_SIZE, fetchPoints: historyPoints })
  @Query(() => [FundingRateType], {
    description:
      'Funding rates of the last hours, the oldest first, all venues together: what was charged, and estimates, told apart by `kind`. Charged rates of a week are fetched from the venue where they were missed; estimates of the past cannot be had. Of estimates an answer has at most 288 of each contract: of 24 hours the last of every five minutes, of a week the last of every hour. Example: `{ fundingHistory(symbol: "BTCUSDT", hours: 168, kind: SETTLED) { venue timestamp rate intervalHours aprPercent } }`',
  })
  fundingHistory(
    @Args() wanted: FundingHistoryArguments,
    @Context('life') { signal }: OperationLife,
  ): Promise<readonly ToldFunding[]> {
    return this.reader.history(wanted, signal);
  }

  @Extensions({ fetchPoints: followPoints })
  @Subscription(() => FundingStateType, {
    description:
      'How every venue stands with its funding of a market, each by itself: first all as they are now, then each again when it is asked (about once a minute), when it no longer answers, and when its value becomes stale. A slow reader gets the newest state of each. Example: `subscription { fundingUpdated(symbol: "BTCUSDT") { venue state reason since point { rate aprPercent nextFundingAt } } }`',
    resolve: (state: FundingState) => state,
  })
  fundingUpdated(@Args() { symbol }: MarketArguments): Promise<StateStream<FundingState>> {
    return this.reader.stream(symbol);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => Float, {
    description: 'Hours between two settlements, of this rate: venues change it, to 4 or 1 in stress.',
  })
  intervalHours({ intervalMs }: ToldFunding): number {
    return intervalMs / HOUR_MS;
  }

  @ResolveField(() => DecimalScalar, {
    description: '`rate` brought to eight hours, to compare rates of different intervals.',
  })
  rate8h({ rate, intervalMs }: ToldFunding): DecimalString {
    return fundingRate8h(rate, intervalMs);
  }

  @ResolveField(() => DecimalScalar, {
    description:
      'What `rate` comes to in a year of 365 days, in percent, without compounding: rate x (8,760 h / interval) x 100. `0.0001` each eight hours is `10.95`.',
  })
  aprPercent({ rate, intervalMs }: ToldFunding): DecimalString {
    return fundingAprPercent(rate, intervalMs);
  }

  @ResolveField(() => Boolean, {
    description:
      'Nothing is known of the time before it, since the one before of the same contract and kind: a chart shows a hole there, and no line. False for the first, and for those of `funding`, which stand alone.',
  })
  isAfterGap({ isAfterGap }: Partial<ToldFunding>): boolean {
    return isAfterGap ?? false;
  }

  @ResolveField(() => String, { description: '`rate` for people, in percent: `0.0100%`.' })
  rateFormatted({ rate }: ToldFunding): string {
    return `${formatPrice(shiftDecimal(rate, 2), 4)}%`;
  }

  @ResolveField(() => String, { description: '`aprPercent` for people: `10.95%`.' })
  aprFormatted({ rate, intervalMs }: ToldFunding): string {
    return `${formatPrice(fundingAprPercent(rate, intervalMs), 2)}%`;
  }
}
