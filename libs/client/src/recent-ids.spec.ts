import { expect, test } from '@jest/globals';
import { RecentIds } from './recent-ids.js';

test('knows the last ids again and forgets older ones', () => {
  const ids = new RecentIds(2);
  expect([ids.add('a'), ids.add('b'), ids.add('a')]).toEqual([true, true, false]);
  expect(ids.add('c')).toBe(true);
  expect([ids.add('b'), ids.add('c')]).toEqual([false, false]);
  expect(ids.add('a')).toBe(true);
});
