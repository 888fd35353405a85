import { describe, expect, test } from 'vitest';
import { ageText, clockText, dayText, zoneName } from './time-text.js';

const at = Date.UTC(2026, 0, 27, 0, 5, 9);

describe('clock time', () => {
  test('has 24 hours and names midnight 00', () => {
    expect(clockText(at, 'utc')).toBe('00:05:09');
    expect(clockText(at + 23 * 3_600_000, 'utc')).toBe('23:05:09');
  });

  test('names the day only when it is another one than today', () => {
    expect(dayText(at, at + 3_600_000, 'utc')).toBe('');
    expect(dayText(at - 600_000, at, 'utc')).toBe('26 Jan');
  });

  test('says which zone it is in', () => {
    expect(zoneName(at, 'utc')).toBe('UTC');
    expect(zoneName(at, 'local')).toMatch(/^UTC([+-]\d|$)/);
  });
});

describe('ageText', () => {
  test.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});
