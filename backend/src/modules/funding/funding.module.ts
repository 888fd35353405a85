import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { type FundingReading } from '@orderfox/venues';
import { type SeriesBoard } from '../polled/series-board.js';
import { type FundingRate } from './funding-rate.js';
import { FundingReader } from './funding-reader.js';
import { FundingResolver } from './funding.resolver.js';

/** What the module serves. */
export interface FundingModuleParts {
  /** Not started yet. */
  readonly board: SeriesBoard<FundingReading, FundingRate>;
  readonly reader: FundingReader;
}

/** Funding of the venues, polled and kept. */
@Module({})
export class FundingModule implements BeforeApplicationShutdown {
  constructor(private readonly reader: FundingReader) {}

  static with({ reader }: FundingModuleParts): DynamicModule {
    return {
      module: FundingModule,
      providers: [{ provide: FundingReader, useValue: reader }, FundingResolver],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.reader.close();
  }
}
