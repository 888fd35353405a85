import { type OrderBookLevelFieldsFragment } from '@orderfox/client';
import { type OrderBook } from './book-session.js';

type Level = OrderBookLevelFieldsFragment;

/** A whole book. */
export interface WholeBook extends OrderBook {
  readonly bids: Level[];
  readonly asks: Level[];
  readonly depth10Bps: NonNullable<OrderBook['depth10Bps']>;
}

/** A level as one row shows it: ready texts, and beside each the exact value that is copied. */
export interface LevelView extends Level {
  /** Its place, which no other row has; a change of the number of levels makes new rows. */
  readonly key: string;
  /** How long the bar of all up to and with this level is, 0 to 1. */
  readonly depth: number;
}

/** How many characters the longest text of each column has. */
export interface ColumnWidths {
  readonly price: number;
  readonly quantity: number;
  readonly total: number;
}

/** Both sides, the best first, with bars of one scale. */
export interface BookRows {
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
  readonly widths: ColumnWidths;
}

/** Room for the headings. */
export const HEADING_WIDTHS: ColumnWidths = { price: 9, quantity: 7, total: 5 };

/** Narrows to a book that may be shown. */
export function isWhole(book: OrderBook | undefined): book is WholeBook {
  if (book === undefined) return false;
  const { state, bids, asks, depth10Bps } = book;
  return state === 'LIVE' && bids !== null && asks !== null && depth10Bps !== null;
}

/** Makes the rows of a book. */
export function bookRows({ bids, asks }: Pick<WholeBook, 'bids' | 'asks'>, levels: number): BookRows {
  const most = Math.max(Number(bids.at(-1)?.total ?? 0), Number(asks.at(-1)?.total ?? 0));
  const rows = (side: readonly Level[]) =>
    side.map((level, at) => ({
      ...level,
      key: `${levels}:${at}`,
      depth: most > 0 ? Math.round((Number(level.total) / most) * 1_000) / 1_000 : 0,
    }));
  return { bids: rows(bids), asks: rows(asks), widths: widthsOf([...bids, ...asks]) };
}

/** The wider of both in each column. */
export function widest(left: ColumnWidths, right: ColumnWidths): ColumnWidths {
  return {
    price: Math.max(left.price, right.price),
    quantity: Math.max(left.quantity, right.quantity),
    total: Math.max(left.total, right.total),
  };
}

function widthsOf(levels: readonly Level[]): ColumnWidths {
  return levels
    .map(({ priceFormatted, quantityFormatted, totalFormatted }) => ({
      price: priceFormatted.length,
      quantity: quantityFormatted.length,
      total: totalFormatted.length,
    }))
    .reduce(widest, HEADING_WIDTHS);
}
