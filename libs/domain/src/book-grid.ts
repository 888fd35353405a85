import { type DecimalString } from './decimal.js';
import { OffGridError } from './errors.js';
import { decimalPlaces, scaledUnits, unitsToDecimal } from './scaled-number.js';

/**
 * The whole numbers of one contract's book: prices in ticks, quantities in units of the last decimal place that its
 * smallest step of quantity has.
 */
export class BookGrid {
  readonly #pricePlaces: number;
  readonly #tickUnits: number;
  readonly #quantityPlaces: number;

  /** `tickSize`, `stepSize`: what prices and quantities are multiples of. Throws OffGridError unless both are positive. */
  constructor(
    readonly tickSize: DecimalString,
    readonly stepSize: DecimalString,
  ) {
    this.#pricePlaces = decimalPlaces(tickSize);
    this.#quantityPlaces = decimalPlaces(stepSize);
    this.#tickUnits = scaledUnits(tickSize, this.#pricePlaces) ?? 0;
    if (this.#tickUnits === 0) throw new OffGridError('tick size', tickSize);
    if (!(Number(stepSize) > 0)) throw new OffGridError('step size', stepSize);
  }

  /** The price in ticks. Throws OffGridError if it is none of them: the venue has changed its tick size. */
  ticks(price: string): number {
    const units = scaledUnits(price, this.#pricePlaces);
    const ticks = units === undefined ? Number.NaN : units / this.#tickUnits;
    if (!Number.isInteger(ticks)) throw new OffGridError('price', price);
    return ticks;
  }

  /** The quantity in its smallest units. Throws OffGridError for a finer one. */
  steps(quantity: string): number {
    const steps = scaledUnits(quantity, this.#quantityPlaces);
    if (steps === undefined) throw new OffGridError('quantity', quantity);
    return steps;
  }

  price(ticks: number): DecimalString {
    return unitsToDecimal(BigInt(ticks) * BigInt(this.#tickUnits), this.#pricePlaces);
  }

  quantity(steps: number): DecimalString {
    return unitsToDecimal(steps, this.#quantityPlaces);
  }

  /** Of a sum of ticks x steps: that many of the quote currency. */
  notional(sum: bigint): DecimalString {
    return unitsToDecimal(sum * BigInt(this.#tickUnits), this.#pricePlaces + this.#quantityPlaces);
  }
}
