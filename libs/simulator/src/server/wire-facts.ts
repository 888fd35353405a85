import { fromOrderSide, fromPositionSide, type OrderSide, type VenueId } from '@orderfox/domain';
import { baseQuantity, canonicalSymbol, type Listing } from '../catalog/listing.js';
import type { WireFact } from '../truth-ledger.js';

/** The texts of one liquidation row. */
export interface RowTexts {
  readonly venue: VenueId;
  readonly venueSymbol: string;
  readonly identity: readonly string[];
  readonly side: OrderSide;
  readonly quantity: string;
  readonly price: string;
  readonly averagePrice?: string;
  readonly timeMs: number;
  readonly row: string;
}

/** States a row in the words of the ledger. `listing` is the contract, where one is known. */
export function wireFact(texts: RowTexts, listing: Listing | undefined, recordable = true): WireFact {
  const quantity = listing && baseQuantity(listing, texts.quantity, texts.averagePrice ?? texts.price);
  return {
    venue: texts.venue,
    venueSymbol: texts.venueSymbol,
    identity: [texts.venue, ...texts.identity].join('|'),
    ...(listing && { symbol: canonicalSymbol(listing) }),
    ...fromOrderSide(texts.side),
    ...(quantity !== undefined && { quantity }),
    wireQuantity: texts.quantity,
    wirePrice: texts.price,
    ...(texts.averagePrice !== undefined && { wireAveragePrice: texts.averagePrice }),
    venueTimeMs: texts.timeMs,
    recordable,
    row: texts.row,
  };
}

/** Order side from a position side, for venues that state the latter. */
export function orderSideOfPosition(position: string): OrderSide {
  return fromPositionSide(position.toUpperCase() === 'BUY' ? 'LONG' : 'SHORT').side;
}
