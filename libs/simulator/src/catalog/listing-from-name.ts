import type { VenueId } from '@orderfox/domain';
import type { Listing } from './listing.js';

/** What can be told of a contract from its appearance in a recording. */
export interface ObservedContract {
  readonly venueSymbol: string;
  readonly price: number;
  readonly tickSize: string;
  readonly quantityStep: string;
}

interface NameParts {
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly dated: boolean;
  readonly unit: Pick<Listing, 'sizeUnit' | 'contractSize'>;
}

const COINS: NameParts['unit'] = { sizeUnit: 'BASE' };
const STABLE_PAIR = /^(.+?)(USDT|USDC|BUSD|FDUSD)$/u;

/** A listing for a contract that the built-in catalogue lacks; undefined when its name does not tell base and quote. */
export function listingFromName(venue: VenueId, seen: ObservedContract): Listing | undefined {
  const parts = partsOf(venue, seen.venueSymbol);
  if (!parts) return undefined;
  return {
    venueSymbol: seen.venueSymbol,
    baseAsset: parts.baseAsset,
    quoteAsset: parts.quoteAsset,
    contractType: parts.dated ? 'DATED' : 'PERPETUAL',
    ...(parts.dated && { deliveryMs: Date.UTC(2026, 11, 25, 8) }),
    state: 'TRADING',
    ...parts.unit,
    tickSize: seen.tickSize,
    quantityStep: seen.quantityStep,
    startPrice: seen.price,
    weight: 0,
    turnover24h: 1_000_000,
  };
}

function partsOf(venue: VenueId, venueSymbol: string): NameParts | undefined {
  if (venue === 'okx') return okxParts(venueSymbol);
  const [name = '', date] = venueSymbol.split(venue === 'bybit' ? '-' : '_');
  const pair = STABLE_PAIR.exec(name);
  if (pair)
    return { baseAsset: pair[1] ?? '', quoteAsset: pair[2] ?? '', dated: date !== undefined, unit: COINS };
  const usdc = venue === 'bybit' ? /^(.+)PERP$/u.exec(name) : null;
  return usdc ? { baseAsset: usdc[1] ?? '', quoteAsset: 'USDC', dated: false, unit: COINS } : undefined;
}

/** OKX contracts count; what one holds is not in a frame, so this venue lists one coin, or 10 dollars if inverse. */
function okxParts(instId: string): NameParts | undefined {
  const [baseAsset, quote, kind] = instId.split('-');
  if (baseAsset === undefined || quote === undefined || kind === undefined) return undefined;
  const inverse = quote === 'USD';
  return {
    baseAsset,
    quoteAsset: quote === 'USD_UM' ? 'USD' : quote,
    dated: kind !== 'SWAP',
    unit: inverse
      ? { sizeUnit: 'INVERSE_CONTRACTS', contractSize: '10' }
      : { sizeUnit: 'LINEAR_CONTRACTS', contractSize: '1' },
  };
}
