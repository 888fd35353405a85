import { describe, expect, test } from '@jest/globals';
import { SeededRandom } from '../seeded-random.js';
import { BundlingDesk, SamplingDesk } from './venue-desk.js';

const order = (venueSymbol: string, quantity: string, timeMs: number) =>
  ({ venueSymbol, quantity, timeMs, side: 'SELL', price: '1' }) as const;

describe('SamplingDesk', () => {
  test('tells the largest order of a second that begins with the first, and only then', () => {
    const desk = new SamplingDesk(new SeededRandom(1));
    for (const [quantity, timeMs] of [
      ['5', 100],
      ['10', 600],
      ['9', 1050],
    ] as const)
      desk.take(order('A', quantity, timeMs));
    desk.take(order('B', '1', 300));
    expect(desk.departures(1100)).toEqual([]);
    const [first, second, ...rest] = desk.departures(1400);
    expect(first?.orders).toEqual([order('A', '10', 600)]);
    expect(second?.orders).toEqual([order('B', '1', 300)]);
    expect(rest).toEqual([]);
    expect(first?.dueMs).toBeGreaterThanOrEqual(1103);
    expect(first?.dueMs).toBeLessThan(1120);
    expect(desk.departures(9999)).toEqual([]);
  });
});

describe('BundlingDesk', () => {
  test('tells everything, bundled on its grid and later by its lag', () => {
    const desk = new BundlingDesk(500, 150);
    for (const timeMs of [0, 499, 500]) desk.take(order('A', '1', timeMs));
    expect(desk.departures(649)).toEqual([]);
    expect(desk.departures(1150).map(({ dueMs, orders }) => [dueMs, orders.length])).toEqual([
      [650, 2],
      [1150, 1],
    ]);
  });
});
