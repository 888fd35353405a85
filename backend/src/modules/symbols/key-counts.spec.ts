import { expect, test } from '@jest/globals';
import { KeyCounts } from './key-counts.js';

test('holds a key until all who want it have let go, each once', () => {
  const counts = new KeyCounts();
  const first = counts.hold('a');
  const second = counts.hold('a');
  first();
  first();
  expect([counts.has('a'), [...counts.keys()]]).toEqual([true, ['a']]);
  second();
  expect([counts.has('a'), [...counts.keys()]]).toEqual([false, []]);
});
