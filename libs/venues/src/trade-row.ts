import {
  LinearTrade,
  MAX_DECIMAL_DIGITS,
  shiftDecimal,
  type DecimalString,
  type Instrument,
  type OrderSide,
  type Trade,
} from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { coinAmounts, linearQuantity } from './coin-amounts.js';
import { describeValue, NormalizeError } from './normalize-error.js';
import { ownText } from './own-text.js';
import { type LiveTrade, type NormalisedTrades, type TradeRequest } from './venue-trades.js';
import { DOLLAR_QUOTES } from './venue-symbol.js';
import { isTimeMs, readPositive, readTimeMs } from './wire-row.js';

const MAX_ID_LENGTH = 64;
const DASH = 45;
const UNDERSCORE = 95;

/** Instead of a contract's name, where rows name none. */
export const NOT_NAMED: unique symbol = Symbol('rows that name no contract');

/** A row of trades in the venue's own units, nothing checked but side and number. */
export interface CheckedTradeRow {
  /** The contract that the row names, or `NOT_NAMED`. */
  readonly venueSymbol: unknown;
  readonly takerSide: OrderSide;
  readonly price: unknown;
  readonly size: unknown;
  /** A whole number where the venue counts a contract's trades one by one: then it is `tradeId` as well. */
  readonly aggregateId: number | undefined;
  readonly tradeId: unknown;
  readonly timeMs: unknown;
}

/** Makes a trade of a row: one coin instead of contracts or thousands of coins, and the exact notional. Throws a refusal. */
export function toTrade(row: CheckedTradeRow, instrument: Instrument, receivedTimeMs: number): Trade {
  const { venueSymbol, quoteAsset, multiplierPower } = instrument;
  if (row.venueSymbol !== venueSymbol && row.venueSymbol !== NOT_NAMED) {
    throw new NormalizeError('MALFORMED', `a trade of ${describeValue(row.venueSymbol)} as ${venueSymbol}`);
  }
  if (quoteAsset !== 'USDT' && !DOLLAR_QUOTES.has(quoteAsset)) {
    throw new NormalizeError('UNSUPPORTED_QUOTE', `${venueSymbol} is quoted in ${quoteAsset}`);
  }
  const id = row.aggregateId ?? readTradeId(row.tradeId);
  const price = ownText(shiftDecimal(readPositive(row.price, 'price'), -multiplierPower));
  const size = readPositive(row.size, 'size');
  const venueTimeMs = readTimeMs(row.timeMs, 'time', receivedTimeMs);
  const { takerSide } = row;
  if (instrument.sizeUnit === 'INVERSE_CONTRACTS') {
    const { quantity, notional: notionalUsd } = coinAmounts(instrument, size, price);
    const { venue, symbol } = instrument;
    const tradeId = String(id);
    const trade: Trade = {
      ...{ type: 'trade', venue, symbol, venueSymbol, takerSide, price, quantity, notionalUsd },
      ...{ tradeId, venueTimeMs, receivedTimeMs },
    };
    return typeof id === 'number' ? { ...trade, aggregateId: id } : trade;
  }
  const quantity = ownText(linearQuantity(instrument, size, price));
  return new LinearTrade(instrument, takerSide, price, quantity, id, venueTimeMs, receivedTimeMs);
}

/** A numbered trade whose price and size are canonical, above zero and have no more than 31 characters each. */
export interface PlainTradeRow {
  readonly aggregateId: number;
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  readonly timeMs: number;
}

/**
 * As `toTrade`, for the row of a contract that is counted in single coins against USDT; undefined for any other contract,
 * and where there is anything to refuse.
 */
export function plainTrade(
  { aggregateId, price, quantity, timeMs }: PlainTradeRow,
  instrument: Instrument,
  takerSide: OrderSide,
  receivedTimeMs: number,
): Trade | undefined {
  const { quoteAsset, sizeUnit, multiplierPower } = instrument;
  const isPlain = sizeUnit === 'BASE' && multiplierPower === 0 && quoteAsset === 'USDT';
  const isNarrow = price.length + quantity.length <= MAX_DECIMAL_DIGITS;
  if (!isPlain || !isNarrow || !isTimeMs(timeMs, receivedTimeMs)) return undefined;
  return new LinearTrade(
    instrument,
    takerSide,
    ownText(price),
    ownText(quantity),
    aggregateId,
    timeMs,
    receivedTimeMs,
  );
}

function readTradeId(value: unknown): string {
  if (typeof value === 'string' && isTradeId(value)) return ownText(value);
  throw new NormalizeError('MALFORMED', `the id is ${describeValue(value)}`);
}

/** Letters, digits, dashes and underscores: numbers and UUIDs. */
function isTradeId(text: string): boolean {
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 48 && code <= 57;
    // 32 apart: capitals and small letters.
    const letter = code | 32;
    const isLetter = letter >= 97 && letter <= 122;
    if (!isDigit && !isLetter && code !== DASH && code !== UNDERSCORE) return false;
  }
  return length > 0 && length <= MAX_ID_LENGTH;
}

/** Throws a BAD_SIDE refusal unless the value is one of the venue's two words. */
export function readTakerSide(value: unknown, buy: unknown, sell: unknown): OrderSide {
  if (value === buy) return 'BUY';
  if (value === sell) return 'SELL';
  throw new NormalizeError('BAD_SIDE', `the side is ${describeValue(value)}`);
}

/** The trades of a live frame's rows. Never throws. */
export function readLiveTrades(
  topic: string,
  rows: readonly unknown[],
  instrument: Instrument,
  receivedTimeMs: number,
  read: (row: unknown) => CheckedTradeRow,
): NormalisedTrades {
  const trades: LiveTrade[] = [];
  const problems: string[] = [];
  for (const row of rows) {
    try {
      trades.push({ topic, trade: toTrade(read(row), instrument, receivedTimeMs) });
    } catch (error) {
      problems.push(error instanceof NormalizeError ? error.message : String(error));
    }
  }
  return { trades, problems };
}

/** The trades of an answer, ascending by number, none twice and none below `fromId`. Throws VenueError (`UNREADABLE`). */
export function readTrades(
  rows: readonly unknown[],
  what: string,
  { instrument, fromId, nowMs }: TradeRequest,
  read: (row: unknown) => CheckedTradeRow,
): readonly Trade[] {
  const byId = new Map<number, Trade>();
  try {
    for (const row of rows) {
      const trade = toTrade(read(row), instrument, nowMs);
      const { aggregateId = -1 } = trade;
      if (aggregateId >= fromId) byId.set(aggregateId, trade);
    }
  } catch (error) {
    if (!(error instanceof NormalizeError)) throw error;
    throw new VenueError('UNREADABLE', `${what}: ${error.message}`);
  }
  return [...byId].sort(([a], [b]) => a - b).map(([, trade]) => trade);
}

/** A frame of a topic that nobody wants any more, or never did: it came before the venue had unsubscribed it. */
export const NO_TRADES: NormalisedTrades = { trades: [], problems: [] };

/** Nothing to say of a frame. Shared, so that a busy stream does not make garbage. */
export const NO_PROBLEMS: readonly string[] = [];
