/** Whose position was closed. */
export type LiquidatedSide = 'LONG' | 'SHORT';

/** Side of the forced order: a long is closed by selling, a short by buying. */
export type OrderSide = 'BUY' | 'SELL';

/** Both sides, from the one a venue really gives. */
export interface Sides {
  readonly liquidatedSide: LiquidatedSide;
  readonly side: OrderSide;
}

/** For venues that report the forced order (Binance, OKX): SELL closed a long. */
export function fromOrderSide(side: OrderSide): Sides {
  return { side, liquidatedSide: side === 'SELL' ? 'LONG' : 'SHORT' };
}

/** For venues that report the position (Bybit): a LONG was closed by selling. */
export function fromPositionSide(liquidatedSide: LiquidatedSide): Sides {
  return { liquidatedSide, side: liquidatedSide === 'LONG' ? 'SELL' : 'BUY' };
}
