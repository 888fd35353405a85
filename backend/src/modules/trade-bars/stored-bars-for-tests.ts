import { parseDecimal, ZERO } from '@orderfox/domain';
import { dayOf } from './bar-select.js';
import { type MissingTrades } from './missing-trades.js';
import { type BarGroup, type StoredBars } from './trade-bar.repository.js';

/** For specs: what is stored of a range, of a contract that was written once. */
export function storedOf(given: Partial<StoredBars>): StoredBars {
  return { version: 1, coveredMs: Infinity, groups: [], gaps: [], ...given };
}

/** For specs: a bucket with one trade, of one coin for ten dollars. */
export function groupAt(startMs: number): BarGroup {
  const [price, one] = [parseDecimal('10'), parseDecimal('1')];
  const place = { minuteMs: startMs, key: 1 };
  return {
    startMs,
    dayMs: dayOf(startMs),
    first: place,
    last: place,
    bar: {
      open: price,
      high: price,
      low: price,
      close: price,
      buyQuantity: one,
      sellQuantity: ZERO,
      buyUsd: price,
      sellUsd: ZERO,
      count: 1,
    },
  };
}

/** For specs: a gap of which nobody knows how many trades it holds. */
export function gapOf(number: number, fromMs: number, toMs: number): MissingTrades {
  return { number, fromMs, toMs, reason: 'the connection was lost', notedMs: toMs };
}
