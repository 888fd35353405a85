import { expect, jest, test } from '@jest/globals';
import { Listeners } from './listeners.js';

test('one listener that throws keeps the others from nothing', () => {
  const later = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
  const told: number[] = [];
  const listeners = new Listeners<number>();
  listeners.add(() => {
    throw new Error('mine');
  });
  const leave = listeners.add((news) => told.push(news));
  listeners.tell(1);
  leave();
  listeners.tell(2);
  expect(told).toEqual([1]);
  expect(later.mock.calls[0]?.[0]).toThrow('mine');
  later.mockRestore();
});
