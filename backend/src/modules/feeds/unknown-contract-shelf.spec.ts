import { expect, test } from '@jest/globals';
import { SHELF_LIMITS, UnknownContractShelf } from './unknown-contract-shelf.js';

test('gives back what was put in, oldest first, once', () => {
  const shelf = new UnknownContractShelf();
  shelf.put({ message: { n: 1 }, receivedTimeMs: 10, refusals: [] });
  shelf.put({ message: { n: 2 }, receivedTimeMs: 20, refusals: [] });
  expect(shelf.takeAll()).toMatchObject([{ receivedTimeMs: 10 }, { receivedTimeMs: 20 }]);
  expect(shelf.takeAll()).toEqual([]);
});

test('holds so many messages and no more; the oldest go, counted', () => {
  const shelf = new UnknownContractShelf();
  for (let n = 0; n < SHELF_LIMITS.messages + 3; n += 1)
    shelf.put({ message: n, receivedTimeMs: n, refusals: [] });
  expect(shelf.size).toBe(SHELF_LIMITS.messages);
  expect(shelf.dropped).toBe(3);
  expect(shelf.takeAll()[0]?.receivedTimeMs).toBe(3);
});

test('holds so much text and no more', () => {
  const shelf = new UnknownContractShelf();
  const message = 'x'.repeat(SHELF_LIMITS.characters / 4);
  for (let n = 0; n < 5; n += 1) shelf.put({ message, receivedTimeMs: n, refusals: [] });
  expect(shelf.size).toBe(3);
  shelf.takeAll();
  shelf.put({ message, receivedTimeMs: 9, refusals: [] });
  expect(shelf.size).toBe(1);
});

test('does not keep a message that alone is too large', () => {
  const shelf = new UnknownContractShelf();
  shelf.put({ message: 'x'.repeat(SHELF_LIMITS.characters), receivedTimeMs: 0, refusals: [] });
  expect([shelf.size, shelf.dropped]).toEqual([0, 1]);
});
