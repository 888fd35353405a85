import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { BookQueryReader } from './book-query-reader.js';
import { BookStreams } from './book-streams.js';
import { StandingBooks } from './standing-books.js';
import { OrderBookDepthResolver, OrderBookLevelResolver, OrderBookResolver } from './order-book.resolver.js';

/** What the module serves. */
export interface BooksModuleParts {
  readonly streams: BookStreams;
  readonly questions: BookQueryReader;
  /** Not started yet. */
  readonly standing: StandingBooks;
}

/** Order books of the venues, kept while somebody looks, and of a few symbols always. */
@Module({})
export class BooksModule implements BeforeApplicationShutdown {
  constructor(
    private readonly streams: BookStreams,
    private readonly standing: StandingBooks,
  ) {}

  static with({ streams, questions, standing }: BooksModuleParts): DynamicModule {
    return {
      module: BooksModule,
      providers: [
        { provide: BookStreams, useValue: streams },
        { provide: StandingBooks, useValue: standing },
        { provide: BookQueryReader, useValue: questions },
        OrderBookResolver,
        OrderBookLevelResolver,
        OrderBookDepthResolver,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.standing.stop();
    await this.streams.close();
  }
}
