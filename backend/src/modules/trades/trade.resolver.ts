import { type EventStream } from '@orderfox/fanout';
import { formatClockTime, formatPrice, formatQuantity, formatWhole } from '@orderfox/format';
import { Args, Context, Extensions, ID, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { type FetchPoints } from '../../core/graphql/operation-cost.js';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { TradeAddedArguments, TradesArguments } from './trade-arguments.type.js';
import { tradeKey, type TapedTrade } from './trade-market.js';
import { tradeOf, type TradeNews } from './trade-news.js';
import { DEFAULT_TRADES, TradeQueryReader } from './trade-query-reader.js';
import { TradeStreams, type TradeChoice } from './trade-streams.js';
import { TradeType } from './trade.type.js';

/** A market that nobody has looked at yet takes a subscription and a large request at its venue. */
const followPoints: FetchPoints = () => 20;

/** Trades, the newest and live. */
@Resolver(() => TradeType)
export class TradeResolver {
  constructor(
    private readonly streams: TradeStreams,
    private readonly questions: TradeQueryReader,
    private readonly catalog: SymbolCatalog,
  ) {}

  @Extensions({ listSize: DEFAULT_TRADES, fetchPoints: followPoints })
  @Query(() => [TradeType], {
    description:
      'The newest trades of a market, the newest first. They are not stored: of a market that nobody has looked at for a minute there are those that its venue can be asked for (Binance, up to 500) and those since this question; an answer waits three seconds at most for the first, and is empty where nothing was traded. While the venue cannot be reached the error `UNAVAILABLE` says why and since when. Example: `{ trades(symbol: "BTCUSDT", first: 20) { id displayTime takerSide priceFormatted quantityFormatted isAfterGap } }`',
  })
  async trades(
    @Args() { first, ...wanted }: TradesArguments,
    @Context('life') life: OperationLife,
  ): Promise<readonly TapedTrade[]> {
    const count = this.questions.count(first);
    const market = await this.questions.market(wanted);
    this.streams.admit(tradeKey(market), life);
    return this.streams.read(market, count, life.signal);
  }

  @Extensions({ fetchPoints: followPoints })
  @Subscription(() => TradeType, {
    description:
      'Every trade of a market from now on, once each and in order. Subscribe first, then read `trades`, and join both by `id`: nothing is missing in between. Trades that were missed at the venue are asked for where it numbers them (Binance) and told in their place; where they cannot be had, the next trade has `isAfterGap`. While the venue cannot be reached a message has the error `UNAVAILABLE` in place of a trade, with why and since when; the stream goes on by itself. A reader that falls behind gets the error `SLOW_CONSUMER`. Example: `subscription { tradeAdded(symbol: "BTCUSDT") { id timestamp takerSide price quantity isAfterGap } }`',
    resolve: tradeOf,
  })
  async tradeAdded(
    @Args() wanted: TradeAddedArguments,
    @Context('life') life: OperationLife,
  ): Promise<EventStream<TradeNews, TradeChoice>> {
    const market = await this.questions.market(wanted);
    this.streams.admit(tradeKey(market), life);
    return this.streams.open(market);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => ID, {
    description: 'Identity of the trade: the same however often and from wherever it is received.',
  })
  id({ venue, venueSymbol, tradeId }: TapedTrade): string {
    return `${venue}:${venueSymbol}:${tradeId}`;
  }

  @ResolveField(() => String, {
    description: '`price` for people, with the digits of its market: `65,000.10`.',
  })
  priceFormatted({ price, symbol }: TapedTrade): string {
    return formatPrice(price, this.catalog.find(symbol)?.pricePrecision);
  }

  @ResolveField(() => String, {
    description: '`quantity` for people, with the digits of its market: `1,234.568`.',
  })
  quantityFormatted({ quantity, symbol }: TapedTrade): string {
    return formatQuantity(quantity, this.catalog.find(symbol)?.amountPrecision);
  }

  @ResolveField(() => String, { description: '`notionalUsd` for people, in whole dollars: `1,234,568`.' })
  notionalUsdFormatted({ notionalUsd }: TapedTrade): string {
    return formatWhole(notionalUsd);
  }

  @ResolveField(() => String, { description: 'Time of day of `timestamp` in UTC, `HH:MM:SS`.' })
  displayTime({ venueTimeMs }: TapedTrade): string {
    return formatClockTime(venueTimeMs);
  }
}
