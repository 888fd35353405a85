import { Module, type DynamicModule } from '@nestjs/common';
import { type Clock } from '@orderfox/feed';
import { type AnswerParts } from './core/graphql/answer-operations.js';
import { type ApiPolicy } from './core/graphql/api-policy.js';
import { type ErrorFormatter } from './core/graphql/error-formatter.js';
import { graphqlModule, type GraphqlModuleParts } from './core/graphql/graphql-module.js';
import { type Log } from './core/log.js';
import { BasisModule, type BasisModuleParts } from './modules/basis/basis.module.js';
import { BookTopsModule, type BookTopsModuleParts } from './modules/book-tops/book-tops.module.js';
import { BooksModule, type BooksModuleParts } from './modules/books/books.module.js';
import { CandlesModule, type CandlesModuleParts } from './modules/candles/candles.module.js';
import { CompatModule, type CompatModuleParts } from './modules/compat/compat.module.js';
import { FeedsModule, type FeedsModuleParts } from './modules/feeds/feeds.module.js';
import { FundingModule, type FundingModuleParts } from './modules/funding/funding.module.js';
import { LiquidationModule, type LiquidationModuleParts } from './modules/liquidation/liquidation.module.js';
import {
  OpenInterestModule,
  type OpenInterestModuleParts,
} from './modules/open-interest/open-interest.module.js';
import { type SymbolCatalog } from './modules/symbols/symbol-catalog.js';
import { SymbolsModule } from './modules/symbols/symbols.module.js';
import { SystemModule, type SystemModuleParts } from './modules/system/system.module.js';
import { TradeBarsModule, type TradeBarsModuleParts } from './modules/trade-bars/trade-bars.module.js';
import { TradesModule, type TradesModuleParts } from './modules/trades/trades.module.js';
import { VolumeModule, type VolumeModuleParts } from './modules/volume/volume.module.js';

/** What each module is made with, and what is common to the whole API. */
export interface AppModuleParts {
  readonly policy: ApiPolicy;
  readonly errors: ErrorFormatter;
  readonly spend: NonNullable<AnswerParts['spend']>;
  readonly clientOf: NonNullable<GraphqlModuleParts['clientOf']>;
  readonly catalog: SymbolCatalog;
  readonly clock: Clock;
  readonly log: Log;
  readonly feeds: FeedsModuleParts;
  readonly liquidation: LiquidationModuleParts;
  readonly volume: VolumeModuleParts;
  readonly candles: CandlesModuleParts;
  readonly books: BooksModuleParts;
  readonly bookTops: BookTopsModuleParts;
  readonly basis: BasisModuleParts;
  readonly trades: TradesModuleParts;
  readonly tradeBars: TradeBarsModuleParts;
  readonly openInterest: OpenInterestModuleParts;
  readonly funding: FundingModuleParts;
  readonly compat: Pick<CompatModuleParts, 'ledger' | 'versions' | 'metrics'>;
  readonly system: Omit<SystemModuleParts, 'graphql'>;
}

/** The application: its modules and the GraphQL schema made of them. */
@Module({})
export class AppModule {
  static with({
    policy,
    errors,
    spend,
    clientOf,
    catalog,
    clock,
    log,
    feeds,
    liquidation,
    volume,
    candles,
    books,
    bookTops,
    basis,
    trades,
    tradeBars,
    openInterest,
    funding,
    compat,
    system,
  }: AppModuleParts): DynamicModule {
    const graphql = graphqlModule({ policy, errors, spend, clientOf, clock, log });
    return {
      module: AppModule,
      imports: [
        graphql,
        SymbolsModule.with(catalog, clock),
        FeedsModule.with(feeds),
        LiquidationModule.with(liquidation),
        VolumeModule.with(volume),
        CandlesModule.with(candles),
        BooksModule.with(books),
        BookTopsModule.with(bookTops),
        BasisModule.with(basis),
        TradesModule.with(trades, catalog),
        TradeBarsModule.with(tradeBars),
        OpenInterestModule.with(openInterest),
        FundingModule.with(funding),
        CompatModule.with({ ...compat, policy, errors, catalog, clock, graphql }),
        SystemModule.with({ ...system, graphql }),
      ],
    };
  }
}
