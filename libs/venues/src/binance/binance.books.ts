import { VenueError } from '@orderfox/feed';
import { BINANCE_BOOK, type BookUpdate } from '../book/book-update.js';
import { bookUnitsOf } from '../book/book-units.js';
import { NO_BOOKS, readLiveBooks } from '../book/live-books.js';
import { checkedLevels, readBookTimeMs, readLevels, readUpdateId } from '../book/wire-levels.js';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { joinAddress } from '../venue-address.js';
import { type VenueBooks } from '../venue-books.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type CombinedFrame, type DepthAnswer, type DepthPush } from './binance.messages.js';
import { requireUsdM } from './binance.product.js';
import { binanceProtocol } from './binance.protocol.js';
import { requireLiveBinance } from './binance.routes.js';
import { ScannedDepth, scanDepth } from './binance.scan.js';

const SUFFIX = '@depth@100ms';
const WHAT = 'binance depth';

/**
 * Books of Binance USD-M: every change, every 100 ms; the whole book, 1,000 levels of each side, has to be asked for.
 * Source: Binance developer pages "Diff. Book Depth Streams", "How to manage a local order book correctly" and "Order
 * Book", read 2026-10. A frame of a raw connection does not say whether it is a change or a partial book, so that only
 * combined ones are read.
 */
export const binanceBooks: VenueBooks = {
  rule: BINANCE_BOOK,
  protocol: (roots) =>
    binanceProtocol(roots.ws, {
      isStream,
      trafficClass: 'public',
      scan: (text) => scanDepth(text, isStream),
    }),
  topicOf: ({ venueSymbol }) => topicOf(venueSymbol),
  unitsOf: bookUnitsOf,
  normalise(message, isWanted) {
    const { stream, data }: Unchecked<CombinedFrame> = isRecord(message) ? message : {};
    if (typeof stream !== 'string' || !isWanted(stream)) return NO_BOOKS;
    const isChecked = message instanceof ScannedDepth;
    return readLiveBooks(stream, [data], (row) =>
      readPush(row, stream, isChecked ? checkedLevels : readLevels),
    );
  },
  snapshot: {
    points: 20,
    async fetch(http, roots, { venueSymbol }) {
      requireLiveBinance(roots.rest);
      const path = `/fapi/v1/depth?symbol=${encodeURIComponent(venueSymbol)}&limit=${BINANCE_BOOK.levels}`;
      return readAnswer(await http(joinAddress(roots.rest, path)));
    },
  },
};

function topicOf(venueSymbol: string): string {
  return `${venueSymbol.toLowerCase()}${SUFFIX}`;
}

function isStream(stream: string): boolean {
  return stream.endsWith(SUFFIX);
}

function readPush(value: unknown, stream: string, readSide: typeof readLevels): BookUpdate {
  const push: Unchecked<DepthPush> = readRecord(value, 'data');
  requireUsdM(push.st);
  if (typeof push.s !== 'string' || topicOf(push.s) !== stream) {
    throw new NormalizeError('MALFORMED', `s is ${describeValue(push.s)} on ${describeValue(stream)}`);
  }
  const firstId = readUpdateId(push.U, 'U');
  return {
    isSnapshot: false,
    firstId,
    lastId: readUpdateId(push.u, 'u', firstId),
    previousId: readUpdateId(push.pu, 'pu'),
    bids: readSide(push.b, 'b'),
    asks: readSide(push.a, 'a'),
    venueTimeMs: readBookTimeMs(push.T, 'T'),
  };
}

function readAnswer(value: unknown): BookUpdate {
  try {
    const answer: Unchecked<DepthAnswer> = readRecord(value, 'the answer');
    return {
      isSnapshot: true,
      lastId: readUpdateId(answer.lastUpdateId, 'lastUpdateId'),
      bids: readLevels(answer.bids, 'bids'),
      asks: readLevels(answer.asks, 'asks'),
      venueTimeMs: readBookTimeMs(answer.T, 'T'),
    };
  } catch (error) {
    if (!(error instanceof NormalizeError)) throw error;
    throw new VenueError('UNREADABLE', `${WHAT}: ${error.message}`);
  }
}
