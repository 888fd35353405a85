import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { CandleQueryReader } from './candle-query-reader.js';
import { CandleReader } from './candle-reader.js';
import { type CandleStore } from './candle-store.js';
import { CandleStreams } from './candle-streams.js';
import { CandleResolver } from './candle.resolver.js';

/** What the module serves. */
export interface CandlesModuleParts {
  /** Counted for metrics. */
  readonly store: CandleStore;
  readonly reader: CandleReader;
  readonly streams: CandleStreams;
  readonly questions: CandleQueryReader;
}

/** Candles of the venues: history on demand, live while somebody watches. */
@Module({})
export class CandlesModule implements BeforeApplicationShutdown {
  constructor(private readonly streams: CandleStreams) {}

  static with({ reader, streams, questions }: CandlesModuleParts): DynamicModule {
    return {
      module: CandlesModule,
      providers: [
        { provide: CandleReader, useValue: reader },
        { provide: CandleStreams, useValue: streams },
        { provide: CandleQueryReader, useValue: questions },
        CandleResolver,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.streams.close();
  }
}
