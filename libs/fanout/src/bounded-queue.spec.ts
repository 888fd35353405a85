import { describe, expect, test } from '@jest/globals';
import { BoundedQueue, QueueOverflowError } from './bounded-queue.js';

const item = (n: number) => ({ n });

describe('BoundedQueue', () => {
  test('hands items over in order, to a reader that came before or after them', async () => {
    const queue = new BoundedQueue<{ n: number }>(3);
    const early = queue.take();
    queue.put(item(1));
    queue.put(item(2));
    queue.put(item(3));
    await expect(early).resolves.toEqual(item(1));
    await expect(queue.take()).resolves.toEqual(item(2));
    await expect(queue.take()).resolves.toEqual(item(3));
    expect(queue.size).toBe(0);
  });

  test('holds exactly its limit; one more empties it and is an error until it is restarted', async () => {
    const queue = new BoundedQueue<{ n: number }>(2);
    expect([queue.put(item(1)), queue.put(item(2)), queue.put(item(3)), queue.put(item(4))]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([queue.size, queue.overflowed]).toEqual([0, true]);
    await expect(queue.take()).rejects.toThrow(QueueOverflowError);
    queue.restart();
    queue.put(item(5));
    await expect(queue.take()).resolves.toEqual(item(5));
  });

  test('lets a waiting reader go when it is closed, and takes nothing more', async () => {
    const queue = new BoundedQueue<{ n: number }>(2);
    const waiting = queue.take();
    queue.close();
    await expect(waiting).resolves.toBeUndefined();
    expect(queue.put(item(1))).toBe(false);
    await expect(queue.take()).resolves.toBeUndefined();
  });

  test('refuses a second reader', async () => {
    const queue = new BoundedQueue<{ n: number }>(2);
    void queue.take();
    await expect(queue.take()).rejects.toThrow('one reader');
  });

  test('stays in order and within memory over many laps', async () => {
    const queue = new BoundedQueue<{ n: number }>(4);
    let expected = 0;
    for (let n = 0; n < 1_000; n += 1) {
      expect(queue.put(item(n))).toBe(true);
      if (queue.size === 4) {
        await expect(queue.take()).resolves.toEqual(item(expected++));
        await expect(queue.take()).resolves.toEqual(item(expected++));
      }
    }
  });
});
