import { notionalPrice, type RecordedLiquidation } from '@orderfox/domain';
import { formatClockTime, formatPrice, formatQuantity, formatWhole } from '@orderfox/format';
import { Args, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CursorScalar } from '../../core/graphql-scalars.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { FilterReader } from './filter-reader.js';
import {
  DEFAULT_ROWS,
  LiquidationAddedArguments,
  LiquidationsArguments,
} from './liquidation-arguments.type.js';
import { toConnection, type LiquidationConnection } from './liquidation-connection.js';
import { LiquidationConnectionType } from './liquidation-connection.type.js';
import { CursorCodec } from './liquidation-cursor.js';
import { LiquidationStreams, type LiquidationStream } from './liquidation-streams.js';
import { LiquidationRepository } from './liquidation.repository.js';
import { LiquidationType } from './liquidation.type.js';

/**
 * History and live stream of liquidations, and the fields that are only shown. Those take their parent without a
 * decorator: Nest then calls them as they are, while a decorated parameter costs five promises per field and row.
 */
@Resolver(() => LiquidationType)
export class LiquidationResolver {
  constructor(
    private readonly repository: LiquidationRepository,
    private readonly streams: LiquidationStreams,
    private readonly filters: FilterReader,
    private readonly cursors: CursorCodec,
    private readonly catalog: SymbolCatalog,
  ) {}

  @Query(() => LiquidationConnectionType, {
    description:
      'Recorded liquidations, the newest first, page by page. Example: `{ liquidations(first: 20, filter: { symbols: ["BTCUSDT"], minNotionalUsd: "10000" }) { edges { node { displayTime venue liquidatedSide quantityFormatted notionalUsdFormatted } } pageInfo { hasNextPage endCursor } } }`',
  })
  async liquidations(
    @Args() { filter, first, after }: LiquidationsArguments,
  ): Promise<LiquidationConnection> {
    const query = await this.filters.read(filter);
    const before = typeof after === 'string' ? await this.streams.pageBefore(after) : undefined;
    const page = await this.repository.page(query, first ?? DEFAULT_ROWS, before);
    return toConnection(page, before !== undefined, this.cursors);
  }

  @Subscription(() => LiquidationType, {
    description:
      'Every liquidation from now on, once each, after it was recorded; with `after` also everything missed since that cursor, first and without a gap. A reader that falls behind gets the error `SLOW_CONSUMER` with its last `cursor`. Example: `subscription { liquidationAdded(filter: { minNotionalUsd: "1000" }) { cursor displayTime venue symbol liquidatedSide notionalUsdFormatted } }`',
    resolve: (liquidation: RecordedLiquidation) => liquidation,
  })
  async liquidationAdded(@Args() { filter, after }: LiquidationAddedArguments): Promise<LiquidationStream> {
    return this.streams.open(await this.filters.read(filter), after ?? undefined);
  }

  @ResolveField(() => CursorScalar, {
    description: 'Its place in the stream: pass the one received last as `after` to go on exactly there.',
  })
  cursor({ seq }: RecordedLiquidation): string {
    return this.cursors.encode(seq);
  }

  @ResolveField(() => String, {
    description: '`quantity` for people, with the digits of its market: `1,234.568`.',
  })
  quantityFormatted({ quantity, symbol }: RecordedLiquidation): string {
    return formatQuantity(quantity, this.catalog.find(symbol)?.amountPrecision);
  }

  @ResolveField(() => String, {
    description:
      'The price that `notionalUsd` was computed with, for people, with the digits of its market: `65,000.10`.',
  })
  priceFormatted(liquidation: RecordedLiquidation): string {
    return formatPrice(notionalPrice(liquidation), this.catalog.find(liquidation.symbol)?.pricePrecision);
  }

  @ResolveField(() => String, { description: '`notionalUsd` for people, in whole dollars: `1,234,568`.' })
  notionalUsdFormatted({ notionalUsd }: RecordedLiquidation): string {
    return formatWhole(notionalUsd);
  }

  @ResolveField(() => String, { description: 'Time of day of `timestamp` in UTC, `HH:MM:SS`.' })
  displayTime({ venueTimeMs }: RecordedLiquidation): string {
    return formatClockTime(venueTimeMs);
  }
}
