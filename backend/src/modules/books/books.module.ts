import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { BookQueryReader } from './book-query-reader.js';
import { BookStreams } from './book-streams.js';
import { OrderBookDepthResolver, OrderBookLevelResolver, OrderBookResolver } from './order-book.resolver.js';

/** What the module serves. */
export interface BooksModuleParts {
  readonly streams: BookStreams;
  readonly questions: BookQueryReader;
}

/** Order books of the venues, kept while somebody looks. */
@Module({})
export class BooksModule implements BeforeApplicationShutdown {
  constructor(private readonly streams: BookStreams) {}

  static with({ streams, questions }: BooksModuleParts): DynamicModule {
    return {
      module: BooksModule,
      providers: [
        { provide: BookStreams, useValue: streams },
        { provide: BookQueryReader, useValue: questions },
        OrderBookResolver,
        OrderBookLevelResolver,
        OrderBookDepthResolver,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.streams.close();
  }
}
