import { describe, expect, test } from '@jest/globals';
import { parseDecimal, type Instrument } from '@orderfox/domain';
import { MarkPriceBook } from './mark-price-book.js';

const price = parseDecimal('5');

function catalogue(symbols: string[]) {
  const instrument = (venueSymbol: string) => ({ venueSymbol }) as Instrument;
  return {
    get: (symbol: string) => (symbols.includes(symbol) ? instrument(symbol) : undefined),
    all: () => symbols.map(instrument),
  };
}

describe('MarkPriceBook', () => {
  test('gives the newest price of a contract, for a minute, also when the clock is set back', () => {
    const book = new MarkPriceBook(catalogue(['A']));
    book.set('A', parseDecimal('4'), 999_000);
    book.set('A', price, 1_000_000);
    expect([940_001, 1_000_000, 1_059_999].map((at) => book.at('A', at))).toEqual([price, price, price]);
    expect([940_000, 1_060_000].map((at) => book.at('A', at))).toEqual([undefined, undefined]);
  });

  test('takes no contract that is not in the catalogue', () => {
    const book = new MarkPriceBook(catalogue(['A']));
    expect([book.set('A', price, 0), book.set('B', price, 0), book.set('__proto__', price, 0)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(book.size).toBe(1);
  });

  test('does not outgrow a catalogue that changes for ever', () => {
    const listed = ['C0', 'C1'];
    const book = new MarkPriceBook(catalogue(listed));
    for (let day = 0; day < 500; day += 1) {
      listed.splice(0, 1, listed[1]!);
      listed[1] = `C${day + 1}`;
      for (const symbol of listed) book.set(symbol, price, day);
    }
    expect(book.size).toBeLessThanOrEqual(3);
  });
});
