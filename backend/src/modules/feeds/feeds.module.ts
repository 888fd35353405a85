import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { MarketBus } from '../../core/market-bus.js';
import { SymbolCatalog } from '../symbols/symbol-catalog.js';
import { FeedGapRepository } from './feed-gap.repository.js';
import { FeedSupervisor } from './feed-supervisor.js';
import { VenueResolver } from './venue.resolver.js';

/** What the module serves and runs. */
export interface FeedsModuleParts {
  readonly supervisor: FeedSupervisor;
  readonly gaps: FeedGapRepository;
  readonly catalog: SymbolCatalog;
  readonly bus: MarketBus;
}

/** Runs the feeds while the application runs. They end before the server does, so that the recorder can still finish. */
@Module({})
export class FeedsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly supervisor: FeedSupervisor) {}

  static with({ supervisor, gaps, catalog, bus }: FeedsModuleParts): DynamicModule {
    return {
      module: FeedsModule,
      providers: [
        { provide: FeedSupervisor, useValue: supervisor },
        { provide: FeedGapRepository, useValue: gaps },
        { provide: SymbolCatalog, useValue: catalog },
        { provide: MarketBus, useValue: bus },
        VenueResolver,
      ],
      exports: [FeedSupervisor],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.supervisor.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.supervisor.stop();
  }
}
