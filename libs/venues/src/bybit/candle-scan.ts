import { type KlineData } from './bybit.messages.js';

/** A frame of one candle that was scanned, in the one form in which the venue writes it. */
export interface ScannedCandle {
  readonly topic: string;
  readonly data: readonly [Readonly<Record<keyof KlineData, unknown>>];
}

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
const WHOLE = '(?:0|[1-9][0-9]{0,14})';
/** The documents have `type` and `ts` in front of the row, the venue behind it. Whatever the texts say is checked later. */
const FRAME = new RegExp(
  `^\\{"topic":"(kline\\.${TEXT})"(?:,"type":"${TEXT}","ts":${WHOLE})?,"data":\\[\\{"start":(${WHOLE}),"end":${WHOLE},"interval":"${TEXT}"` +
    `,"open":"(${TEXT})","close":"(${TEXT})","high":"(${TEXT})","low":"(${TEXT})","volume":"(${TEXT})","turnover":"(${TEXT})"` +
    `,"confirm":(true|false),"timestamp":${WHOLE}\\}\\](?:,"ts":${WHOLE},"type":"${TEXT}")?\\}$`,
);

/** The frame; undefined if the parser has to read it. */
export function scanCandle(text: string): ScannedCandle | undefined {
  const match = FRAME.exec(text);
  if (match === null) return undefined;
  const row = {
    start: Number(match[2]),
    open: match[3],
    close: match[4],
    high: match[5],
    low: match[6],
    volume: match[7],
    turnover: match[8],
    confirm: match[9] === 'true',
  };
  return { topic: match[1] ?? '', data: [row] };
}
