import { BYBIT_BOOK, type BookUpdate } from '../book/book-update.js';
import { bookUnitsOf } from '../book/book-units.js';
import { NO_BOOKS, readLiveBooks } from '../book/live-books.js';
import { checkedLevels, readBookTimeMs, readLevels, readUpdateId } from '../book/wire-levels.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { type VenueBooks } from '../venue-books.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type BookData, type TopicFrame } from './bybit.messages.js';
import { BOOK_PREFIX, bybitProtocol } from './bybit.protocol.js';
import { ScannedBook } from './bybit.scan.js';

/**
 * Books of Bybit linear contracts: 200 levels of each side, whole after subscribing, then every change, every 100 ms.
 * Source: Bybit v5 page "Orderbook", read 2026-07.
 */
export const bybitBooks: VenueBooks = {
  rule: BYBIT_BOOK,
  protocol: (roots) => bybitProtocol(roots.ws, 'books'),
  topicOf: ({ venueSymbol }) => `${BOOK_PREFIX}${venueSymbol}`,
  unitsOf: bookUnitsOf,
  normalise(message, isWanted) {
    const frame: Unchecked<TopicFrame> = isRecord(message) ? message : {};
    const { topic } = frame;
    if (typeof topic !== 'string' || !isWanted(topic)) return NO_BOOKS;
    const readSide = message instanceof ScannedBook ? checkedLevels : readLevels;
    return readLiveBooks(topic, [frame], () => readFrame(frame, topic, readSide));
  },
};

function readFrame(
  { type, cts, ts, data }: Unchecked<TopicFrame>,
  topic: string,
  readSide: typeof readLevels,
): BookUpdate {
  if (type !== 'snapshot' && type !== 'delta') {
    throw new NormalizeError('MALFORMED', `type is ${describeValue(type)}`);
  }
  const book: Unchecked<BookData> = readRecord(data, 'data');
  if (typeof book.s !== 'string' || `${BOOK_PREFIX}${book.s}` !== topic) {
    throw new NormalizeError('MALFORMED', `s is ${describeValue(book.s)} on ${describeValue(topic)}`);
  }
  const lastId = readUpdateId(book.u, 'u');
  return {
    // The first number says that the venue's service has begun anew, whatever the frame calls itself.
    isSnapshot: type === 'snapshot' || lastId === 1,
    lastId,
    bids: readSide(book.b, 'b'),
    asks: readSide(book.a, 'a'),
    venueTimeMs: readBookTimeMs(cts ?? ts, cts === undefined ? 'ts' : 'cts'),
  };
}
