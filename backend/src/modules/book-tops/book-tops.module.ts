import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { type Clock } from '@orderfox/feed';
import { BookQueryReader } from '../books/book-query-reader.js';
import { BookTopSampler } from './book-top-sampler.js';
import { BookTopWriter } from './book-top-writer.js';
import { BookTopRepository } from './book-top.repository.js';
import { BookTopClock, BookTopResolver } from './book-top.resolver.js';

/** What the module serves. */
export interface BookTopsModuleParts {
  readonly repository: BookTopRepository;
  /** Not started yet. */
  readonly sampler: BookTopSampler;
  readonly writer: BookTopWriter;
  readonly questions: BookQueryReader;
  readonly clock: Clock;
}

/** The tops of a few order books, once a second: sampled, stored and read. */
@Module({})
export class BookTopsModule implements OnApplicationShutdown {
  constructor(
    private readonly sampler: BookTopSampler,
    private readonly writer: BookTopWriter,
  ) {}

  static with({ repository, sampler, writer, questions, clock }: BookTopsModuleParts): DynamicModule {
    return {
      module: BookTopsModule,
      providers: [
        { provide: BookTopRepository, useValue: repository },
        { provide: BookTopSampler, useValue: sampler },
        { provide: BookTopWriter, useValue: writer },
        { provide: BookQueryReader, useValue: questions },
        { provide: BookTopClock, useValue: clock },
        BookTopResolver,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.sampler.stop();
    await this.writer.stop();
  }
}
