import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { atEndOfTurn } from '../../core/turns.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarReader } from './bar-reader.js';
import { droppedStretch } from './dropped-stretch.js';
import { gapOf, groupAt, storedOf } from './stored-bars-for-tests.js';
import { type StoredBars } from './trade-bar.repository.js';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const MINUTE = 60_000;
const DAY_MS = 1_440 * MINUTE;
const range = { timeframe: parseTimeframe('1m'), fromMs: DAY, toMs: DAY + 5_000 * MINUTE };

function readerOf(stored: StoredBars | undefined, nowMs?: number): BarReader {
  return new BarReader(
    { stored: () => Promise.resolve(stored) },
    { marketOf: () => undefined },
    (timeframe) => (nowMs === undefined ? undefined : droppedStretch(timeframe, nowMs, 30)),
  );
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

  test.each([
    ['a contract of which there are bars', storedOf({ coveredMs: DAY })],
    ['one of which there is nothing', undefined],
  ])('says of %s that older ones than RETENTION_DAYS are not known', async (_, stored) => {
    const askedMs = DAY - 45 * DAY_MS;
    const reader = readerOf(stored, DAY + 5);
    const wanted = { ...range, fromMs: askedMs, toMs: askedMs + MINUTE };
    expect(await reader.gaps(tradeMarket(), wanted)).toContainEqual({
      fromMs: 0,
      toMs: DAY - 30 * DAY_MS - 1,
      missed: undefined,
      isBeingFilled: false,
      reason: 'older than RETENTION_DAYS',
    });
  });

  test.each([
    ['1m', DAY - 30 * DAY_MS, 1],
    ['1h', Date.parse('2026-10-01T00:00:00Z'), 60],
    ['1d', Date.parse('2026-10-01T00:00:00Z'), 1_440],
  ])(
    'calls no bar of %s whole that began before %d, when the oldest begins that is kept',
    async (name, keptMs, minutes) => {
      const groups = [keptMs - minutes * MINUTE, keptMs].map((ms) => groupAt(ms));
      const wanted = { timeframe: parseTimeframe(name), fromMs: keptMs - DAY_MS, toMs: keptMs + DAY_MS };
      const bars = await readerOf(storedOf({ groups }), DAY + 5).bars(tradeMarket(), wanted);
      expect(bars.map(({ quality, isCvdPartial }) => [quality, isCvdPartial])).toEqual([
        ['PARTIAL', true],
        ['FLOOR', false],
      ]);
    },
  );
});
