import { type LiquidationRow } from './okx.messages.js';

/** A frame of one forced order that was scanned, in the one form in which the venue writes it. */
export class ScannedLiquidation {
  constructor(
    readonly contract: Pick<LiquidationRow, 'instId'>,
    readonly detail: Record<'bkPx' | 'posSide' | 'side' | 'sz' | 'ts', unknown>,
    /** The row as it would be written from what the parser gives. */
    readonly raw: string,
    private readonly text: string,
  ) {}

  /** What the parser gives. */
  get parsed(): unknown {
    return JSON.parse(this.text) as unknown;
  }
}

/** Characters that are written as they are. */
const CHARACTER = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]';
const TEXT = `${CHARACTER}*`;
/** Longer ones are cut where they are kept. */
const NAME = `(${CHARACTER}{0,64})`;
/** Whatever the texts say: who reads them knows what to refuse. */
const FRAME = new RegExp(
  `^\\{"arg":\\{"channel":"liquidation-orders","instType":"SWAP"\\},"data":\\[\\{"details":\\[` +
    `(\\{"bkLoss":"${TEXT}","bkPx":"(${TEXT})","ccy":"${TEXT}","posSide":"(${TEXT})","side":"(${TEXT})","sz":"(${TEXT})"` +
    `,"ts":"(${TEXT})"\\})\\],"instFamily":"${NAME}","instId":"${NAME}","instType":"${NAME}","uly":"${NAME}"\\}\\]\\}$`,
);

/** The frame; undefined if the parser has to read it. */
export function scanLiquidation(text: string): ScannedLiquidation | undefined {
  const match = FRAME.exec(text);
  if (match === null) return undefined;
  const [, row = '', bkPx, posSide, side, sz, ts, instFamily = '', instId = '', instType = '', uly = ''] =
    match;
  const raw = `{"instType":"${instType}","instId":"${instId}","instFamily":"${instFamily}","uly":"${uly}","details":[${row}]}`;
  return new ScannedLiquidation({ instId }, { bkPx, posSide, side, sz, ts }, raw, text);
}
