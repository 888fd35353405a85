import { type LiquidationRow } from './bybit.messages.js';

/** A row that was scanned. */
export interface ScannedRow {
  readonly row: Record<keyof LiquidationRow, unknown>;
  /** As it would be written from what the parser gives. */
  readonly raw: string;
}

/** A frame of liquidations that was scanned, in the one form in which the venue writes it. */
export class ScannedLiquidations {
  constructor(
    readonly topic: string,
    readonly rows: readonly ScannedRow[],
    private readonly text: string,
  ) {}

  /** What the parser gives. */
  get parsed(): unknown {
    return JSON.parse(this.text) as unknown;
  }
}

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
const WHOLE = '(?:0|[1-9][0-9]{0,14})';
const BEGIN = new RegExp(
  `^\\{"topic":"(allLiquidation\\.${TEXT})","type":"${TEXT}","ts":${WHOLE},"data":\\[`,
);
/** Whatever the texts say: who reads them knows what to refuse. */
const ROW = new RegExp(
  `(\\{"T":(${WHOLE}),"s":"(${TEXT})","S":"(${TEXT})","v":"(${TEXT})","p":"(${TEXT})"\\})(,|\\]\\}$)`,
  'y',
);

/** The frame; undefined if the parser has to read it. */
export function scanLiquidations(text: string): ScannedLiquidations | undefined {
  const begin = BEGIN.exec(text);
  if (begin === null) return undefined;
  const rows: ScannedRow[] = [];
  ROW.lastIndex = begin[0].length;
  for (;;) {
    const match = ROW.exec(text);
    if (match === null) return undefined;
    const row = { T: Number(match[2]), s: match[3], S: match[4], v: match[5], p: match[6] };
    rows.push({ row, raw: match[1] ?? '' });
    if (match[7] !== ',') return new ScannedLiquidations(begin[1] ?? '', rows, text);
  }
}
