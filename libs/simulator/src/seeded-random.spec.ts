import { describe, expect, test } from '@jest/globals';
import { SeededRandom } from './seeded-random.js';

const take = (random: SeededRandom, count: number) => Array.from({ length: count }, () => random.next());

describe('SeededRandom', () => {
  test('repeats itself for a seed and differs between seeds', () => {
    expect(take(new SeededRandom(5), 20)).toEqual(take(new SeededRandom(5), 20));
    expect(take(new SeededRandom(5), 20)).not.toEqual(take(new SeededRandom(6), 20));
    expect(take(new SeededRandom('a'), 20)).not.toEqual(take(new SeededRandom('b'), 20));
  });

  test('spreads evenly over [0, 1)', () => {
    const values = take(new SeededRandom(1), 20_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });

  test('keeps a power law within its bounds', () => {
    const random = new SeededRandom(1);
    const values = Array.from({ length: 20_000 }, () => random.pareto(5, 2_000_000, 0.45));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...values)).toBeLessThanOrEqual(2_000_000);
    const above = values.filter((value) => value > 500).length / values.length;
    expect(above).toBeCloseTo(0.01 ** 0.45, 2);
  });
});
