import {
  BookGrid,
  divideDecimals,
  multiplyDecimals,
  OffGridError,
  parseDecimal,
  shiftDecimal,
  type DecimalString,
  type Instrument,
} from '@orderfox/domain';
import { type BookUnits } from '../venue-books.js';
import { DOLLAR_QUOTES } from '../venue-symbol.js';

/** Digits after the point that a step of contracts may have; no venue has more than four. */
const STEP_PLACES = 12;
const ONE = parseDecimal('1');

/**
 * What the whole numbers of a contract's book mean, from its catalogue entry. Undefined where that does not say the step
 * of quantities, where prices are no dollars, and for inverse contracts: each is a number of dollars, so that coins are a
 * quotient which differs by level, and no sum of prices x quantities is an amount of money.
 */
export function bookUnitsOf(instrument: Instrument): BookUnits | undefined {
  const { multiplierPower: power, tickSize, quoteAsset, sizeUnit } = instrument;
  const unit = coinsPerUnit(instrument);
  const step = unit === undefined ? undefined : stepOf(instrument, unit);
  if (unit === undefined || step === undefined || !DOLLAR_QUOTES.has(quoteAsset)) return undefined;
  const grid = gridOf(shiftDecimal(tickSize, power), step);
  if (grid === undefined) return undefined;
  const coins = (quantity: DecimalString) => multiplyDecimals(quantity, unit);
  // The venue's price is for 10^power coins. Where it counts those, too, price x quantity is right as it stands.
  const perPrice = sizeUnit === 'BASE' ? undefined : shiftDecimal(unit, -power);
  return {
    grid,
    pricePerCoin: (price) => shiftDecimal(price, -power),
    coins,
    usd: (sum) => {
      const notional = grid.notional(sum);
      return perPrice === undefined ? notional : multiplyDecimals(notional, perPrice);
    },
  };
}

/** Undefined for steps that no whole number of a double can count. */
function gridOf(tickSize: DecimalString, stepSize: DecimalString): BookGrid | undefined {
  try {
    return new BookGrid(tickSize, stepSize);
  } catch (error) {
    if (error instanceof OffGridError) return undefined;
    throw error;
  }
}

/** Coins in one unit of what the venue counts; undefined where it counts dollars. */
function coinsPerUnit({ sizeUnit, contractSize, multiplierPower }: Instrument): DecimalString | undefined {
  switch (sizeUnit) {
    case 'BASE':
      return shiftDecimal(ONE, multiplierPower);
    case 'LINEAR_CONTRACTS':
      return contractSize;
    case 'INVERSE_CONTRACTS':
      return undefined;
  }
}

/** The smallest step in the venue's units. The catalogue keeps it in coins, so that this division has no rest. */
function stepOf({ quantityStep }: Instrument, unit: DecimalString): DecimalString | undefined {
  if (quantityStep === undefined) return undefined;
  const step = divideDecimals(quantityStep, unit, STEP_PLACES);
  return multiplyDecimals(step, unit) === quantityStep ? step : undefined;
}
