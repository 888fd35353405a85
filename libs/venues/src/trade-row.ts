import { shiftDecimal, type Instrument, type OrderSide, type Trade } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { coinAmounts } from './coin-amounts.js';
import { describeValue, NormalizeError } from './normalize-error.js';
import { type LiveTrade, type NormalisedTrades, type TradeRequest } from './venue-trades.js';
import { DOLLAR_QUOTES } from './venue-symbol.js';
import { readPositive, readTimeMs } from './wire-row.js';

/** Letters, digits and dashes: numbers and UUIDs. */
const TRADE_ID = /^[\w-]{1,64}$/;

/** A row of trades in the venue's own units, nothing checked but the side. */
export interface CheckedTradeRow {
  /** The contract that the row names; left out where rows name none. */
  readonly venueSymbol?: unknown;
  readonly takerSide: OrderSide;
  readonly price: unknown;
  readonly size: unknown;
  readonly tradeId: unknown;
  readonly aggregateId?: number;
  readonly timeMs: unknown;
}

/** Makes a trade of a row: one coin instead of contracts or thousands of coins, and the exact notional. Throws a refusal. */
export function toTrade(row: CheckedTradeRow, instrument: Instrument, receivedTimeMs: number): Trade {
  const { venue, symbol, venueSymbol, quoteAsset, multiplierPower } = instrument;
  if ('venueSymbol' in row && row.venueSymbol !== venueSymbol) {
    throw new NormalizeError('MALFORMED', `a trade of ${describeValue(row.venueSymbol)} as ${venueSymbol}`);
  }
  if (!DOLLAR_QUOTES.has(quoteAsset)) {
    throw new NormalizeError('UNSUPPORTED_QUOTE', `${venueSymbol} is quoted in ${quoteAsset}`);
  }
  if (typeof row.tradeId !== 'string' || !TRADE_ID.test(row.tradeId)) {
    throw new NormalizeError('MALFORMED', `the id is ${describeValue(row.tradeId)}`);
  }
  const price = shiftDecimal(readPositive(row.price, 'price'), -multiplierPower);
  const { quantity, notional } = coinAmounts(instrument, readPositive(row.size, 'size'), price);
  const trade: { -readonly [K in keyof Trade]: Trade[K] } = {
    type: 'trade',
    venue,
    symbol,
    venueSymbol,
    takerSide: row.takerSide,
    price,
    quantity,
    notionalUsd: notional,
    tradeId: row.tradeId,
    venueTimeMs: readTimeMs(row.timeMs, 'time', receivedTimeMs),
    receivedTimeMs,
  };
  if (row.aggregateId !== undefined) trade.aggregateId = row.aggregateId;
  return trade;
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
