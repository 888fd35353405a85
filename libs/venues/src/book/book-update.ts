/** A price level as venues write it: price, quantity (zero: the level is gone), and what else a venue adds. */
export type WireLevel = readonly [price: string, quantity: string, ...rest: unknown[]];

/** A change of one contract's book, or the whole of it, in the venue's own numbers. */
export interface BookUpdate {
  /** True: it takes the place of everything before it. */
  readonly isSnapshot: boolean;
  /** Number of the newest change in it. */
  readonly lastId: number;
  /** Number of the oldest change in it, where the venue says so. */
  readonly firstId?: number;
  /** `lastId` of the update before it, where the venue says so. */
  readonly previousId?: number;
  readonly bids: readonly WireLevel[];
  readonly asks: readonly WireLevel[];
  /** When the venue says the book was so, epoch ms. */
  readonly venueTimeMs: number;
}

/** How an update stands to what was applied before: it comes next; it is in there already; something lies between. */
export type BookStep = 'NEXT' | 'OLD' | 'GAP';

/** What one venue's numbers mean. */
export interface BookRule {
  /** Where a whole book comes from: it is sent after subscribing, or has to be asked for. */
  readonly snapshotFrom: 'SOCKET' | 'REST';
  /**
   * Most levels of each side of a whole book. Where it is sent after subscribing, later updates tell of no more: the book is
   * always the best so many. Where it is asked for, updates tell of every change, however far from the best.
   */
  readonly levels: number;
  /** The first update after a whole book with this `lastId`. */
  begins(update: BookUpdate, snapshotId: number): BookStep;
  /** An update after one with this `lastId`. */
  follows(update: BookUpdate, lastId: number): BookStep;
}

/**
 * Binance USD-M: `pu` of each event is `u` of the one before; ids are not dense. The first event holds the id of the
 * snapshot, or names it as the one before.
 */
export const BINANCE_BOOK: BookRule = {
  snapshotFrom: 'REST',
  levels: 1_000,
  begins({ firstId = 0, lastId, previousId }, snapshotId) {
    if (previousId === snapshotId) return 'NEXT';
    if (lastId < snapshotId) return 'OLD';
    return firstId <= snapshotId ? 'NEXT' : 'GAP';
  },
  follows: byPreviousId,
};

/**
 * OKX `books`: `prevSeqId` names the one before. After maintenance the numbers may begin anew within an update that still
 * names it; an empty update with the same number only says that the book lives.
 */
export const OKX_BOOK: BookRule = {
  snapshotFrom: 'SOCKET',
  levels: 400,
  begins: byPreviousId,
  follows: byPreviousId,
};

/** How many levels of each side a book by this rule ever has; absent where there is no end to them. */
export function levelsToldBy({ snapshotFrom, levels }: BookRule): number | undefined {
  return snapshotFrom === 'SOCKET' ? levels : undefined;
}

/** Bybit `orderbook`: `u` rises by one; a whole book may come at any time. */
export const BYBIT_BOOK: BookRule = {
  snapshotFrom: 'SOCKET',
  levels: 200,
  begins: byCounting,
  follows: byCounting,
};

function byPreviousId({ previousId, lastId }: BookUpdate, id: number): BookStep {
  if (previousId === id) return 'NEXT';
  return lastId <= id ? 'OLD' : 'GAP';
}

function byCounting({ lastId }: BookUpdate, id: number): BookStep {
  if (lastId === id + 1) return 'NEXT';
  return lastId <= id ? 'OLD' : 'GAP';
}
