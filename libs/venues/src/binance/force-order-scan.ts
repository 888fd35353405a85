import { type CombinedFrame, type ForcedOrder } from './binance.messages.js';

/** A frame of one forced order that was scanned, in the one form in which the venue writes it. */
export class ScannedForceOrder implements CombinedFrame {
  constructor(
    readonly stream: string,
    readonly order: Pick<Record<keyof ForcedOrder, unknown>, 's' | 'S' | 'q' | 'p' | 'ap' | 'z' | 'T'>,
    /** The payload, as it would be written from what the parser gives. */
    readonly raw: string,
    private readonly text: string,
  ) {}

  /** What the parser gives of the payload. */
  get data(): unknown {
    return (JSON.parse(this.text) as CombinedFrame).data;
  }
}

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
const WHOLE = '(?:0|[1-9][0-9]{0,14})';
/** Whatever the texts say: who reads them knows what to refuse. */
const FRAME = new RegExp(
  `^\\{"stream":"(!forceOrder@arr|[\\x23-\\x3f\\x41-\\x5b\\x5d-\\x7e]+@forceOrder)","data":(\\{"e":"forceOrder","E":${WHOLE},"o":` +
    `\\{"s":"(${TEXT})","S":"(${TEXT})","o":"${TEXT}","f":"${TEXT}","q":"(${TEXT})","p":"(${TEXT})","ap":"(${TEXT})"` +
    `,"X":"${TEXT}","l":"${TEXT}","z":"(${TEXT})","T":(${WHOLE})(?:,"ps":"${TEXT}")?(?:,"st":1)?\\}(?:,"st":1)?\\})\\}$`,
);

/** The frame; undefined if the parser has to read it. */
export function scanForceOrder(text: string): ScannedForceOrder | undefined {
  const match = FRAME.exec(text);
  if (match === null) return undefined;
  const order = {
    s: match[3],
    S: match[4],
    q: match[5],
    p: match[6],
    ap: match[7],
    z: match[8],
    T: Number(match[9]),
  };
  return new ScannedForceOrder(match[1] ?? '', order, match[2] ?? '', text);
}
