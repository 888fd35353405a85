import { product } from './exact-sum.js';

/** The volume of one bucket, in units of `exact-sum`. */
export interface ExpectedBucket {
  readonly timestamp: number;
  readonly buy: bigint;
  readonly sell: bigint;
  readonly count: number;
}

/** One line of a forceOrder recording. */
export interface RecordedOrder {
  /** The venue's name of the contract. */
  readonly venueSymbol: string;
  readonly side: string;
  readonly timeMs: number;
  /** Quantity times average price, in units of `exact-sum`. */
  readonly notional: bigint;
}

/** The distinct lines of a recording: columns symbol, side, .., ap (6), .., z (9), T (10). */
export function recordedOrders(text: string): readonly RecordedOrder[] {
  const distinct = new Map<string, string[]>();
  for (const line of text.trim().split('\n')) {
    const row = line.split(',');
    distinct.set([0, 1, 9, 6, 10].map((column) => row[column]).join('|'), row);
  }
  return [...distinct.values()].map((row) => ({
    venueSymbol: row[0] ?? '',
    side: row[1] ?? '',
    timeMs: Number(row[10]),
    notional: product(row[9] ?? '', row[6] ?? ''),
  }));
}

/** The orders added up by buckets of a fixed length, counted from 1970: nothing of the product's is used. */
export function expectedVolume(
  orders: readonly RecordedOrder[],
  lengthMs: number,
): readonly ExpectedBucket[] {
  const buckets = Map.groupBy(orders, ({ timeMs }) => timeMs - (timeMs % lengthMs));
  const total = (some: readonly RecordedOrder[]) => some.reduce((sum, { notional }) => sum + notional, 0n);
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([timestamp, own]) => ({
      timestamp,
      buy: total(own.filter(({ side }) => side === 'BUY')),
      sell: total(own.filter(({ side }) => side === 'SELL')),
      count: own.length,
    }));
}
