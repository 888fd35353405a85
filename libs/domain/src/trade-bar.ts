import { addDecimals, divideDecimals, subtractDecimals, ZERO, type DecimalString } from './decimal.js';
import { OffGridError } from './errors.js';
import { ExactSum } from './exact-sum.js';
import { decimalPlaces, scaledUnits, unitsToDecimal } from './scaled-number.js';
import { type OrderSide } from './side.js';

/** What happened in one stretch of time at one market. Prices are per coin, quantities are coins; all of it exact. */
export interface TradeBar {
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  /** Coins that takers bought. */
  readonly buyQuantity: DecimalString;
  /** Coins that takers sold. */
  readonly sellQuantity: DecimalString;
  /** What takers bought for, in the quote currency. */
  readonly buyUsd: DecimalString;
  /** What takers sold for, in the quote currency. */
  readonly sellUsd: DecimalString;
  /** Trades as the venue counts them. */
  readonly count: number;
}

/** Decimal places that an average price has more than the prices it is made of. */
const VWAP_PLACES = 4;

/** Decimal places beyond which no price or quantity is taken. */
const MAX_PLACES = 18;

/** Coins bought minus coins sold. */
export function deltaOf({ buyQuantity, sellQuantity }: TradeBar): DecimalString {
  return subtractDecimals(buyQuantity, sellQuantity);
}

/** Average price, weighted by quantity and rounded half up four places behind the prices'; undefined if nothing traded. */
export function vwapOf(bar: TradeBar): DecimalString | undefined {
  const quantity = addDecimals(bar.buyQuantity, bar.sellQuantity);
  if (quantity === ZERO) return undefined;
  const places = Math.max(...[bar.open, bar.high, bar.low, bar.close].map(decimalPlaces));
  return divideDecimals(addDecimals(bar.buyUsd, bar.sellUsd), quantity, places + VWAP_PLACES);
}

/** Several bars as one, the oldest first; undefined for none. Sums are exact, so it is the bar of all their trades. */
export function joinBars(bars: readonly TradeBar[]): TradeBar | undefined {
  const [first, ...rest] = bars;
  if (first === undefined) return undefined;
  return rest.reduce<TradeBar>(
    (sum, bar) => ({
      open: sum.open,
      high: larger(sum.high, bar.high),
      low: larger(sum.low, bar.low) === sum.low ? bar.low : sum.low,
      close: bar.close,
      buyQuantity: addDecimals(sum.buyQuantity, bar.buyQuantity),
      sellQuantity: addDecimals(sum.sellQuantity, bar.sellQuantity),
      buyUsd: addDecimals(sum.buyUsd, bar.buyUsd),
      sellUsd: addDecimals(sum.sellUsd, bar.sellUsd),
      count: sum.count + bar.count,
    }),
    first,
  );
}

/**
 * Makes a bar of trades in the order in which they come. It counts in whole numbers of the finest decimal place that has
 * come so far, so nothing is rounded, and a trade costs no string and no big integer.
 */
export class TradeBarMaker {
  #pricePlaces = 0;
  #quantityPlaces = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #count = 0;
  readonly #bought = { quantity: new ExactSum(), notional: new ExactSum() };
  readonly #sold = { quantity: new ExactSum(), notional: new ExactSum() };

  /** Trades so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes a trade: price per coin, coins, and what its taker did. Throws OffGridError, with nothing changed, for a number
   * that is none or has more digits than any venue's.
   */
  add(price: string, quantity: string, takerSide: OrderSide): void {
    const priceUnits = scaledUnits(price, this.#pricePlaces) ?? this.#finerPrice(price);
    const quantityUnits = scaledUnits(quantity, this.#quantityPlaces) ?? this.#finerQuantity(quantity);
    if (this.#count === 0) {
      this.#open = priceUnits;
      this.#high = priceUnits;
      this.#low = priceUnits;
    } else {
      if (priceUnits > this.#high) this.#high = priceUnits;
      if (priceUnits < this.#low) this.#low = priceUnits;
    }
    this.#close = priceUnits;
    this.#count += 1;
    const { quantity: coins, notional } = takerSide === 'BUY' ? this.#bought : this.#sold;
    coins.add(quantityUnits, 1);
    notional.add(priceUnits, quantityUnits);
  }

  /** The bar so far; undefined before the first trade. */
  get bar(): TradeBar | undefined {
    if (this.#count === 0) return undefined;
    const price = (units: number) => unitsToDecimal(units, this.#pricePlaces);
    const coins = (sum: ExactSum) => unitsToDecimal(sum.value, this.#quantityPlaces);
    const usd = (sum: ExactSum) => unitsToDecimal(sum.value, this.#pricePlaces + this.#quantityPlaces);
    return {
      open: price(this.#open),
      high: price(this.#high),
      low: price(this.#low),
      close: price(this.#close),
      buyQuantity: coins(this.#bought.quantity),
      sellQuantity: coins(this.#sold.quantity),
      buyUsd: usd(this.#bought.notional),
      sellUsd: usd(this.#sold.notional),
      count: this.#count,
    };
  }

  #finerPrice(price: string): number {
    const places = placesOf('price', price);
    const units = scaledUnits(price, places);
    const factor = 10 ** (places - this.#pricePlaces);
    if (units === undefined || factor < 1 || !Number.isSafeInteger(this.#high * factor))
      throw new OffGridError('price', price);
    this.#pricePlaces = places;
    this.#open *= factor;
    this.#high *= factor;
    this.#low *= factor;
    this.#close *= factor;
    for (const { notional } of [this.#bought, this.#sold]) notional.multiply(factor);
    return units;
  }

  #finerQuantity(quantity: string): number {
    const places = placesOf('quantity', quantity);
    const units = scaledUnits(quantity, places);
    const factor = 10 ** (places - this.#quantityPlaces);
    if (units === undefined || factor < 1) throw new OffGridError('quantity', quantity);
    this.#quantityPlaces = places;
    for (const sums of [this.#bought, this.#sold]) {
      sums.quantity.multiply(factor);
      sums.notional.multiply(factor);
    }
    return units;
  }
}

function placesOf(what: string, text: string): number {
  const point = text.indexOf('.');
  const places = point < 0 ? 0 : text.length - point - 1;
  if (places > MAX_PLACES) throw new OffGridError(what, text);
  return places;
}

function larger(a: DecimalString, b: DecimalString): DecimalString {
  return subtractDecimals(a, b).startsWith('-') ? b : a;
}
