import {
  shiftDecimal,
  type DecimalString,
  type Instrument,
  type Liquidation,
  type PriceKind,
  type Sides,
} from '@orderfox/domain';
import { coinAmounts } from './coin-amounts.js';
import { NormalizeError } from './normalize-error.js';

/** Documented rows have two to three hundred characters. */
const MAX_RAW_LENGTH = 4_096;

/** What a venue's normaliser has read and checked, in the venue's own units. */
export interface CheckedRow {
  readonly eventKey: string;
  readonly instrument: Instrument;
  readonly sides: Sides;
  /** In the unit that `instrument.sizeUnit` names. */
  readonly size: DecimalString;
  /** The price that the venue states with the event. */
  readonly price: DecimalString;
  readonly averagePrice?: DecimalString | undefined;
  readonly markPrice?: DecimalString | undefined;
  /** Which of the three prices the notional is computed with: FILL the average, MARK the mark, else `price`. */
  readonly priceUsed: PriceKind;
  readonly venueTimeMs: number;
  readonly receivedTimeMs: number;
  /** The venue's row as JSON text. */
  readonly raw: string;
}

/**
 * Turns a checked row into an event: one coin instead of contracts or thousands of coins, and the exact notional.
 * Throws a BAD_NUMBER refusal when the result is wider than a stored number may be, and MALFORMED for a giant row.
 */
export function toLiquidation(row: CheckedRow): Liquidation {
  const { instrument, sides } = row;
  const perCoin = -instrument.multiplierPower;
  const price = shiftDecimal(row.price, perCoin);
  const averagePrice = row.averagePrice && shiftDecimal(row.averagePrice, perCoin);
  const markPrice = row.markPrice && shiftDecimal(row.markPrice, perCoin);
  const priceUsed = pickPrice(row.priceUsed, price, averagePrice, markPrice);
  const { quantity, notional } = coinAmounts(instrument, row.size, priceUsed);
  if (row.raw.length > MAX_RAW_LENGTH)
    throw new NormalizeError('MALFORMED', `a row of ${row.raw.length} characters`);
  const event: Writable<Liquidation> = {
    type: 'liquidation',
    eventKey: row.eventKey,
    venue: instrument.venue,
    symbol: instrument.symbol,
    venueSymbol: instrument.venueSymbol,
    baseAsset: instrument.baseAsset,
    quoteAsset: instrument.quoteAsset,
    liquidatedSide: sides.liquidatedSide,
    side: sides.side,
    quantity,
    price,
    priceUsed: row.priceUsed,
    notionalUsd: notional,
    venueTimeMs: row.venueTimeMs,
    receivedTimeMs: row.receivedTimeMs,
    raw: row.raw,
  };
  if (averagePrice !== undefined) event.averagePrice = averagePrice;
  if (markPrice !== undefined) event.markPrice = markPrice;
  return event;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function pickPrice(
  kind: PriceKind,
  price: DecimalString,
  averagePrice: DecimalString | undefined,
  markPrice: DecimalString | undefined,
): DecimalString {
  const picked = kind === 'FILL' ? averagePrice : kind === 'MARK' ? markPrice : price;
  if (picked === undefined) throw new NormalizeError('BAD_NUMBER', `no price of kind ${kind}`);
  return picked;
}
