import { parseDecimal, type DecimalString, type Instrument } from '@orderfox/domain';
import { type VenueContracts } from './market-symbol.js';

/** A contract with everything filled in, but for what the test says. */
export function instrument(
  given: Pick<Instrument, 'venue' | 'venueSymbol'> & Partial<Instrument>,
): Instrument {
  const baseAsset = given.baseAsset ?? 'BTC';
  const quoteAsset = given.quoteAsset ?? 'USDT';
  return {
    symbol: `${baseAsset}${quoteAsset}`,
    baseAsset,
    quoteAsset,
    contractType: 'PERPETUAL',
    trading: true,
    sizeUnit: 'BASE',
    multiplierPower: 0,
    tickSize: parseDecimal('0.1'),
    quantityStep: parseDecimal('0.001'),
    ...given,
  };
}

/** The contracts of one venue, with turnover by venue symbol. */
export function contracts(
  instruments: readonly Instrument[],
  volumes: Readonly<Record<string, string>> = {},
  source: VenueContracts['source'] = 'VENUE',
): VenueContracts {
  const entries = Object.entries(volumes).map(([name, text]): [string, DecimalString] => [
    name,
    parseDecimal(text),
  ]);
  return { venue: instruments[0]?.venue ?? 'binance', instruments, volumes: new Map(entries), source };
}
