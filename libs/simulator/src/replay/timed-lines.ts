import { asObject, parseJson, type JsonObject } from '../server/json-reading.js';
import type { BookLevels, RecordedBookUpdate } from './recorded-book.js';
import { RecordingError, type RecordedFrame } from './recorded-frame.js';

/** A line: nanoseconds since 1970, a space, what was received. */
const LINE = /^(\d{16,20}) (\{.*\})$/u;
/** Books were recorded at a pace that futures do not offer any more; listeners know the topic by the pace of today. */
const RECORDED_PACE = '@depth@0ms"';
const PACE = '@depth@100ms"';

/**
 * Reads Binance futures recordings of lines that begin with their time, one frame of a combined stream each. A whole book
 * that REST had given lies among them: it goes to no socket, and serves who asks for one.
 */
export class TimedLinesReader {
  /** Of the books in the stream: the whole one does not say whose it is. */
  private venueSymbol: string | undefined;

  constructor(private readonly path: string) {}

  /** The frame of a line. Throws RecordingError. */
  read(line: string): RecordedFrame {
    const [, time = '', text = ''] = LINE.exec(line) ?? [];
    const said = asObject(parseJson(text));
    if (!said) throw this.problem('no time and frame', line);
    const atMs = Number(time.slice(0, -3)) / 1_000;
    if ('lastUpdateId' in said) {
      return { venue: 'binance', atMs, text, audience: 'NOBODY', book: this.whole(said, line) };
    }
    const data = asObject(said.data);
    if (typeof said.stream !== 'string' || !data) throw this.problem('no frame of a stream', line);
    const frame = { venue: 'binance', atMs, audience: 'TOPIC' } as const;
    if (data.e !== 'depthUpdate') return { ...frame, text };
    return { ...frame, text: text.replace(RECORDED_PACE, PACE), book: this.change(data, line) };
  }

  private change(data: JsonObject, line: string): RecordedBookUpdate {
    if (typeof data.s !== 'string') throw this.problem('a book without a market', line);
    this.venueSymbol = data.s;
    return this.update(data.s, { lastId: data.u, timeMs: data.T, bids: data.b, asks: data.a }, false, line);
  }

  private whole(said: JsonObject, line: string): RecordedBookUpdate {
    if (this.venueSymbol === undefined) throw this.problem('a whole book before its first change', line);
    const { lastUpdateId, T, bids, asks } = said;
    return this.update(this.venueSymbol, { lastId: lastUpdateId, timeMs: T, bids, asks }, true, line);
  }

  private update(
    venueSymbol: string,
    { lastId, timeMs, bids, asks }: Readonly<Record<'lastId' | 'timeMs' | 'bids' | 'asks', unknown>>,
    isWhole: boolean,
    line: string,
  ): RecordedBookUpdate {
    const isReadable = typeof lastId === 'number' && typeof timeMs === 'number';
    if (!isReadable || !areLevels(bids) || !areLevels(asks)) throw this.problem('no book', line);
    return { venueSymbol, isWhole, lastId, timeMs, bids, asks };
  }

  private problem(what: string, line: string): RecordingError {
    return new RecordingError(this.path, `${what}: ${line.slice(0, 120)}`);
  }
}

function areLevels(value: unknown): value is BookLevels {
  return (
    Array.isArray(value) &&
    value.every(
      (level) => Array.isArray(level) && typeof level[0] === 'string' && typeof level[1] === 'string',
    )
  );
}
