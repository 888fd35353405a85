import { type Clock } from '@orderfox/feed';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TradeQueryReader } from '../trades/trade-query-reader.js';
import { BarReader } from './bar-reader.js';
import { BarRecorder } from './bar-recorder.js';
import { BarStreams } from './bar-streams.js';
import { BarClock, TradeBarResolver } from './trade-bar.resolver.js';

/** What the module serves. */
export interface TradeBarsModuleParts {
  /** Hears trades already. */
  readonly recorder: BarRecorder;
  readonly reader: BarReader;
  readonly streams: BarStreams;
  readonly questions: TradeQueryReader;
  readonly clock: Clock;
}

/** Bars of the trades that are followed: recorded, read and streamed. */
@Module({})
export class TradeBarsModule implements OnApplicationShutdown {
  constructor(
    private readonly recorder: BarRecorder,
    private readonly streams: BarStreams,
  ) {}

  static with({ recorder, reader, streams, questions, clock }: TradeBarsModuleParts): DynamicModule {
    return {
      module: TradeBarsModule,
      providers: [
        { provide: BarRecorder, useValue: recorder },
        { provide: BarReader, useValue: reader },
        { provide: BarStreams, useValue: streams },
        { provide: TradeQueryReader, useValue: questions },
        { provide: BarClock, useValue: clock },
        TradeBarResolver,
      ],
    };
  }

  /** After those who bring trades have ended: what came last is written too. */
  async onApplicationShutdown(): Promise<void> {
    this.streams.close();
    await this.recorder.stop();
  }
}
