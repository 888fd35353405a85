import { describe, expect, test } from '@jest/globals';
import { rangePoints } from './range-points.js';

const points = rangePoints({
  listSize: 500,
  maxRows: 5_000,
  between: (fromMs, toMs, argument) => (toMs - fromMs) / Number(argument('step') ?? 1),
});
const of = (given: Readonly<Record<string, unknown>>) => points(500, (name) => given[name]);

describe('rangePoints', () => {
  test.each([
    [{}, 0],
    [{ to: 9_000 }, 0],
    [{ from: 0, to: 500 }, 0],
    [{ from: 0, to: 501 }, 1],
    [{ from: 1_000, to: 5_500 }, 2_000],
    [{ from: 0, to: 50_000, step: 10 }, 2_250],
    [{ from: 0, to: 50_000 }, 2_250],
    [{ from: 0 }, 2_250],
    [{ from: 9_000, to: 0 }, 0],
  ])(
    'of %j are %d: half a one for each row beyond those that the list is reckoned with',
    (given, expected) => {
      expect(of(given)).toBe(expected);
    },
  );
});
