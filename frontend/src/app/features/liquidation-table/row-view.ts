import { type Liquidation } from '@orderfox/client';
import { clockText, dayText, zoneName, type Zone } from '../../core/time-text.js';
import { type MarkKind } from '../../ui/mark.js';
import { barPercent, sizeTier, type SizeTier } from './size-tier.js';

/** A liquidation as one row shows it: ready texts, and beside each the exact value that is copied. */
export interface RowView {
  readonly id: string;
  readonly mark: MarkKind;
  readonly side: 'LONG' | 'SHORT';
  readonly sideHint: string;
  /** The seed documents' names for the colours of the two sides. */
  readonly sideClass: 'bid-price' | 'ask-price';
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quantity: string;
  readonly exactQuantity: string;
  readonly price: string;
  readonly exactPrice: string;
  readonly priceHint: string;
  readonly usd: string;
  readonly exactUsd: string;
  readonly tier: SizeTier;
  readonly barPercent: number;
  readonly venue: string;
  readonly venueHint: string;
  readonly day: string;
  readonly time: string;
  readonly iso: string;
  readonly timeHint: string;
  /** True for a row that came while the page was watching; only those slide in. */
  readonly isLive: boolean;
}

/** The mark of each liquidated side: up for a forced purchase, down for a forced sale. */
export const SIDE_MARKS = { LONG: 'down', SHORT: 'up' } as const satisfies Record<string, MarkKind>;

const SIDE_HINTS = {
  LONG: 'A long position was liquidated: a forced sale',
  SHORT: 'A short position was liquidated: a forced purchase',
} as const;

/** The price that USD was computed with, and in words which one that is. */
function usedPrice(liquidation: Liquidation): { readonly exact: string; readonly hint: string } {
  const { priceUsed, price, averagePrice, markPrice, quoteAsset } = liquidation;
  switch (priceUsed) {
    case 'FILL': {
      const exact = averagePrice ?? price;
      return { exact, hint: `Average fill ${exact} ${quoteAsset}; the order's limit was ${price}` };
    }
    case 'MARK': {
      const exact = markPrice ?? price;
      return { exact, hint: `Mark price ${exact} ${quoteAsset}; the bankruptcy price was ${price}` };
    }
    case 'BANKRUPTCY':
      return { exact: price, hint: `Bankruptcy price ${price} ${quoteAsset}` };
    case 'ORDER':
      return { exact: price, hint: `Limit of the forced order ${price} ${quoteAsset}` };
  }
}

/** Makes the row of one liquidation. `nowMs` decides whether the day must be shown. */
export function rowView(
  liquidation: Liquidation,
  context: {
    readonly nowMs: number;
    readonly zone: Zone;
    readonly isLive: boolean;
    readonly venueName: (id: string) => string;
  },
): RowView {
  const { liquidatedSide, timestamp, notionalUsd } = liquidation;
  const venue = context.venueName(liquidation.venue);
  const iso = new Date(timestamp).toISOString();
  const used = usedPrice(liquidation);
  return {
    id: liquidation.id,
    mark: SIDE_MARKS[liquidatedSide],
    side: liquidatedSide,
    sideHint: SIDE_HINTS[liquidatedSide],
    sideClass: liquidatedSide === 'SHORT' ? 'bid-price' : 'ask-price',
    symbol: liquidation.symbol,
    baseAsset: liquidation.baseAsset,
    quantity: liquidation.quantityFormatted,
    exactQuantity: liquidation.quantity,
    price: liquidation.priceFormatted,
    exactPrice: used.exact,
    priceHint: used.hint,
    usd: liquidation.notionalUsdFormatted,
    exactUsd: notionalUsd,
    tier: sizeTier(notionalUsd),
    barPercent: barPercent(notionalUsd),
    venue,
    venueHint: `${liquidation.venueSymbol} on ${venue}`,
    day: dayText(timestamp, context.nowMs, context.zone),
    time: clockText(timestamp, context.zone),
    iso,
    timeHint: `${iso}, received ${liquidation.receivedAt - timestamp} ms later (shown in ${zoneName(timestamp, context.zone)})`,
    isLive: context.isLive,
  };
}
