import { Module, type DynamicModule } from '@nestjs/common';
import { VolumeQueryReader } from './volume-query-reader.js';
import { VolumeReader } from './volume-reader.js';
import { VolumeResolver } from './volume.resolver.js';

/** What the module serves. */
export interface VolumeModuleParts {
  readonly volume: VolumeReader;
  readonly queries: VolumeQueryReader;
}

/** Liquidation volume by buckets of time. */
@Module({})
export class VolumeModule {
  static with({ volume, queries }: VolumeModuleParts): DynamicModule {
    return {
      module: VolumeModule,
      providers: [
        { provide: VolumeReader, useValue: volume },
        { provide: VolumeQueryReader, useValue: queries },
        VolumeResolver,
      ],
    };
  }
}
