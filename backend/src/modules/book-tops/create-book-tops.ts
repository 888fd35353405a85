import { type Clock } from '@orderfox/feed';
import { type Config } from '../../core/config.js';
import { type Database } from '../../core/database.js';
import { type Log } from '../../core/log.js';
import { type BooksModuleParts } from '../books/books.module.js';
import { BookTopSampler } from './book-top-sampler.js';
import { BookTopWriter } from './book-top-writer.js';
import { BookTopRepository } from './book-top.repository.js';
import { type BookTopsModuleParts } from './book-tops.module.js';

/** What tops need of the rest of the program. */
export interface BookTopsNeeds {
  readonly config: Pick<Config, 'SYMBOLS'>;
  readonly database: Pick<Database, 'writer' | 'reader'>;
  readonly books: Pick<BooksModuleParts, 'streams' | 'questions'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The best price of each side is all that is wanted of the levels. */
const TOP = { limit: 1 };

/** Samples of the books of `SYMBOLS`; somebody else has them followed. */
export function createBookTops({ config, database, books, clock, log }: BookTopsNeeds): BookTopsModuleParts {
  const { streams, questions } = books;
  const repository = new BookTopRepository(database);
  const writer = new BookTopWriter({ repository, clock, log });
  const sampler = new BookTopSampler({
    markets: () => config.SYMBOLS.flatMap((symbol) => questions.marketsOf(symbol)),
    bookOf: (market) => streams.now(market, TOP),
    heardMs: (market) => streams.heardMs(market),
    clock,
    onTops: (tops) => writer.take(tops),
  });
  return { repository, sampler, writer, questions, clock };
}
