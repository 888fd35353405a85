import { forceOrderPayload, forceOrderStreams, pairOf } from '../binance/binance-frames.js';
import { RecordingError, type RecordedFrame, type RecordingOptions } from './recorded-frame.js';

/** Push delay of the Binance feed until 2025, when these recordings were made: 4 to 7 ms. */
const DEFAULT_PUSH_DELAY_MS = 5;

/**
 * One line of a forceOrder recording: `s,S,o,f,q,p,ap,X,l,z,T,usd` in the order of the wire, with the text `USDT`
 * taken out of the symbol. Rebuilds the frame with every number text as it was; the last column is the recorder's.
 * Throws RecordingError for a line of another shape.
 */
export function forceOrderFrame(line: string, path: string, options: RecordingOptions): RecordedFrame {
  const fields = line.split(',');
  const [name, S, o, f, q, p, ap, X, l, z, T] = fields as [
    string, string, string, string, string, string, string, string, string, string, string,
  ]; // prettier-ignore
  if (fields.length < 11 || !/^\d{13}$/.test(T) || !/^(?:BUY|SELL)$/.test(S)) {
    throw new RecordingError(path, `not a forceOrder line: ${line.slice(0, 120)}`);
  }
  const s = restoreSymbol(name);
  const eventMs = Number(T) + (options.pushDelayMs ?? DEFAULT_PUSH_DELAY_MS);
  // Some recorders did not store the average price; the venue writes 0 when there is none.
  const averagePrice = ap === 'None' ? '0' : ap;
  const merged = options.mergedFields === true ? { ps: pairOf(s), st: 1 as const } : {};
  return {
    venue: 'binance',
    atMs: eventMs,
    text: forceOrderPayload(
      { s, S, o, f, q, p, ap: averagePrice, X, l, z, T: Number(T), ...merged },
      eventMs,
    ),
    audience: 'PAYLOAD',
    topics: forceOrderStreams(s),
  };
}

/** Puts `USDT` back: `XRP` is XRPUSDT, `ETH_250627` ETHUSDT_250627; `BTCUSDC` and names that kept it stay. */
export function restoreSymbol(name: string): string {
  if (/.(?:USDC|USDT)(?:_\d{6})?$/u.test(name)) return name;
  const dated = /^(.+)(_\d{6})$/u.exec(name);
  return dated ? `${dated[1] ?? ''}USDT${dated[2] ?? ''}` : `${name}USDT`;
}
