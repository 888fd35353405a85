import { type DecimalString, type Liquidation } from '@orderfox/domain';

/** For specs: the n-th of a series of liquidations that all differ, with any field set otherwise. */
export function liquidationForTests(n: number, fields: Partial<Liquidation> = {}): Liquidation {
  const venueTimeMs = 1_700_000_000_000 + n * 7;
  return {
    type: 'liquidation',
    eventKey: `binance:BTCUSDT:${n}`,
    venue: 'binance',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    liquidatedSide: 'LONG',
    side: 'SELL',
    quantity: '0.014' as DecimalString,
    price: '9910' as DecimalString,
    averagePrice: '9910' as DecimalString,
    priceUsed: 'FILL',
    notionalUsd: '138.74' as DecimalString,
    venueTimeMs,
    receivedTimeMs: venueTimeMs + 40,
    raw: JSON.stringify({ e: 'forceOrder', n }),
    ...fields,
  };
}

/** For specs: the first `count` of them. */
export function liquidationsForTests(count: number, from = 0): readonly Liquidation[] {
  return Array.from({ length: count }, (_, index) => liquidationForTests(from + index));
}
