import { formatCompact } from '@orderfox/format';
import { Args, Extensions, ID, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ApiError } from '../../core/graphql-errors.js';
import { summariseCatalogue, type CatalogueSummary } from './catalogue-summary.js';
import { type MarketSymbol } from './market-symbol.js';
import { MarketSymbolType } from './market-symbol.type.js';
import { RefreshLimit } from './refresh-limit.js';
import { SymbolCatalog } from './symbol-catalog.js';
import { unknownSymbol } from './unknown-symbol.js';
import { VenueCatalogueType } from './venue-catalogue.type.js';

/** Queries on markets. */
@Resolver(() => MarketSymbolType)
export class SymbolResolver {
  constructor(
    private readonly catalog: SymbolCatalog,
    private readonly refreshLimit: RefreshLimit,
  ) {}

  // All that the venues list are about a thousand, but from memory: reckoned as if they were fewer.
  @Extensions({ listSize: 400 })
  @Query(() => [MarketSymbolType], {
    description:
      'All markets of all venues, the highest turnover first, or those that match a search. Example: `{ symbols(search: "pepe") { id uiName volume24hFormatted markets { venue venueSymbol } } }`',
  })
  async symbols(
    @Args('search', {
      type: () => String,
      nullable: true,
      description:
        "Part of a base asset, of a canonical name or of a venue's own name, such as `btc`, `BTC-USDT-SWAP` or `1000PEPE`. At most 40 characters count.",
    })
    search?: string | null,
  ): Promise<readonly MarketSymbol[]> {
    await this.catalog.ready();
    return this.catalog.symbols(search ?? undefined);
  }

  @Query(() => MarketSymbolType, {
    nullable: true,
    description:
      'One market by any of its names. An unknown name gives the error `UNKNOWN_SYMBOL` with `suggestions`. Example: `{ symbol(id: "BTC-USDT-SWAP") { id priceFormat { type precision minMove } } }`',
  })
  async symbol(
    @Args('id', {
      type: () => ID,
      description: 'Canonical (`BTCUSDT`), written out (`BTC/USDT`) or a venue’s own name (`BTC-USDT-SWAP`).',
    })
    id: string,
  ): Promise<MarketSymbol> {
    await this.catalog.ready();
    const symbol = this.catalog.find(id);
    if (symbol === undefined) throw unknownSymbol(id, this.catalog);
    return symbol;
  }

  @Mutation(() => [VenueCatalogueType], {
    description:
      'Asks every venue for its contracts again, except those that want to be left alone. At most once in 30 seconds, else the error `RATE_LIMITED` with `retryAfterMs`. Example: `mutation { refreshSymbols { venue symbols fetchedAt problem } }`',
  })
  async refreshSymbols(): Promise<readonly CatalogueSummary[]> {
    const retryAfterMs = this.refreshLimit.take();
    if (retryAfterMs !== undefined) {
      throw new ApiError('RATE_LIMITED', 'The symbols were refreshed just now; try again later', {
        retryAfterMs,
      });
    }
    await this.catalog.refresh();
    return this.catalog.catalogues().map(summariseCatalogue);
  }

  // Without @Parent(), which would cost promises per row: Nest passes the parent first.
  @ResolveField(() => String, {
    nullable: true,
    description: '`volume24h` for people, such as `12.59B` or `456.8M`; null while it is not known.',
  })
  volume24hFormatted(symbol: MarketSymbol): string | undefined {
    return symbol.volume24h === undefined ? undefined : formatCompact(symbol.volume24h);
  }
}
