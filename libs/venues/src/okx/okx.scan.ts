import { type WireLevel } from '../book/book-update.js';
import { nameCode, scanned, type TextScanner } from '../text-scanner.js';
import {
  type BookPush,
  type BookRow,
  type ChannelArgument,
  type Push,
  type TradeRow,
} from './okx.messages.js';

/** A row as the parser would give it, less what nobody reads; a member that it has not is undefined. */
type Members<Row> = { -readonly [K in keyof Row]: Row[K] | undefined };

/** A frame of `trades` that was scanned. */
export interface ScannedTrades extends Push {
  readonly data: readonly Readonly<Members<TradeRow>>[];
}

type BookMembers = Members<Pick<BookRow, 'ts' | 'prevSeqId' | 'seqId'>> &
  Record<'asks' | 'bids', readonly WireLevel[] | undefined>;

/** A frame of `books` that was scanned, whose levels are checked already and hold price and quantity alone. */
export class ScannedBooks implements Push {
  constructor(
    readonly arg: ChannelArgument,
    readonly action: BookPush['action'] | undefined,
    readonly data: readonly Readonly<BookMembers>[] | undefined,
  ) {}
}

const CONTRACT = nameCode('instId');
const ID = nameCode('tradeId');
const PRICE = nameCode('px');
const SIZE = nameCode('sz');
const SIDE = nameCode('side');
const TIME = nameCode('ts');
const ASKS = nameCode('asks');
const BIDS = nameCode('bids');
const LAST = nameCode('seqId');
const PREVIOUS = 'prevSeqId';
const ACTION = nameCode('action');
const DATA = nameCode('data');

const TRADES_BEGIN = '{"arg":{"channel":"trades","instId":';
const BOOKS_BEGIN = '{"arg":{"channel":"books","instId":';

/** Characters that are written as they are. */
const TEXT = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*';
/** A frame of one trade as the venue writes it: an expression goes over it faster than the scanner. */
const TRADE_FRAME = new RegExp(
  `^\\{"arg":\\{"channel":"trades","instId":"(${TEXT})"\\},"data":\\[\\{"instId":"(${TEXT})","tradeId":"(${TEXT})","px":"(${TEXT})"` +
    `,"sz":"(${TEXT})","side":"(${TEXT})","ts":"(${TEXT})"(?:,"count":"${TEXT}")?(?:,"source":"${TEXT}")?(?:,"seqId":(?:0|[1-9][0-9]{0,14}))?\\}\\]\\}$`,
);

/** The frame; undefined if the parser has to read it: it is written differently, or of another channel. */
export function scanOkxTrades(text: string): ScannedTrades | undefined {
  const match = TRADE_FRAME.exec(text);
  if (match !== null) {
    // Whatever the side says: who reads it refuses all but the two words.
    const side = match[6] as TradeRow['side'] | undefined;
    const row = { instId: match[2], tradeId: match[3], px: match[4], sz: match[5], side, ts: match[7] };
    return { arg: { channel: 'trades', instId: match[1] ?? '' }, data: [row] };
  }
  return scanned(text, (scanner) => {
    scanner.pass(TRADES_BEGIN);
    const instId = scanner.string();
    scanner.pass('},"data":');
    const data = scanner.rows(scanTrade);
    scanner.finish();
    return { arg: { channel: 'trades', instId }, data };
  });
}

function scanTrade(scanner: TextScanner): Members<TradeRow> {
  const row: Members<TradeRow> = {
    instId: undefined,
    tradeId: undefined,
    px: undefined,
    sz: undefined,
    side: undefined,
    ts: undefined,
  };
  do {
    switch (scanner.name()) {
      case CONTRACT:
        row.instId = scanner.string();
        break;
      case ID:
        row.tradeId = scanner.string();
        break;
      case PRICE:
        row.px = scanner.string();
        break;
      case SIZE:
        row.sz = scanner.string();
        break;
      case SIDE:
        // Whatever it says: who reads it refuses all but the two words.
        row.side = scanner.string() as TradeRow['side'];
        break;
      case TIME:
        row.ts = scanner.string();
        break;
      default:
        scanner.skip();
    }
  } while (!scanner.ends());
  return row;
}

/** As `scanOkxTrades`. */
export function scanOkxBooks(text: string): ScannedBooks | undefined {
  return scanned(text, (scanner) => {
    scanner.pass(BOOKS_BEGIN);
    const instId = scanner.string();
    scanner.pass('},');
    let action: BookPush['action'] | undefined;
    let data: ScannedBooks['data'];
    do {
      switch (scanner.name()) {
        case ACTION:
          action = scanner.string() as BookPush['action'];
          break;
        case DATA:
          data = scanner.rows(scanBook);
          break;
        default:
          // It may make another frame of it.
          scanner.giveUp();
      }
    } while (!scanner.ends());
    scanner.over();
    return new ScannedBooks({ channel: 'books', instId }, action, data);
  });
}

function scanBook(scanner: TextScanner): BookMembers {
  const row: BookMembers = {
    asks: undefined,
    bids: undefined,
    ts: undefined,
    prevSeqId: undefined,
    seqId: undefined,
  };
  do {
    switch (scanner.name()) {
      case ASKS:
        row.asks = scanner.levels();
        break;
      case BIDS:
        row.bids = scanner.levels();
        break;
      case TIME:
        row.ts = scanner.string();
        break;
      case LAST:
        row.seqId = scanner.integer();
        break;
      default:
        if (scanner.isNamed(PREVIOUS)) row.prevSeqId = scanner.integer();
        else scanner.skip();
    }
  } while (!scanner.ends());
  return row;
}
