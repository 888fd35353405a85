import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { type SeriesBoard } from '../polled/series-board.js';
import { type OpenInterestPoint } from './open-interest-point.js';
import { OpenInterestReader } from './open-interest-reader.js';
import { OpenInterestResolver } from './open-interest.resolver.js';
import { type ValuedReading } from './valued-history.js';

/** What the module serves. */
export interface OpenInterestModuleParts {
  /** Not started yet. */
  readonly board: SeriesBoard<ValuedReading, OpenInterestPoint>;
  readonly reader: OpenInterestReader;
}

/** Open interest of the venues, polled and kept. */
@Module({})
export class OpenInterestModule implements BeforeApplicationShutdown {
  constructor(private readonly reader: OpenInterestReader) {}

  static with({ reader }: OpenInterestModuleParts): DynamicModule {
    return {
      module: OpenInterestModule,
      providers: [{ provide: OpenInterestReader, useValue: reader }, OpenInterestResolver],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.reader.close();
  }
}
