import { Module, type DynamicModule } from '@nestjs/common';
import { VolumeBoard } from './volume-board.js';
import { VolumeQueryReader } from './volume-query-reader.js';
import { VolumeReader } from './volume-reader.js';
import { VolumeStreams } from './volume-streams.js';
import { VolumeUpdatesResolver } from './volume-updates.resolver.js';
import { VolumeResolver } from './volume.resolver.js';

/** What the module serves. */
export interface VolumeModuleParts {
  readonly volume: VolumeReader;
  readonly queries: VolumeQueryReader;
  readonly board: VolumeBoard;
}

/** Liquidation volume by buckets of time. */
@Module({})
export class VolumeModule {
  static with({ volume, queries, board }: VolumeModuleParts): DynamicModule {
    return {
      module: VolumeModule,
      providers: [
        { provide: VolumeReader, useValue: volume },
        { provide: VolumeQueryReader, useValue: queries },
        { provide: VolumeBoard, useValue: board },
        VolumeStreams,
        VolumeResolver,
        VolumeUpdatesResolver,
      ],
    };
  }
}
