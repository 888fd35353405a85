import { expect, test } from '@jest/globals';
import { mainContract } from './main-contract.js';
import { instrument } from './symbols-for-tests.js';

test('the main contract of a market trades, does not expire and is counted plainly', () => {
  const plain = instrument({ venue: 'okx', venueSymbol: 'plain' });
  const others = [
    instrument({ venue: 'okx', venueSymbol: 'halted', trading: false }),
    instrument({ venue: 'okx', venueSymbol: 'dated', contractType: 'DATED' }),
    instrument({ venue: 'okx', venueSymbol: 'inverse', sizeUnit: 'INVERSE_CONTRACTS' }),
    instrument({ venue: 'okx', venueSymbol: 'thousands', multiplierPower: 3 }),
  ];
  expect(mainContract([...others, plain])).toBe(plain);
  expect(mainContract(others)?.venueSymbol).toBe('thousands');
  expect(mainContract([])).toBeUndefined();
});
