import { clockText, zoneName, type Zone } from '../../core/time-text.js';
import { groupText } from '../../core/exact-sum.js';
import { type MarkKind } from '../../ui/mark.js';
import { amountText } from '../chart/axis-text.js';
import { type TapedTrade, type TapeHole } from './trade-seam.js';
import { tradeTier, type TradeTier } from './trade-tier.js';

/** A trade as one row shows it: ready texts, and beside each the exact value that is copied. */
export interface TradeRow {
  readonly id: string;
  readonly side: 'Buy' | 'Sell';
  readonly sideHint: string;
  readonly mark: MarkKind;
  readonly price: string;
  readonly exactPrice: string;
  readonly quantity: string;
  readonly exactQuantity: string;
  /** Compact, such as `12.6K`. */
  readonly usd: string;
  readonly exactUsd: string;
  readonly tier: TradeTier;
  readonly time: string;
  readonly iso: string;
  readonly timeHint: string;
  /** What is missing before it, in words. */
  readonly hole: { readonly text: string; readonly hint: string } | undefined;
}

const SIDES = {
  BUY: { side: 'Buy', mark: 'up', sideHint: 'The taker bought: an offer was lifted' },
  SELL: { side: 'Sell', mark: 'down', sideHint: 'The taker sold: a bid was hit' },
} as const;

/** Makes the row of one trade. */
export function tradeRow({ trade, hole }: TapedTrade, zone: Zone): TradeRow {
  const { id, takerSide, price, quantity, notionalUsd, timestamp } = trade;
  const iso = new Date(timestamp).toISOString();
  return {
    id,
    ...SIDES[takerSide],
    price: trade.priceFormatted,
    exactPrice: price,
    quantity: trade.quantityFormatted,
    exactQuantity: quantity,
    usd: usdText(notionalUsd),
    exactUsd: notionalUsd,
    tier: tradeTier(notionalUsd),
    time: clockText(timestamp, zone),
    iso,
    timeHint: `${iso} by the venue's clock (shown in ${zoneName(timestamp, zone)})`,
    hole: hole && holeText(hole),
  };
}

/** `12.6K`, `940`; what would be a zero and is none is `<1`. */
function usdText(usd: string): string {
  const amount = Number(usd);
  if (amount >= 1_000) return amountText(amount);
  return amount > 0 && amount < 1 ? '<1' : String(Math.round(amount));
}

function holeText({ missed, isOurs }: TapeHole): { readonly text: string; readonly hint: string } {
  if (missed !== undefined) {
    return {
      text: `${groupText(String(missed))} ${missed === 1 ? 'trade' : 'trades'} missing`,
      hint: "The venue's numbers say how many were made here; they could not be had",
    };
  }
  return {
    text: 'Some may be missing',
    hint: isOurs
      ? 'This page was not connected to its server for a while, and what is still known does not reach back so far'
      : 'The connection to the venue was lost for a while, and it does not number its trades: nobody can say whether any were made',
  };
}
