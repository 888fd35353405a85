import { type FrameReading, type SocketProtocol } from '@orderfox/feed';
import { CONTROL, MAX_FRAME_BYTES, PONG, readObjectFrame, refused, unreadable } from '../frame-text.js';
import { requestPacker } from '../subscribe-requests.js';
import { joinAddress } from '../venue-address.js';
import { type Unchecked } from '../wire-row.js';
import { requireLiveBybit } from './bybit.address.js';
import { type OperationAnswer, type TopicFrame } from './bybit.messages.js';
import { LIQUIDATION_PREFIX, TICKER_PREFIX } from './bybit.normalize.js';
import { scanBybitBook, scanBybitTrades } from './bybit.scan.js';
import { scanCandle } from './candle-scan.js';
import { scanLiquidations } from './liquidation-scan.js';

/** The busiest ticker, pushed every 100 ms on changes. */
export const CONTROL_TOPIC = `${TICKER_PREFIX}BTCUSDT`;

/** How the topics of candles begin: `kline.5.BTCUSDT`. */
export const KLINE_PREFIX = 'kline.';

/** How the topics of books begin: `orderbook.200.BTCUSDT`. */
export const BOOK_PREFIX = 'orderbook.200.';

/** How the topics of trades begin: `publicTrade.BTCUSDT`. */
export const TRADE_PREFIX = 'publicTrade.';

/** What the connection is for: `mark-prices` reads tickers that hold a mark price, the others throw tickers away. */
export type BybitPurpose = 'liquidations' | 'mark-prices' | 'candles' | 'books' | 'trades';

/** By purpose: reads a frame of a topic that begins so faster than the parser does; undefined if it has to be parsed. */
const SCANS: ReadonlyMap<BybitPurpose, (text: string, prefix: string) => object | undefined> = new Map<
  BybitPurpose,
  (text: string, prefix: string) => object | undefined
>([
  ['liquidations', scanLiquidations],
  ['candles', scanCandle],
  ['books', scanBybitBook],
  ['trades', scanBybitTrades],
]);

const PREFIXES: ReadonlyMap<BybitPurpose, string> = new Map([
  ['candles', KLINE_PREFIX],
  ['books', BOOK_PREFIX],
  ['trades', TRADE_PREFIX],
]);

/**
 * How Bybit's public linear sockets want to be talked to. Throws VenueError (`REFUSED`) for a test network.
 *
 * The documents allow 21,000 characters of topics and leave open whether per request or per connection. Requests are
 * kept below it; a connection that carries every contract is above it, and that is an accepted risk: 805 topics, asked
 * for in requests of 200, were measured to work on one connection (2026). Should the venue come to count per
 * connection, it refuses the requests beyond by their size, which shows as refused topics and an open gap.
 */
export function bybitProtocol(root: string, purpose: BybitPurpose): SocketProtocol {
  requireLiveBybit(root);
  const scan = SCANS.get(purpose);
  const prefix = PREFIXES.get(purpose) ?? '';
  const pack = requestPacker({ topics: 200, characters: 21_000 }, (id, op, args) =>
    JSON.stringify({ req_id: String(id), op, args }),
  );
  return {
    url: joinAddress(root, '/v5/public/linear'),
    subscribe: (topics) => pack('subscribe', topics),
    unsubscribe: (topics) => pack('unsubscribe', topics),
    read: (text) => {
      if (isTickerOfNoInterest(text, purpose)) return CONTROL;
      const message = text.length > MAX_FRAME_BYTES ? undefined : scan?.(text, prefix);
      if (message !== undefined) return { kind: 'data', message };
      return readObjectFrame(text, (frame) => readFrame(frame, purpose));
    },
    controlTopic: CONTROL_TOPIC,
    controlStaleMs: 10_000,
    sendPaceMs: 350,
    // Asked for every 20 s; without it or data the venue cuts the connection after 10 minutes.
    heartbeat: { text: '{"op":"ping"}', idleMs: 20_000, answerWithinMs: 10_000, evenWhenBusy: true },
    // No limit is documented. Replaced all the same, so that the way is walked before it is needed.
    maxAgeMs: 7 * 24 * 3_600_000,
    maxFrameBytes: MAX_FRAME_BYTES,
  };
}

const TICKER_START = `{"topic":"${TICKER_PREFIX}`;

/**
 * Tickers are by far the most frames of this venue, and seven of eight hold no mark price: those are told by their
 * text and never parsed. A frame written in another order is merely parsed.
 */
function isTickerOfNoInterest(text: string, purpose: BybitPurpose): boolean {
  return (
    text.startsWith(TICKER_START) &&
    text.endsWith('}') &&
    text.length <= MAX_FRAME_BYTES &&
    (purpose !== 'mark-prices' || !text.includes('"markPrice"'))
  );
}

function readFrame(frame: Unchecked<TopicFrame & OperationAnswer>, purpose: BybitPurpose): FrameReading {
  const { topic } = frame;
  if (topic === undefined) return readAnswer(frame);
  if (typeof topic !== 'string') return unreadable('a topic that is no text');
  if (topic.startsWith(TICKER_PREFIX)) {
    if (purpose !== 'mark-prices') return CONTROL;
    return topic === CONTROL_TOPIC ? { kind: 'control', message: frame } : { kind: 'data', message: frame };
  }
  const prefix = PREFIXES.get(purpose);
  if (prefix !== undefined) {
    return topic.startsWith(prefix)
      ? { kind: 'data', message: frame }
      : unreadable('a topic that was not asked for');
  }
  // The retired `liquidation.` goes on too, so that the normaliser refuses it where refusals are kept.
  return topic.startsWith(LIQUIDATION_PREFIX) || topic.startsWith('liquidation.')
    ? { kind: 'data', message: frame }
    : unreadable('a topic that was not asked for');
}

const ALREADY = /already subscribed/i;

function readAnswer(frame: Unchecked<OperationAnswer>): FrameReading {
  const { op, success } = frame;
  const words = typeof frame.ret_msg === 'string' ? frame.ret_msg : '';
  // Linear sockets answer a ping with op `ping` and the word pong, others with op `pong`.
  if (op === 'pong' || (op === 'ping' && success !== false)) return PONG;
  if (op !== 'subscribe' && op !== 'unsubscribe') return unreadable('neither data nor an answer');
  const id = typeof frame.req_id === 'string' && frame.req_id !== '' ? frame.req_id.slice(0, 36) : undefined;
  if (success === true) return { kind: 'acknowledged', ...(id !== undefined && { id }) };
  if (success !== false) return unreadable('an answer that says neither yes nor no');
  const topics = topicsIn(words);
  // What we have already is what we wanted. Whether the rest of the batch took effect is not documented.
  if (ALREADY.test(words) && topics.length > 0) {
    return { kind: 'acknowledged', topics, restUnknown: true, ...(id !== undefined && { id }) };
  }
  return refused(words === '' ? 'no message' : words, { id, topics });
}

/** `error:handler not found,topic:allLiquidation.X` names the one bad topic of a batch. */
function topicsIn(words: string): readonly string[] {
  const names = /topic:\s*([\p{L}\p{N}._:/,-]{1,2000})/u.exec(words)?.[1] ?? '';
  return names.split(',').filter((name) => name.includes('.'));
}
