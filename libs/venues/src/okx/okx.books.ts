import { OKX_BOOK, type BookUpdate } from '../book/book-update.js';
import { bookUnitsOf } from '../book/book-units.js';
import { NO_BOOKS, readLiveBooks } from '../book/live-books.js';
import { checkedLevels, readBookTimeMs, readLevels, readUpdateId } from '../book/wire-levels.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { type VenueBooks } from '../venue-books.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type BookPush, type BookRow, type ChannelArgument } from './okx.messages.js';
import { okxProtocol } from './okx.protocol.js';
import { ScannedBooks, scanOkxBooks } from './okx.scan.js';

const CHANNEL = 'books';
/** Instead of the number of the update before the first. */
const NONE_BEFORE = -1;

/**
 * Books of OKX swaps: 400 levels of each side, whole after subscribing, then every change, every 100 ms, in contracts.
 * Source: OKX API pages "Order book channel", read 2026-08, and its announcement of 2026-05-21 that checksums end: only
 * the numbers say whether anything is missing.
 */
export const okxBooks: VenueBooks = {
  rule: OKX_BOOK,
  protocol: (roots) =>
    okxProtocol(roots.ws, {
      path: '/ws/v5/public',
      controlTopic: 'mark-price:BTC-USDT-SWAP',
      isChannel: (channel) => channel === CHANNEL,
      scan: scanOkxBooks,
    }),
  topicOf: ({ venueSymbol }) => `${CHANNEL}:${venueSymbol}`,
  unitsOf: bookUnitsOf,
  normalise(message, isWanted) {
    const { arg, action, data }: Unchecked<BookPush> = isRecord(message) ? message : {};
    const argument: Unchecked<ChannelArgument> = isRecord(arg) ? arg : {};
    if (argument.channel !== CHANNEL || typeof argument.instId !== 'string') return NO_BOOKS;
    const topic = `${CHANNEL}:${argument.instId}`;
    if (!isWanted(topic)) return NO_BOOKS;
    const rows: readonly unknown[] = Array.isArray(data) ? data : [data];
    const readSide = message instanceof ScannedBooks ? checkedLevels : readLevels;
    return readLiveBooks(topic, rows, (row) => readBookRow(row, action, readSide));
  },
};

function readBookRow(value: unknown, action: unknown, readSide: typeof readLevels): BookUpdate {
  if (action !== 'snapshot' && action !== 'update') {
    throw new NormalizeError('MALFORMED', `action is ${describeValue(action)}`);
  }
  const row: Unchecked<BookRow> = readRecord(value, 'data');
  return {
    isSnapshot: action === 'snapshot',
    lastId: readUpdateId(row.seqId, 'seqId'),
    previousId: readUpdateId(row.prevSeqId, 'prevSeqId', NONE_BEFORE),
    bids: readSide(row.bids, 'bids'),
    asks: readSide(row.asks, 'asks'),
    venueTimeMs: readBookTimeMs(row.ts, 'ts'),
  };
}
