import { type Liquidation } from '@orderfox/client';
import { clockText, dayText, zoneName, type Zone } from '../../core/time-text.js';
import { barPercent, sizeTier, type SizeTier } from './size-tier.js';

/** A liquidation as one row shows it: ready texts, and beside each the exact value that is copied. */
export interface RowView {
  readonly id: string;
  /** ▲ for a forced purchase, ▼ for a forced sale. */
  readonly arrow: '▲' | '▼';
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

const SIDE_HINTS = {
  LONG: 'A long position was liquidated: a forced sale',
  SHORT: 'A short position was liquidated: a forced purchase',
} as const;

/** Says which price the USD figure was computed with. */
function priceHint({ priceUsed, price, averagePrice, markPrice, quoteAsset }: Liquidation): string {
  switch (priceUsed) {
    case 'FILL':
      return `USD by the fill price ${averagePrice ?? price} ${quoteAsset}`;
    case 'BANKRUPTCY':
      return `Bankruptcy price ${price} ${quoteAsset}; USD by it`;
    case 'MARK':
      return `USD by the mark price ${markPrice ?? 'of that time'} ${quoteAsset}`;
    case 'ORDER':
      return `Limit of the forced order ${price} ${quoteAsset}; USD by it`;
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
  return {
    id: liquidation.id,
    arrow: liquidatedSide === 'SHORT' ? '▲' : '▼',
    side: liquidatedSide,
    sideHint: SIDE_HINTS[liquidatedSide],
    sideClass: liquidatedSide === 'SHORT' ? 'bid-price' : 'ask-price',
    symbol: liquidation.symbol,
    baseAsset: liquidation.baseAsset,
    quantity: liquidation.quantityFormatted,
    exactQuantity: liquidation.quantity,
    price: liquidation.priceFormatted,
    exactPrice: liquidation.price,
    priceHint: priceHint(liquidation),
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
