import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { TradeQueryReader } from './trade-query-reader.js';
import { TradeStreams } from './trade-streams.js';
import { TradeResolver } from './trade.resolver.js';

/** What the module serves. */
export interface TradesModuleParts {
  readonly streams: TradeStreams;
  readonly questions: TradeQueryReader;
}

/** Trades of the venues, followed while somebody looks. */
@Module({})
export class TradesModule implements BeforeApplicationShutdown {
  constructor(private readonly streams: TradeStreams) {}

  /** `catalog`: for the digits that a market's numbers are shown with. */
  static with({ streams, questions }: TradesModuleParts, catalog: SymbolCatalog): DynamicModule {
    return {
      module: TradesModule,
      providers: [
        { provide: TradeStreams, useValue: streams },
        { provide: TradeQueryReader, useValue: questions },
        { provide: SymbolCatalog, useValue: catalog },
        TradeResolver,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.streams.close();
  }
}
