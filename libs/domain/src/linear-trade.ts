import { multiplyDecimals, type DecimalString } from './decimal.js';
import { type OrderSide } from './side.js';
import { type Trade } from './trade.js';

/**
 * A trade whose worth is its quantity times its price, as of every contract that is not counted in dollars. That product
 * and the text of a number are made when they are asked for: of most trades nobody ever does, and making them takes as
 * long as reading all the rest.
 */
export class LinearTrade implements Trade {
  readonly type = 'trade';
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly #id: number | string;

  /** `id`: a number where the venue counts the trades of a contract one by one, else its text. */
  constructor(
    market: Pick<Trade, 'venue' | 'symbol' | 'venueSymbol'>,
    readonly takerSide: OrderSide,
    readonly price: DecimalString,
    readonly quantity: DecimalString,
    id: number | string,
    readonly venueTimeMs: number,
    readonly receivedTimeMs: number,
  ) {
    this.venue = market.venue;
    this.symbol = market.symbol;
    this.venueSymbol = market.venueSymbol;
    this.#id = id;
  }

  get notionalUsd(): DecimalString {
    return multiplyDecimals(this.quantity, this.price);
  }

  get tradeId(): string {
    return String(this.#id);
  }

  get aggregateId(): number | undefined {
    return typeof this.#id === 'number' ? this.#id : undefined;
  }
}
