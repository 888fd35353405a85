import { type CombinedFrame, type Kline } from './binance.messages.js';

/** A frame of one candle that was scanned, in the one form in which the venue writes it. */
export interface ScannedKline extends CombinedFrame {
  readonly data: { readonly k: Readonly<Record<KlineMember, unknown>> };
}

/** What is read of a candle. */
type KlineMember = Extract<keyof Kline, 't' | 'o' | 'c' | 'h' | 'l' | 'v' | 'n' | 'x' | 'q'>;

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
const WHOLE = '(?:0|[1-9][0-9]{0,14})';
/** Number of a trade; below zero where there was none in the bucket. */
const TRADE_ID = `(?:-1|${WHOLE})`;
/** Whatever the texts say is checked later. What comes after the turnover of the candle is read by nobody. */
const FRAME = new RegExp(
  `^\\{"stream":"([\\x23-\\x3f\\x41-\\x5b\\x5d-\\x7e]+@kline_\\w+)","data":\\{"e":"kline","E":${WHOLE},"s":"${TEXT}"` +
    `,"k":\\{"t":(${WHOLE}),"T":${WHOLE},"s":"${TEXT}","i":"${TEXT}","f":${TRADE_ID},"L":${TRADE_ID}` +
    `,"o":"(${TEXT})","c":"(${TEXT})","h":"(${TEXT})","l":"(${TEXT})","v":"(${TEXT})","n":(${WHOLE}),"x":(true|false)` +
    `,"q":"(${TEXT})","V":"${TEXT}","Q":"${TEXT}","B":"${TEXT}"\\}(?:,"st":1)?\\}\\}$`,
);

/** The frame; undefined if the parser has to read it. */
export function scanKline(text: string): ScannedKline | undefined {
  const match = FRAME.exec(text);
  if (match === null) return undefined;
  const k = {
    t: Number(match[2]),
    o: match[3],
    c: match[4],
    h: match[5],
    l: match[6],
    v: match[7],
    n: Number(match[8]),
    x: match[9] === 'true',
    q: match[10],
  };
  return { stream: match[1] ?? '', data: { k } };
}
