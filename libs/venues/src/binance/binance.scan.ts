import { type DecimalString } from '@orderfox/domain';
import { type WireLevel } from '../book/book-update.js';
import { type AggregateTradePush, type CombinedFrame, type DepthPush } from './binance.messages.js';
import { nameCode, scanned, type TextScanner } from '../text-scanner.js';
import { type Unchecked } from '../wire-row.js';

/** What is read of a push of `<symbol>@depth@100ms`; a member that the frame has not is undefined. */
type DepthMembers = {
  readonly [K in 's' | 'U' | 'u' | 'pu' | 'T' | 'st']: DepthPush[K] | undefined;
} & Readonly<Record<'b' | 'a', readonly WireLevel[] | undefined>>;

/** A frame of `<symbol>@depth@100ms` that was scanned, whose levels are checked already. */
export class ScannedDepth implements CombinedFrame {
  constructor(
    readonly stream: string,
    readonly data: DepthMembers,
  ) {}
}

/** A frame of `<symbol>@aggTrade` that was scanned, without what nobody reads. Price and quantity are canonical and above zero. */
export class ScannedTrade implements CombinedFrame {
  constructor(
    readonly stream: string,
    readonly venueSymbol: string,
    readonly aggregateId: number,
    readonly price: DecimalString,
    readonly quantity: DecimalString,
    readonly timeMs: number,
    readonly buyerIsMaker: boolean,
    readonly product: 1 | undefined,
  ) {}

  /** What the parser would have given. */
  get data(): Unchecked<AggregateTradePush> {
    const {
      venueSymbol: s,
      aggregateId: a,
      price: p,
      quantity: q,
      timeMs: T,
      buyerIsMaker: m,
      product,
    } = this;
    return { s, a, p, q, T, m, st: product };
  }
}

type Writable<Of> = { -readonly [K in keyof Of]: Of[K] };

const S = nameCode('s');
const T = nameCode('T');
const ST = nameCode('st');
const FIRST = nameCode('U');
const LAST = nameCode('u');
const PREVIOUS = nameCode('pu');
const A = nameCode('a');
const B = nameCode('b');

/** The frame; undefined if the parser has to read it: it is written differently, or of another stream. */
export function scanDepth(text: string, isStream: (stream: string) => boolean): ScannedDepth | undefined {
  return scanned(text, (scanner) => {
    const stream = beginFrame(scanner);
    if (!isStream(stream)) return undefined;
    const data: Writable<DepthMembers> = {
      s: undefined,
      U: undefined,
      u: undefined,
      pu: undefined,
      T: undefined,
      st: undefined,
      b: undefined,
      a: undefined,
    };
    do {
      switch (scanner.name()) {
        case S:
          data.s = scanner.string();
          break;
        case FIRST:
          data.U = scanner.integer();
          break;
        case LAST:
          data.u = scanner.integer();
          break;
        case PREVIOUS:
          data.pu = scanner.integer();
          break;
        case T:
          data.T = scanner.integer();
          break;
        case ST:
          data.st = scanner.integer();
          break;
        case B:
          data.b = scanner.levels();
          break;
        case A:
          data.a = scanner.levels();
          break;
        default:
          scanner.skip();
      }
    } while (!scanner.ends());
    scanner.finish();
    return new ScannedDepth(stream, data);
  });
}

const WHOLE = '(?:0|[1-9][0-9]{0,14})';
const TEXT = '[^"\\\\@\\u0000-\\u001f]+';
/** Above zero. Caught in canonical form, in one of two places: with a fraction or without. */
const DECIMAL = `(?:(${WHOLE}\\.[0-9]{0,14}[1-9])0*|([1-9][0-9]{0,14})(?:\\.0+)?)`;

/**
 * The one form in which the venue writes a trade, its members in its order. An expression, because nothing else goes over a
 * text as fast: asking for one character after the other takes two to four times as long.
 */
const TRADE_FRAME = new RegExp(
  `^\\{"stream":"(${TEXT}@aggTrade)","data":\\{"e":"aggTrade","E":${WHOLE},"a":(${WHOLE}),"s":"(${TEXT})"` +
    `,"p":"${DECIMAL}","q":"${DECIMAL}"(?:,"nq":"${TEXT}")?,"f":${WHOLE},"l":${WHOLE},"T":(${WHOLE})` +
    `,"m":(true|false)(?:,"st":(1))?\\}\\}$`,
);

/** As `scanDepth`. */
export function scanTrade(text: string): ScannedTrade | undefined {
  const match = TRADE_FRAME.exec(text);
  if (match === null) return undefined;
  return new ScannedTrade(
    match[1] ?? '',
    match[3] ?? '',
    Number(match[2]),
    (match[4] ?? match[5]) as DecimalString,
    (match[6] ?? match[7]) as DecimalString,
    Number(match[8]),
    match[9] === 'true',
    match[10] === undefined ? undefined : 1,
  );
}

function beginFrame(scanner: TextScanner): string {
  scanner.pass('{"stream":');
  const stream = scanner.string();
  scanner.pass(',"data":{');
  return stream;
}
