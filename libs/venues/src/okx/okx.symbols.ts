import { multiplyDecimals, type DecimalString, type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { listedAmount, listedDecimal, readListings, type Listing } from '../instrument-listing.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { type OkxInstrument, type OkxTicker } from './okx.messages.js';
import { askOkx } from './okx.rest.js';

/** All perpetual swaps, linear and inverse (20 requests per 2 s and address). */
export async function listOkxInstruments(
  http: JsonFetch,
  restRoot: string,
  onUnreadable?: (problem: string) => void,
): Promise<readonly Instrument[]> {
  const rows = await askOkx(http, restRoot, '/api/v5/public/instruments?instType=SWAP');
  return readListings('okx', rows, toListing, onUnreadable);
}

/** 24 h turnover by contract: the venue states coins, so it is those times the last price, exact. */
export async function listOkxVolumes(
  http: JsonFetch,
  restRoot: string,
): Promise<ReadonlyMap<string, DecimalString>> {
  const volumes = new Map<string, DecimalString>();
  for (const row of await askOkx(http, restRoot, '/api/v5/market/tickers?instType=SWAP')) {
    if (!isRecord(row)) continue;
    const ticker: Unchecked<OkxTicker> = row;
    const coins = listedAmount(ticker.volCcy24h);
    const last = listedDecimal(ticker.last);
    if (typeof ticker.instId !== 'string' || coins === undefined || last === undefined) continue;
    volumes.set(ticker.instId, multiplyDecimals(coins, last));
  }
  return volumes;
}

function toListing(row: Unchecked<OkxInstrument>): Listing {
  const [baseAsset, quote] = typeof row.uly === 'string' ? row.uly.split('-') : [];
  const contractSize = productOf(row.ctVal, row.ctMult);
  const inverse = row.ctType === 'inverse';
  return {
    venueSymbol: row.instId,
    baseAsset,
    // `BTC-USD_UM` is the family margined in dollars of several kinds; its price is in dollars.
    quoteAsset: quote === 'USD_UM' ? 'USD' : quote,
    contractType: 'PERPETUAL',
    trading: row.state === 'live',
    sizeUnit: inverse ? 'INVERSE_CONTRACTS' : 'LINEAR_CONTRACTS',
    // Without a contract type the size of a contract cannot be told, and it is never assumed.
    contractSize: inverse || row.ctType === 'linear' ? contractSize : undefined,
    tickSize: row.tickSz,
    quantityStep: inverse ? undefined : productOf(row.lotSz, contractSize),
  };
}

function productOf(a: unknown, b: unknown): DecimalString | undefined {
  const x = listedDecimal(a);
  const y = listedDecimal(b);
  return x === undefined || y === undefined ? undefined : multiplyDecimals(x, y);
}
