import { type LiquidationRow } from './bybit.messages.js';

/** A row that was scanned. */
export interface ScannedRow {
  /** The time as its digits: its text is wanted, too. */
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
const HEAD = `\\{"topic":"(allLiquidation\\.${TEXT})","type":"${TEXT}","ts":${WHOLE},"data":\\[`;
/** Whatever the texts say: who reads them knows what to refuse. */
const ROW = `(\\{"T":(${WHOLE}),"s":"(${TEXT})","S":"(${TEXT})","v":"(${TEXT})","p":"(${TEXT})"\\})`;
/** Nearly every frame has one row, and is read in one go. */
const ONE_ROW_FRAME = new RegExp(`^${HEAD}${ROW}\\]\\}$`);
const BEGIN = new RegExp(`^${HEAD}`);
const NEXT_ROW = new RegExp(`${ROW}(,|\\]\\}$)`, 'y');

/** The frame; undefined if the parser has to read it. */
export function scanLiquidations(text: string): ScannedLiquidations | undefined {
  const one = ONE_ROW_FRAME.exec(text);
  if (one !== null) {
    const row = { T: one[3], s: one[4], S: one[5], v: one[6], p: one[7] };
    return new ScannedLiquidations(one[1] ?? '', [{ row, raw: one[2] ?? '' }], text);
  }
  const begin = BEGIN.exec(text);
  if (begin === null) return undefined;
  const rows: ScannedRow[] = [];
  NEXT_ROW.lastIndex = begin[0].length;
  for (;;) {
    const match = NEXT_ROW.exec(text);
    if (match === null) return undefined;
    const row = { T: match[2], s: match[3], S: match[4], v: match[5], p: match[6] };
    rows.push({ row, raw: match[1] ?? '' });
    if (match[7] !== ',') return new ScannedLiquidations(begin[1] ?? '', rows, text);
  }
}
