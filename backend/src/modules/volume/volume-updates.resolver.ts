import { Args, Resolver, Subscription } from '@nestjs/graphql';
import { VolumeArguments } from './volume-arguments.type.js';
import { type VolumeUpdate } from './volume-feed.js';
import { VolumeQueryReader } from './volume-query-reader.js';
import { VolumeStreams, type VolumeStream } from './volume-streams.js';
import { LiquidationVolumeUpdateType } from './volume-update.type.js';

/** The live stream of liquidation volume. */
@Resolver()
export class VolumeUpdatesResolver {
  constructor(
    private readonly streams: VolumeStreams,
    private readonly queries: VolumeQueryReader,
  ) {}

  @Subscription(() => LiquidationVolumeUpdateType, {
    description:
      'The newest 500 buckets of a market, then those that change, at most one second after a liquidation was recorded and at most four times a second. A slow reader gets the newest state of all that it missed, at once. Example: `subscription { volumeUpdated(symbol: "BTCUSDT", timeframe: "1m") { isUpdate buckets { time buyVolume sellVolume count revision } } }`',
    resolve: (update: VolumeUpdate) => update,
  })
  async volumeUpdated(@Args() request: VolumeArguments): Promise<VolumeStream> {
    return this.streams.open(await this.queries.readMarket(request));
  }
}
