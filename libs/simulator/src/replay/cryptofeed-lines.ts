import type { SimulatedVenueId } from '../simulated-venues.js';
import { asObject, parseJson } from '../server/json-reading.js';
import { RecordingError, type RecordedFrame } from './recorded-frame.js';

const EXCHANGES: Readonly<Record<string, SimulatedVenueId>> = {
  BINANCE_FUTURES: 'binance',
  OKX: 'okx',
  BYBIT: 'bybit',
};

/** Frames that answered the recorder's own requests; a server of its own answers its clients itself. */
const ANSWER = /^\s*(?:pong\s*$|\{\s*"(?:event|success|result|id|code)"\s*:)/u;

/** Reads cryptofeed's capture format 2, line by line: one header, then `recv` lines with the raw frame. */
export class CryptofeedReader {
  private venue: SimulatedVenueId | undefined;

  constructor(private readonly path: string) {}

  /** The frame of a line; undefined for lines that are none. Throws RecordingError. */
  read(line: string): RecordedFrame | undefined {
    const entry = asObject(parseJson(line));
    if (!entry) throw new RecordingError(this.path, `no JSON object: ${line.slice(0, 120)}`);
    if (entry.t === 'header') this.venue = this.venueOf(entry.exchange);
    if (entry.t !== 'recv' || typeof entry.data !== 'string') return undefined;
    if (!this.venue) throw new RecordingError(this.path, 'frames before the header');
    if (ANSWER.test(entry.data)) return undefined;
    const atMs = typeof entry.ts === 'number' ? Math.round(entry.ts * 1000) : undefined;
    return { venue: this.venue, atMs, text: entry.data, audience: 'TOPIC' };
  }

  private venueOf(exchange: unknown): SimulatedVenueId {
    const venue = typeof exchange === 'string' ? EXCHANGES[exchange] : undefined;
    if (!venue)
      throw new RecordingError(this.path, `recorded at ${String(exchange)}, which is not simulated`);
    return venue;
  }
}
