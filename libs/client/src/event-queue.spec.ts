import { describe, expect, jest, test } from '@jest/globals';
import { EventQueue } from './event-queue.js';

function queueOf(limit = 3) {
  const onDrained = jest.fn();
  const onLeft = jest.fn();
  return { queue: new EventQueue<number>(limit, onDrained, onLeft), onDrained, onLeft };
}

describe('EventQueue', () => {
  test('hands events over in order, to readers that wait and to readers that come later', async () => {
    const { queue } = queueOf();
    const early = [queue.next(), queue.next()];
    queue.push(1);
    queue.push(2);
    queue.push(3);
    expect(await Promise.all([...early, queue.next()])).toMatchObject([
      { value: 1 },
      { value: 2 },
      { value: 3 },
    ]);
  });

  test('says when it is full and when the reader has taken all', async () => {
    const { queue, onDrained } = queueOf(2);
    queue.push(1);
    expect(queue.isFull).toBe(false);
    queue.push(2);
    expect(queue.isFull).toBe(true);
    await queue.next();
    expect(onDrained).not.toHaveBeenCalled();
    await queue.next();
    expect(onDrained).toHaveBeenCalledTimes(1);
  });

  test('gives out what it holds before it throws, and throws once', async () => {
    const { queue, onLeft } = queueOf();
    queue.push(1);
    queue.fail(new Error('over'));
    queue.push(2);
    await expect(queue.next()).resolves.toEqual({ done: false, value: 1 });
    await expect(queue.next()).rejects.toThrow('over');
    await expect(queue.next()).resolves.toEqual({ done: true, value: undefined });
    expect(onLeft).toHaveBeenCalledTimes(1);
  });

  test('throws at one waiting reader and ends the others', async () => {
    const { queue } = queueOf();
    const readers = [queue.next(), queue.next()];
    queue.fail(new Error('over'));
    await expect(readers[0]).rejects.toThrow('over');
    await expect(readers[1]).resolves.toMatchObject({ done: true });
    await expect(queue.next()).resolves.toMatchObject({ done: true });
  });

  test('frees a waiting reader when it is left, forgets what it held, and says so once', async () => {
    const { queue, onLeft } = queueOf();
    const reader = queue.next();
    await queue.return();
    await queue.return();
    await expect(reader).resolves.toMatchObject({ done: true });
    expect(onLeft).toHaveBeenCalledTimes(1);

    const other = queueOf().queue;
    other.push(1);
    await other.return();
    await expect(other.next()).resolves.toMatchObject({ done: true });
  });
});
