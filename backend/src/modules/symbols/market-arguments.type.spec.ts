import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { validateSync } from 'class-validator';
import { MarketName, preferredVenue, VenueName } from './market-arguments.type.js';

class Arguments {
  @MarketName()
  symbol = 'BTCUSDT';

  @VenueName(preferredVenue('book it is'))
  venue: string | null | undefined;
}

const problems = (given: Partial<Arguments>) =>
  validateSync(Object.assign(new Arguments(), given)).map(({ property, constraints }) => [
    property,
    Object.values(constraints ?? {}),
  ]);

describe('arguments that name a market and a venue', () => {
  test('have names of 64 letters at most, and a venue may be left out', () => {
    const [longest, tooLong] = ['x'.repeat(64), 'x'.repeat(65)];
    expect(problems({})).toEqual([]);
    expect(problems({ symbol: longest, venue: longest })).toEqual([]);
    expect(problems({ venue: null })).toEqual([]);
    expect(problems({ symbol: tooLong, venue: tooLong })).toEqual([
      ['symbol', ['has at most 64 characters']],
      ['venue', ['has at most 64 characters']],
    ]);
  });
});
