import { parseDecimal, type Instrument } from '@orderfox/domain';

/** A perpetual on BTC against USDT, counted in coins; `given` makes it another contract. */
export function perpetual(venue: string, venueSymbol: string, given: Partial<Instrument> = {}): Instrument {
  return {
    venue,
    venueSymbol,
    symbol: 'BTCUSDT',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    contractType: 'PERPETUAL',
    trading: true,
    sizeUnit: 'BASE',
    multiplierPower: 0,
    tickSize: parseDecimal('0.1'),
    ...given,
  };
}

/** What makes it a contract on a thousand coins, as the catalogue has it: steps of one coin. */
export const THOUSAND_COINS: Partial<Instrument> = {
  symbol: 'PEPEUSDT',
  baseAsset: 'PEPE',
  multiplierPower: 3,
  tickSize: parseDecimal('0.00000001'),
};
