import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { StandingTrades } from './standing-trades.js';
import { TradeQueryReader } from './trade-query-reader.js';
import { TradeStreams } from './trade-streams.js';
import { TradeResolver } from './trade.resolver.js';

/** What the module serves. */
export interface TradesModuleParts {
  readonly streams: TradeStreams;
  readonly questions: TradeQueryReader;
  /** Not started yet. */
  readonly standing: StandingTrades;
}

/** Trades of the venues, followed while somebody looks, and of a few symbols always. */
@Module({})
export class TradesModule implements BeforeApplicationShutdown {
  constructor(
    private readonly streams: TradeStreams,
    private readonly standing: StandingTrades,
  ) {}

  /** `catalog`: for the digits that a market's numbers are shown with. */
  static with({ streams, questions, standing }: TradesModuleParts, catalog: SymbolCatalog): DynamicModule {
    return {
      module: TradesModule,
      providers: [
        { provide: TradeStreams, useValue: streams },
        { provide: StandingTrades, useValue: standing },
        { provide: TradeQueryReader, useValue: questions },
        { provide: SymbolCatalog, useValue: catalog },
        TradeResolver,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.standing.stop();
    await this.streams.close();
  }
}
