import { type DecimalString, type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { listedAmount, listedDecimal, readListings, type Listing } from '../instrument-listing.js';
import { listIn } from '../rest-answer.js';
import { joinAddress } from '../venue-address.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { type ExchangeSymbol, type SymbolFilter, type Ticker24h } from './binance.messages.js';
import { requireLiveBinance } from './binance.routes.js';

/**
 * Contracts of `exchangeInfo` (weight 1). Steps come from the filters: `pricePrecision` and `quantityPrecision` are
 * not steps. Unknown contract types and states are kept and merely do not count as trading.
 */
export async function listBinanceInstruments(
  http: JsonFetch,
  restRoot: string,
  onUnreadable?: (problem: string) => void,
): Promise<readonly Instrument[]> {
  requireLiveBinance(restRoot);
  const body = await http(joinAddress(restRoot, '/fapi/v1/exchangeInfo'));
  return readListings('binance', listIn(body, 'binance exchangeInfo', 'symbols'), toListing, onUnreadable);
}

/** 24 h turnover in the quote asset by symbol (weight 40). */
export async function listBinanceVolumes(
  http: JsonFetch,
  restRoot: string,
): Promise<ReadonlyMap<string, DecimalString>> {
  requireLiveBinance(restRoot);
  const rows = listIn(await http(joinAddress(restRoot, '/fapi/v1/ticker/24hr')), 'binance ticker/24hr');
  const volumes = new Map<string, DecimalString>();
  for (const row of rows) {
    if (!isRecord(row)) continue;
    const ticker: Unchecked<Ticker24h> = row;
    const turnover = listedAmount(ticker.quoteVolume);
    if (typeof ticker.symbol === 'string' && turnover) volumes.set(ticker.symbol, turnover);
  }
  return volumes;
}

function toListing(row: Unchecked<ExchangeSymbol>): Listing {
  const type = typeof row.contractType === 'string' ? row.contractType : '';
  return {
    venueSymbol: row.symbol,
    baseAsset: row.baseAsset,
    quoteAsset: row.quoteAsset,
    // PERPETUAL, TRADIFI_PERPETUAL (shares and metals), PERPETUAL_DELIVERING (being taken off the list).
    contractType: type.includes('PERPETUAL') || type === '' ? 'PERPETUAL' : 'DATED',
    trading: row.status === 'TRADING',
    sizeUnit: 'BASE',
    tickSize: filterOf(row.filters, 'PRICE_FILTER').tickSize,
    quantityStep: listedDecimal(filterOf(row.filters, 'LOT_SIZE').stepSize),
  };
}

function filterOf(filters: unknown, type: string): Unchecked<SymbolFilter> {
  if (!Array.isArray(filters)) return {};
  return filters.filter(isRecord).find((filter) => filter.filterType === type) ?? {};
}
