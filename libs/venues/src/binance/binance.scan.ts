import { type WireLevel } from '../book/book-update.js';
import { type AggregateTradePush, type CombinedFrame, type DepthPush } from './binance.messages.js';
import { nameCode, NotScannable, TextScanner } from './text-scanner.js';

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

/** A frame of `<symbol>@aggTrade` as the parser would give it, less what nobody reads. */
export interface ScannedTrade extends CombinedFrame {
  readonly data: {
    readonly [K in 's' | 'a' | 'p' | 'q' | 'T' | 'm' | 'st']: AggregateTradePush[K] | undefined;
  };
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
const P = nameCode('p');
const Q = nameCode('q');
const M = nameCode('m');

/** The frame; undefined if the parser has to read it: it is written differently, or of another stream. */
export function scanDepth(text: string, isStream: (stream: string) => boolean): ScannedDepth | undefined {
  try {
    const scanner = new TextScanner(text);
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
  } catch (error) {
    if (error instanceof NotScannable) return undefined;
    throw error;
  }
}

/** As `scanDepth`. */
export function scanTrade(text: string, isStream: (stream: string) => boolean): ScannedTrade | undefined {
  try {
    const scanner = new TextScanner(text);
    const stream = beginFrame(scanner);
    if (!isStream(stream)) return undefined;
    const data: Writable<ScannedTrade['data']> = {
      s: undefined,
      a: undefined,
      p: undefined,
      q: undefined,
      T: undefined,
      m: undefined,
      st: undefined,
    };
    do {
      switch (scanner.name()) {
        case S:
          data.s = scanner.string();
          break;
        case A:
          data.a = scanner.integer();
          break;
        case P:
          data.p = scanner.string();
          break;
        case Q:
          data.q = scanner.string();
          break;
        case T:
          data.T = scanner.integer();
          break;
        case M:
          data.m = scanner.boolean();
          break;
        case ST:
          data.st = scanner.integer();
          break;
        default:
          scanner.skip();
      }
    } while (!scanner.ends());
    scanner.finish();
    return { stream, data };
  } catch (error) {
    if (error instanceof NotScannable) return undefined;
    throw error;
  }
}

function beginFrame(scanner: TextScanner): string {
  scanner.pass('{"stream":');
  const stream = scanner.string();
  scanner.pass(',"data":{');
  return stream;
}
