import { describe, expect, test } from '@jest/globals';
import { BoundedTurns, TurnsExhaustedError } from './bounded-turns.js';

describe('BoundedTurns', () => {
  test('never runs more than allowed, serves in order, and goes on after a failure', async () => {
    const turns = new BoundedTurns(2, 100);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const task = (name: number) => async () => {
      order.push(name);
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
      if (name % 2 === 0) throw new Error('even');
      return name;
    };
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, name) => turns.run(task(name))));
    expect(most).toBe(2);
    expect(order).toEqual(Array.from({ length: 20 }, (_, name) => name));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  test('refuses at once when the queue is full, and takes again when it is not', async () => {
    const turns = new BoundedTurns(1, 1);
    let end: () => void = () => undefined;
    const first = turns.run(() => new Promise<void>((resolve) => (end = resolve)));
    const second = turns.run(() => Promise.resolve('second'));
    await expect(turns.run(() => Promise.resolve())).rejects.toBeInstanceOf(TurnsExhaustedError);
    end();
    await first;
    expect(await second).toBe('second');
    expect(await turns.run(() => Promise.resolve('third'))).toBe('third');
  });
});
