import { Module, type DynamicModule } from '@nestjs/common';
import { MarketBus } from '../../core/market-bus.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { SymbolInterest } from '../symbols/symbol-interest.js';
import { FilterReader, VENUE_IDS } from './filter-reader.js';
import { CursorCodec } from './liquidation-cursor.js';
import { LiquidationStreams } from './liquidation-streams.js';
import { LiquidationRepository } from './liquidation.repository.js';
import { LiquidationResolver } from './liquidation.resolver.js';

/** What the module serves. */
export interface LiquidationModuleParts {
  readonly repository: LiquidationRepository;
  readonly cursors: CursorCodec;
  readonly catalog: SymbolCatalog;
  readonly bus: MarketBus;
  /** Hears which markets are asked for. */
  readonly interest: SymbolInterest;
  /** Every venue that a row may be of, configured or not. */
  readonly venueIds: readonly string[];
}

/** Recorded liquidations: history, live stream, and the cursors that join the two. */
@Module({})
export class LiquidationModule {
  static with(parts: LiquidationModuleParts): DynamicModule {
    const { repository, cursors, catalog, bus, interest, venueIds } = parts;
    return {
      module: LiquidationModule,
      providers: [
        { provide: LiquidationRepository, useValue: repository },
        { provide: CursorCodec, useValue: cursors },
        { provide: SymbolCatalog, useValue: catalog },
        { provide: MarketBus, useValue: bus },
        { provide: SymbolInterest, useValue: interest },
        { provide: VENUE_IDS, useValue: venueIds },
        FilterReader,
        LiquidationStreams,
        LiquidationResolver,
      ],
      exports: [LiquidationStreams],
    };
  }
}
