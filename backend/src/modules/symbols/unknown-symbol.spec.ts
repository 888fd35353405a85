import { expect, test } from '@jest/globals';
import { unknownSymbol } from './unknown-symbol.js';

test('an unknown name is refused clearly, with suggestions (S024)', () => {
  const error = unknownSymbol('BTCUSTD', { suggest: () => ['BTCUSDT', 'BTCUSDC'] });
  expect(error.message).toBe('Invalid symbol: BTCUSTD; did you mean BTCUSDT or BTCUSDC?');
  expect(error.extensions).toEqual({ code: 'UNKNOWN_SYMBOL', suggestions: ['BTCUSDT', 'BTCUSDC'] });
});

test('a very long name is not sent back whole', () => {
  expect(unknownSymbol('x'.repeat(100_000), { suggest: () => [] }).message.length).toBeLessThan(80);
});
