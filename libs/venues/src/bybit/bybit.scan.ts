import { type WireLevel } from '../book/book-update.js';
import { nameCode, scanned, type TextScanner } from '../text-scanner.js';
import { type BookData, type TopicFrame, type TradeRow } from './bybit.messages.js';

/** What is read of something, as the parser would give it; a member that it has not is undefined. */
type Members<Of, Names extends keyof Of> = { -readonly [K in Names]: Of[K] | undefined };

type TradeMembers = Members<TradeRow, 'T' | 's' | 'S' | 'v' | 'p' | 'i'>;
type BookMembers = Members<BookData, 's' | 'u'> & Record<'b' | 'a', readonly WireLevel[] | undefined>;

/** A frame of trades that was scanned. */
export interface ScannedTrades {
  readonly topic: string;
  readonly data: readonly Readonly<TradeMembers>[] | undefined;
}

/** A frame of a book that was scanned, whose levels are checked already. */
export class ScannedBook {
  constructor(
    readonly topic: string,
    readonly type: TopicFrame['type'] | undefined,
    readonly ts: number | undefined,
    readonly cts: number | undefined,
    readonly data: Readonly<BookMembers> | undefined,
  ) {}
}

const TOPIC = nameCode('topic');
const TYPE = nameCode('type');
const TS = nameCode('ts');
const CTS = nameCode('cts');
const DATA = nameCode('data');
const TIME = nameCode('T');
const SYMBOL = nameCode('s');
const SIDE = nameCode('S');
const SIZE = nameCode('v');
const PRICE = nameCode('p');
const ID = nameCode('i');
const BIDS = nameCode('b');
const ASKS = nameCode('a');
const NUMBER = nameCode('u');

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
const WHOLE = '(?:0|[1-9][0-9]{0,14})';
const TRADES_BEGIN = new RegExp(`^\\{"topic":"(${TEXT})","type":"${TEXT}","ts":${WHOLE},"data":\\[`);
/** As the documents have it; some rows come in another order. An expression goes over it faster than the scanner. */
const TRADE = new RegExp(
  `\\{"T":(${WHOLE}),"s":"(${TEXT})","S":"(${TEXT})","v":"(${TEXT})","p":"(${TEXT})","L":"${TEXT}","i":"(${TEXT})"` +
    `,"BT":(?:true|false)(?:,"RPI":(?:true|false))?(?:,"seq":${WHOLE})?\\}(,|\\]\\}$)`,
  'y',
);

/** Undefined where it is written differently. */
function readTrades(text: string, prefix: string): ScannedTrades | undefined {
  const begin = TRADES_BEGIN.exec(text);
  const topic = begin?.[1] ?? '';
  if (begin === null || !topic.startsWith(prefix)) return undefined;
  const data: Readonly<TradeMembers>[] = [];
  TRADE.lastIndex = begin[0].length;
  for (;;) {
    const match = TRADE.exec(text);
    if (match === null) return undefined;
    // Whatever the side says: who reads it refuses all but the two words.
    const side = match[3] as TradeRow['S'] | undefined;
    data.push({ T: Number(match[1]), s: match[2], S: side, v: match[4], p: match[5], i: match[6] });
    if (match[7] !== ',') return { topic, data };
  }
}

/** The frame; undefined if the parser has to read it: it is written differently, or of a topic that begins otherwise. */
export function scanBybitTrades(text: string, prefix: string): ScannedTrades | undefined {
  const read = readTrades(text, prefix);
  if (read !== undefined) return read;
  return scanned(text, (scanner) => {
    scanner.pass('{"topic":');
    const topic = scanner.string();
    if (!topic.startsWith(prefix)) return undefined;
    let data: ScannedTrades['data'];
    while (!scanner.ends()) {
      switch (scanner.name()) {
        case DATA:
          data = scanner.rows(scanTrade);
          break;
        case TOPIC:
          return undefined;
        default:
          scanner.skip();
      }
    }
    scanner.over();
    return { topic, data };
  });
}

function scanTrade(scanner: TextScanner): TradeMembers {
  const row: TradeMembers = {
    T: undefined,
    s: undefined,
    S: undefined,
    v: undefined,
    p: undefined,
    i: undefined,
  };
  do {
    switch (scanner.name()) {
      case TIME:
        row.T = scanner.integer();
        break;
      case SYMBOL:
        row.s = scanner.string();
        break;
      case SIDE:
        // Whatever it says: who reads it refuses all but the two words.
        row.S = scanner.string() as TradeRow['S'];
        break;
      case SIZE:
        row.v = scanner.string();
        break;
      case PRICE:
        row.p = scanner.string();
        break;
      case ID:
        row.i = scanner.string();
        break;
      default:
        scanner.skip();
    }
  } while (!scanner.ends());
  return row;
}

/** As `scanBybitTrades`. */
export function scanBybitBook(text: string, prefix: string): ScannedBook | undefined {
  return scanned(text, (scanner) => {
    scanner.pass('{"topic":');
    const topic = scanner.string();
    if (!topic.startsWith(prefix)) return undefined;
    let type: ScannedBook['type'];
    let ts: number | undefined;
    let cts: number | undefined;
    let data: ScannedBook['data'];
    while (!scanner.ends()) {
      switch (scanner.name()) {
        case TYPE:
          type = scanner.string() as ScannedBook['type'];
          break;
        case TS:
          ts = scanner.integer();
          break;
        case CTS:
          cts = scanner.integer();
          break;
        case DATA:
          data = scanBook(scanner);
          break;
        case TOPIC:
          return undefined;
        default:
          scanner.skip();
      }
    }
    scanner.over();
    return new ScannedBook(topic, type, ts, cts, data);
  });
}

function scanBook(scanner: TextScanner): BookMembers {
  const book: BookMembers = { s: undefined, b: undefined, a: undefined, u: undefined };
  scanner.pass('{');
  do {
    switch (scanner.name()) {
      case SYMBOL:
        book.s = scanner.string();
        break;
      case BIDS:
        book.b = scanner.levels();
        break;
      case ASKS:
        book.a = scanner.levels();
        break;
      case NUMBER:
        book.u = scanner.integer();
        break;
      default:
        scanner.skip();
    }
  } while (!scanner.ends());
  return book;
}
