import { type Candle } from '@orderfox/domain';
import { type StateStream } from '@orderfox/fanout';
import { formatCompact } from '@orderfox/format';
import { Args, Context, Extensions, Int, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { OperationLife } from '../../core/graphql/operation-life.js';
import { CandlesArguments, CandleUpdatedArguments } from './candle-arguments.type.js';
import { candleFetchPoints } from './candle-cost.js';
import { CandleQueryReader, DEFAULT_LIMIT } from './candle-query-reader.js';
import { CandleReader } from './candle-reader.js';
import { CandleStreams } from './candle-streams.js';
import { CandleType } from './candle.type.js';
import { candleOf, type CandleNews } from './candles-missed.js';

/** History and live stream of candles. */
@Resolver(() => CandleType)
export class CandleResolver {
  constructor(
    private readonly reader: CandleReader,
    private readonly streams: CandleStreams,
    private readonly questions: CandleQueryReader,
  ) {}

  @Extensions({ listSize: DEFAULT_LIMIT, fetchPoints: candleFetchPoints })
  @Query(() => [CandleType], {
    description:
      'Candles of a market, the oldest first, the last of them perhaps still open; all of an answer are of one venue. Without `venue` the next answer may be of another one, whose prices differ a little: to read on in a series, or to follow it live, ask with the `venue` that its candles have. A bucket in which the venue saw no trade may be absent. A venue that cannot be asked now gives the error `UNAVAILABLE`. A timeframe that the venue lacks is joined from a shorter one, of which at most 7,000 candles are read: `RANGE_TOO_WIDE` says how many of yours that makes. Example: `{ candles(symbol: "BTCUSDT", timeframe: "5m", limit: 300) { time open high low close volume isClosed } }`',
  })
  async candles(
    @Args() { symbol, venue, ...wanted }: CandlesArguments,
    @Context('life') { client, signal }: OperationLife,
  ): Promise<readonly Candle[]> {
    const markets = await this.questions.markets(symbol, venue);
    return this.reader.read(markets, this.questions.range(wanted), { party: client, signal });
  }

  @Extensions({ fetchPoints: candleFetchPoints })
  @Subscription(() => CandleType, {
    description:
      'The newest candles of a market, then each again when it has changed, several times a second while there are trades; the last message of a bucket has `isClosed`. Subscribe first, then read `candles`, and replace by `timestamp`: nothing is missing in between, also where the connection to the venue was lost for some time. After more than 60 candles of it a message has the error `UNAVAILABLE` in place of a candle: the next begin anew, and `candles` has what lies between. Without `venue` they may be of another venue than an earlier answer of `candles`, as the `venue` of each tells: to join both, ask both with `venue`. Without it another venue takes over where the one that was chosen cannot be reached for a minute: when `venue` changes, read `candles` of that one again. A slow reader gets the newest state of each candle and none in between. Example: `subscription { candleUpdated(symbol: "BTCUSDT", timeframe: "1m") { time open high low close volume isClosed } }`',
    resolve: candleOf,
  })
  async candleUpdated(
    @Args() { symbol, timeframe, venue }: CandleUpdatedArguments,
    @Context('life') life: OperationLife,
  ): Promise<StateStream<CandleNews>> {
    const markets = await this.questions.markets(symbol, venue);
    this.streams.admit(markets[0], venue, timeframe, life);
    return this.streams.open(markets, timeframe, { party: life.client });
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
