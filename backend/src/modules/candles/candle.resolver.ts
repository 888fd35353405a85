import { type Candle } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import { formatCompact } from '@orderfox/format';
import { Args, Extensions, Int, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CandlesArguments, CandleUpdatedArguments, DEFAULT_LIMIT } from './candle-arguments.type.js';
import { CandleQueryReader } from './candle-query-reader.js';
import { CandleReader } from './candle-reader.js';
import { CandleStreams } from './candle-streams.js';
import { CandleType } from './candle.type.js';

/** History and live stream of candles. */
@Resolver(() => CandleType)
export class CandleResolver {
  constructor(
    private readonly reader: CandleReader,
    private readonly streams: CandleStreams,
    private readonly questions: CandleQueryReader,
  ) {}

  @Extensions({ listSize: DEFAULT_LIMIT })
  @Query(() => [CandleType], {
    description:
      'Candles of a market, the oldest first, the last of them perhaps still open. A bucket in which the venue saw no trade may be absent. A venue that cannot be asked now gives the error `UNAVAILABLE`. Example: `{ candles(symbol: "BTCUSDT", timeframe: "5m", limit: 300) { time open high low close volume isClosed } }`',
  })
  async candles(@Args() { symbol, venue, limit, ...wanted }: CandlesArguments): Promise<readonly Candle[]> {
    const markets = await this.questions.markets(symbol, venue);
    const question = { ...wanted, limit: limit ?? DEFAULT_LIMIT };
    return this.reader.read(markets, this.questions.range(question));
  }

  @Subscription(() => CandleType, {
    description:
      'The newest candles of a market, then each again when it has changed, several times a second while there are trades; the last message of a bucket has `isClosed`. Subscribe first, then read `candles`, and replace by `timestamp`: nothing is missing in between. A slow reader gets the newest state of each candle and none in between. Example: `subscription { candleUpdated(symbol: "BTCUSDT", timeframe: "1m") { time open high low close volume isClosed } }`',
    resolve: (candle: Candle) => candle,
  })
  async candleUpdated(
    @Args() { symbol, timeframe, venue }: CandleUpdatedArguments,
  ): Promise<StateStream<Candle>> {
    return this.streams.open(await this.questions.markets(symbol, venue), timeframe);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => Int, {
    description: 'Start of the bucket in seconds since 1970, as chart libraries want it.',
  })
  time({ startMs }: Candle): number {
    return startMs / 1_000;
  }

  @ResolveField(() => String, { description: '`volumeUsd` for people, such as `12.59M`.' })
  volumeUsdFormatted({ volumeUsd }: Candle): string {
    return formatCompact(volumeUsd);
  }
}
