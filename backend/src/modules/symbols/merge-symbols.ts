import { isPositive, sumDecimals, type DecimalString, type Instrument } from '@orderfox/domain';
import { compareByVolume } from './symbol-order.js';
import {
  type MarketSymbol,
  type SymbolMarket,
  type SymbolSource,
  type VenueContracts,
} from './market-symbol.js';
import { amountPrecisionOf, priceFormatOf } from './price-format.js';

/**
 * Merges the contracts of all venues into one list of markets, the busiest first. Contracts of one base/quote pair
 * become one entry; precision comes from the contracts that trade, or from all where none does.
 */
export function mergeSymbols(venues: readonly VenueContracts[]): readonly MarketSymbol[] {
  const byId = new Map<string, [Entry, ...Entry[]]>();
  for (const { instruments, volumes, source } of venues) {
    for (const instrument of instruments) {
      const entry = { instrument, volume: volumes.get(instrument.venueSymbol), source };
      const entries = byId.get(instrument.symbol);
      if (entries === undefined) byId.set(instrument.symbol, [entry]);
      else entries.push(entry);
    }
  }
  return [...byId.entries()].map(([id, entries]) => mergeOne(id, entries)).sort(compareByVolume);
}

interface Entry {
  readonly instrument: Instrument;
  readonly volume: DecimalString | undefined;
  readonly source: SymbolSource;
}

function mergeOne(id: string, entries: readonly [Entry, ...Entry[]]): MarketSymbol {
  const markets = entries.map(({ instrument }) => toMarket(instrument));
  const trading = markets.filter((market) => market.trading);
  const decisive = trading.length > 0 ? trading : markets;
  const priceFormat = priceFormatOf(decisive.map((market) => market.tickSize).filter(isPositive));
  const steps = decisive.flatMap((market) => market.quantityStep ?? []).filter(isPositive);
  const amountPrecision = amountPrecisionOf(steps);
  const counted = entries.flatMap(({ instrument, volume }) =>
    volume === undefined ? [] : [{ venue: instrument.venue, volume }],
  );
  const { baseAsset, quoteAsset } = entries[0].instrument;
  return {
    id,
    baseAsset,
    quoteAsset,
    uiName: `${baseAsset}/${quoteAsset}`,
    markets,
    ...(priceFormat && { priceFormat, pricePrecision: priceFormat.precision }),
    ...(amountPrecision !== undefined && { amountPrecision }),
    ...(counted.length > 0 && { volume24h: sumDecimals(counted.map(({ volume }) => volume)) }),
    volumeVenues: [...new Set(counted.map(({ venue }) => venue))],
    source: entries.some(({ source }) => source === 'VENUE') ? 'VENUE' : 'LAST_KNOWN',
  };
}

function toMarket(instrument: Instrument): SymbolMarket {
  const { venue, venueSymbol, contractType, trading, sizeUnit, contractSize, tickSize, quantityStep } =
    instrument;
  return {
    venue,
    venueSymbol,
    contractType,
    trading,
    multiplier: 10 ** instrument.multiplierPower,
    sizeUnit,
    ...(contractSize !== undefined && { contractSize }),
    tickSize,
    ...(quantityStep !== undefined && { quantityStep }),
  };
}
