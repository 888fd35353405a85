import { type DecimalString } from './decimal.js';
import { type Liquidation } from './market-event.js';

/** The price per coin that a liquidation's notional was computed with: the one that `priceUsed` names. */
export function notionalPrice(
  liquidation: Pick<Liquidation, 'priceUsed' | 'price' | 'averagePrice' | 'markPrice'>,
): DecimalString {
  const { priceUsed, price, averagePrice, markPrice } = liquidation;
  switch (priceUsed) {
    case 'FILL':
      return averagePrice ?? price;
    case 'MARK':
      return markPrice ?? price;
    case 'BANKRUPTCY':
    case 'ORDER':
      return price;
  }
}
