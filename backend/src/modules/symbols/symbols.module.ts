import { type Clock } from '@orderfox/feed';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { RefreshLimit } from './refresh-limit.js';
import { SymbolCatalog } from './symbol-catalog.js';
import { SymbolResolver } from './symbol.resolver.js';

/** Keeps the catalogue while the application runs. */
@Module({})
export class SymbolsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly catalog: SymbolCatalog) {}

  static with(catalog: SymbolCatalog, clock: Clock): DynamicModule {
    return {
      module: SymbolsModule,
      providers: [
        { provide: SymbolCatalog, useValue: catalog },
        { provide: RefreshLimit, useValue: new RefreshLimit(clock) },
        SymbolResolver,
      ],
      exports: [SymbolCatalog],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.catalog.start();
  }

  beforeApplicationShutdown(): void {
    this.catalog.stop();
  }
}
