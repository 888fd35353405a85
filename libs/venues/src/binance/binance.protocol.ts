import { type FrameReading, type SocketProtocol } from '@orderfox/feed';
import { CONTROL, MAX_FRAME_BYTES, readObjectFrame, refused, unreadable } from '../frame-text.js';
import { requestPacker } from '../subscribe-requests.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { type CombinedFrame, type ControlAnswer } from './binance.messages.js';
import { combinedAddress, type TrafficClass } from './binance.routes.js';

/** By class: what comes every second or oftener without fail, and only where streams of that class really flow. */
const CONTROL_STREAMS: Readonly<Record<TrafficClass, string>> = {
  market: 'btcusdt@markPrice@1s',
  public: 'btcusdt@depth@100ms',
};

/** Which frames of a connection are its data. */
export interface BinanceData {
  /** True for the name of such a stream. */
  readonly isStream: (stream: string) => boolean;
  /** The field `e` of a payload that comes bare; absent where it does not tell the stream. */
  readonly event?: string;
  /** Reads a frame faster than the parser does; undefined if it has to be parsed. */
  readonly scan?: (text: string) => CombinedFrame | undefined;
  /** The class of these streams; `market` when absent. */
  readonly trafficClass?: TrafficClass;
}

/** How Binance's streams want to be talked to. Throws VenueError (`REFUSED`) for a test network. */
export function binanceProtocol(root: string, data: BinanceData): SocketProtocol {
  const { trafficClass = 'market' } = data;
  const controlTopic = CONTROL_STREAMS[trafficClass];
  // The current pages allow 1,024 streams per connection, older ones 200; 200 is right for both.
  const pack = requestPacker({ topics: 200, characters: 60_000 }, (id, method, params) =>
    JSON.stringify({ method, params, id }),
  );
  return {
    url: combinedAddress(root, trafficClass),
    subscribe: (topics) => pack('SUBSCRIBE', topics),
    unsubscribe: (topics) => pack('UNSUBSCRIBE', topics),
    read: (text) => {
      const scanned = text.length > MAX_FRAME_BYTES ? undefined : data.scan?.(text);
      if (scanned !== undefined) return { kind: kindOf(scanned.stream, controlTopic), message: scanned };
      return readObjectFrame(text, (frame) => readFrame(frame, data, controlTopic));
    },
    controlTopic,
    controlStaleMs: 5_000,
    // Ten messages a second get a connection cut, pings and pongs included.
    sendPaceMs: 250,
    // The venue pings every three minutes and closes without a pong in ten; ours only proves a silent connection.
    heartbeat: { idleMs: 180_000, answerWithinMs: 10_000 },
    // The venue cuts every connection at 24 h.
    maxAgeMs: 23 * 3_600_000,
    maxFrameBytes: MAX_FRAME_BYTES,
  };
}

function readFrame(
  frame: Unchecked<CombinedFrame & ControlAnswer>,
  data: BinanceData,
  controlStream: string,
): FrameReading {
  const { stream } = frame;
  if (typeof stream === 'string') {
    if (data.isStream(stream)) return { kind: kindOf(stream, controlStream), message: frame };
    return stream === controlStream ? CONTROL : unreadable('a stream that was not asked for');
  }
  const id = readId(frame.id);
  const failure = isRecord(frame.error) ? frame.error : frame;
  if (failure.code !== undefined) return refused(wordsOf(failure), { id });
  if (id !== undefined && 'result' in frame) return { kind: 'acknowledged', id };
  // A bare payload: what the venue sends on raw connections, which a proxy may give us.
  if (data.event !== undefined && 'e' in frame && frame.e === data.event)
    return { kind: 'data', message: frame };
  return unreadable('neither data nor an answer');
}

/** The control stream may be data as well: its frames are handed on then. */
function kindOf(stream: string, controlStream: string): 'control' | 'data' {
  return stream === controlStream ? 'control' : 'data';
}

function wordsOf(failure: Readonly<Record<string, unknown>>): string {
  const words = typeof failure.msg === 'string' ? failure.msg.slice(0, 160) : 'no message';
  return `code ${String(failure.code).slice(0, 20)}: ${words}`;
}

/** Ids are numbers on the wire; text is taken too. */
function readId(id: unknown): string | undefined {
  return typeof id === 'number' || (typeof id === 'string' && id.length <= 36) ? String(id) : undefined;
}
