import {
  divideDecimals,
  isPositive,
  MAX_DECIMAL_DIGITS,
  multiplyDecimals,
  shiftDecimal,
  type DecimalString,
  type Instrument,
} from '@orderfox/domain';
import { NormalizeError } from './normalize-error.js';

/** Places behind the point of a quantity that only a division can give. */
const QUOTIENT_PLACES = 18;

/** How much a size is. */
export interface CoinAmounts {
  /** Coins. */
  readonly quantity: DecimalString;
  /** Of the quote currency. */
  readonly notional: DecimalString;
}

/**
 * A size in the unit that `instrument.sizeUnit` names, in coins and in money at a price per coin; exact, but for the coins of
 * inverse contracts. Throws a BAD_NUMBER refusal when the result is wider than a stored number may be, and
 * UNKNOWN_INSTRUMENT where the size of a contract is not known.
 */
export function coinAmounts(
  instrument: Instrument,
  size: DecimalString,
  pricePerCoin: DecimalString,
): CoinAmounts {
  const { sizeUnit, contractSize } = instrument;
  if (sizeUnit === 'BASE') {
    const quantity = shiftDecimal(size, instrument.multiplierPower);
    return checked({ quantity, notional: multiplyDecimals(quantity, pricePerCoin) });
  }
  if (contractSize === undefined) {
    throw new NormalizeError('UNKNOWN_INSTRUMENT', `${instrument.venueSymbol} has no contract size`);
  }
  const held = multiplyDecimals(size, contractSize);
  return sizeUnit === 'LINEAR_CONTRACTS'
    ? checked({ quantity: held, notional: multiplyDecimals(held, pricePerCoin) })
    : checked({ quantity: divideDecimals(held, pricePerCoin, QUOTIENT_PLACES), notional: held });
}

/**
 * Coins of a size, for contracts that are not counted in dollars: their worth is coins times price, and is known to be no
 * wider than a stored number may be. Throws like `coinAmounts`.
 */
export function linearQuantity(
  instrument: Instrument,
  size: DecimalString,
  pricePerCoin: DecimalString,
): DecimalString {
  const { sizeUnit, contractSize, multiplierPower } = instrument;
  if (sizeUnit !== 'BASE' && contractSize === undefined)
    return coinAmounts(instrument, size, pricePerCoin).quantity;
  const quantity =
    contractSize === undefined || sizeUnit === 'BASE'
      ? shiftDecimal(size, multiplierPower)
      : multiplyDecimals(size, contractSize);
  // A product has no more characters than both factors together.
  const isNarrow = quantity.length + pricePerCoin.length <= MAX_DECIMAL_DIGITS;
  return isNarrow && isPositive(quantity)
    ? quantity
    : checked({ quantity, notional: multiplyDecimals(quantity, pricePerCoin) }).quantity;
}

function checked(result: CoinAmounts): CoinAmounts {
  const { quantity, notional } = result;
  const widest = Math.max(quantity.length, notional.length);
  if (!isPositive(quantity) || widest > MAX_DECIMAL_DIGITS) {
    throw new NormalizeError(
      'BAD_NUMBER',
      `quantity ${quantity.slice(0, 60)}, notional ${notional.slice(0, 60)}`,
    );
  }
  return result;
}
