import { describe, expect, test } from 'vitest';
import { priceStep } from './price-steps.js';

describe('priceStep', () => {
  test.each([
    ['0.1', 1, '0.1'],
    ['0.1', 10, '1'],
    ['0.1', 1_000, '100'],
    ['0.05', 10, '0.5'],
    ['0.0000000125', 100, '0.00000125'],
    ['25', 100, '2500'],
    ['0.10', 1, '0.1'],
    ['123456789012345.678', 10, '1234567890123456.78'],
  ] as const)('%s times %i is %s, exactly', (tickSize, factor, step) => {
    expect(priceStep(tickSize, factor)).toBe(step);
  });
});
