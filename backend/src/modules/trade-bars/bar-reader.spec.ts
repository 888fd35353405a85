import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { atEndOfTurn } from '../../core/turns.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarReader } from './bar-reader.js';
import { gapOf, groupAt, storedOf } from './stored-bars-for-tests.js';
import { type StoredBars } from './trade-bar.repository.js';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const MINUTE = 60_000;
const range = { timeframe: parseTimeframe('1m'), fromMs: DAY, toMs: DAY + 5_000 * MINUTE };

function readerOf(stored: StoredBars): BarReader {
  return new BarReader({ stored: () => Promise.resolve(stored) }, { marketOf: () => undefined });
}

describe('BarReader', () => {
  test('lets everybody else have a turn while it adds up a long range', async () => {
    const groups = Array.from({ length: 5_000 }, (_, index) => groupAt(DAY + index * MINUTE));
    const reading = readerOf(storedOf({ groups })).bars(tradeMarket(), range);
    let [turns, isOver] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!isOver) atEndOfTurn(count);
    };
    atEndOfTurn(count);
    expect(await reading).toHaveLength(5_000);
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(19);
  });

  test('tells as many gaps as are asked for, the oldest of more as one', async () => {
    const gaps = [1, 2, 3, 4].map((at) => ({
      ...gapOf(at, DAY + at * MINUTE, DAY + at * MINUTE + 5),
      missed: at,
    }));
    const reader = readerOf(storedOf({ gaps, coveredMs: range.toMs }));
    expect(await reader.gaps(tradeMarket(), range, 4)).toHaveLength(4);
    expect(await reader.gaps(tradeMarket(), range, 2)).toMatchObject([
      {
        fromMs: DAY + MINUTE,
        toMs: DAY + 3 * MINUTE + 5,
        missed: 6,
        reason: 'there are 3 gaps in this time, more than were asked for',
      },
      { fromMs: DAY + 4 * MINUTE, missed: 4 },
    ]);
    expect(await reader.gaps(tradeMarket(), range, 1)).toMatchObject([{ fromMs: DAY + MINUTE, missed: 10 }]);
  });

  test('tells no end of gaps of which one is not over', async () => {
    const gaps = [gapOf(1, DAY, DAY + 5)];
    const reader = readerOf(storedOf({ gaps, coveredMs: DAY + MINUTE }));
    expect(await reader.gaps(tradeMarket(), range, 1)).toMatchObject([
      { fromMs: DAY, toMs: undefined, missed: undefined },
    ]);
  });
});
