import { type FetchPoints } from './operation-cost.js';

/** What a row of a long range costs beside those that its list is reckoned with: its fields are read, not fetched. */
const POINTS_PER_ROW = 0.5;

/** A list whose rows follow from the time that is asked for. */
export interface RangeRows {
  /** The rows that the list is reckoned with, and those of a question that names no beginning. */
  readonly listSize: number;
  /** The most that are answered at once. */
  readonly maxRows: number;
  /** How many may lie between two times, epoch ms; `argument` as in FetchPoints. */
  readonly between: (fromMs: number, toMs: number, argument: (name: string) => unknown) => number;
}

/**
 * Points for the rows that `from` and `to` ask for beyond the size of the list: half a point each, whatever their fields.
 * Who names a beginning and no end is reckoned with the longest range, for a document does not know what time it is.
 */
export function rangePoints({ listSize, maxRows, between }: RangeRows): FetchPoints {
  return (_rows, argument) => {
    const [fromMs, toMs] = [argument('from'), argument('to')];
    if (typeof fromMs !== 'number') return 0;
    const rows = typeof toMs === 'number' ? between(fromMs, toMs, argument) : maxRows;
    return Math.ceil(Math.max(0, Math.min(rows, maxRows) - listSize) * POINTS_PER_ROW);
  };
}
