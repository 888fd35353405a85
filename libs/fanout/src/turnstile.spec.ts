import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { turn } from './topic-for-tests.js';
import { Turnstile } from './turnstile.js';

/** Tasks that end when they are told to; notes which have begun, in that order. */
function makeTasks(turnstile: Turnstile) {
  const begun: number[] = [];
  const tasks: PromiseWithResolvers<number>[] = [];
  let running = 0;
  let mostRunning = 0;
  const pass = () => {
    const number = tasks.length;
    const task = Promise.withResolvers<number>();
    tasks.push(task);
    return turnstile.pass(async () => {
      begun.push(number);
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      try {
        return await task.promise;
      } finally {
        running -= 1;
      }
    });
  };
  return { begun, tasks, pass, mostRunning: () => mostRunning };
}

describe('Turnstile', () => {
  test('lets as many run as it may, and the next one only when one of them is over', async () => {
    const turnstile = new Turnstile(2);
    const { begun, tasks, pass } = makeTasks(turnstile);
    const outcomes = [pass(), pass(), pass(), pass()];
    await turn();
    expect([begun, turnstile.waiting]).toEqual([[0, 1], 2]);
    tasks[1]?.resolve(11);
    expect(await outcomes[1]).toBe(11);
    await turn();
    expect([begun, turnstile.waiting]).toEqual([[0, 1, 2], 1]);
    tasks.forEach((task, n) => task.resolve(n + 10));
    expect(await Promise.all(outcomes)).toEqual([10, 11, 12, 13]);
    expect(turnstile.waiting).toBe(0);
  });

  test('begins at once where there is room, also after it was full', async () => {
    const turnstile = new Turnstile(1);
    const { begun, tasks, pass } = makeTasks(turnstile);
    const first = pass();
    expect(begun).toEqual([0]);
    tasks[0]?.resolve(0);
    await first;
    void pass();
    expect(begun).toEqual([0, 1]);
  });

  test('lets the next one through after a task that fails, and tells only who asked for it', async () => {
    const turnstile = new Turnstile(1);
    const outcomes = await Promise.allSettled([
      turnstile.pass(() => Promise.reject(new Error('away'))),
      turnstile.pass((): Promise<string> => {
        throw new Error('broken');
      }),
      turnstile.pass(() => Promise.resolve('fine')),
    ]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('broken') },
      { status: 'fulfilled', value: 'fine' },
    ]);
    expect(await turnstile.pass(() => Promise.resolve('still open'))).toBe('still open');
  });

  test('lets nobody who comes at the moment of a change overtake who waits', async () => {
    const turnstile = new Turnstile(1);
    const { begun, tasks, pass, mostRunning } = makeTasks(turnstile);
    const first = pass();
    void pass();
    const latecomer = first.then(() => void pass());
    tasks[0]?.resolve(0);
    await latecomer;
    await turn();
    tasks[1]?.resolve(1);
    await turn();
    expect([begun, mostRunning()]).toEqual([[0, 1, 2], 1]);
  });

  test('lets parties take turns, however many tasks one of them has', async () => {
    const turnstile = new Turnstile(1);
    const begun: string[] = [];
    const note = (name: string, party: string) =>
      turnstile.pass(async () => {
        begun.push(name);
        await turn();
      }, party);
    const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) => note(name, name.charAt(0)));
    await Promise.all(all);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
    expect(turnstile.waiting).toBe(0);
  });

  test('runs each task once, in the order in which they came, never more than allowed at a time', async () => {
    const step = fc.oneof(fc.constant('come' as const), fc.record({ end: fc.nat(), fails: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, limit) => {
          const turnstile = new Turnstile(limit);
          const { begun, tasks, pass, mostRunning } = makeTasks(turnstile);
          const outcomes: Promise<number>[] = [];
          const over = new Set<number>();
          const end = (number: number, fails: boolean) => {
            over.add(number);
            if (fails) tasks[number]?.reject(number);
            else tasks[number]?.resolve(number);
          };
          const running = () => begun.filter((number) => !over.has(number));
          for (const what of steps) {
            if (what === 'come') {
              const outcome = pass();
              outcome.catch(() => undefined);
              outcomes.push(outcome);
            } else {
              const number = running()[what.end % Math.max(1, running().length)];
              if (number !== undefined) end(number, what.fails);
            }
            await turn();
            expect(running()).toHaveLength(Math.min(limit, tasks.length - over.size));
            expect(turnstile.waiting).toBe(tasks.length - over.size - running().length);
          }
          for (let number = running()[0]; number !== undefined; number = running()[0]) {
            end(number, false);
            await turn();
          }
          const settled = await Promise.allSettled(outcomes);
          const told = settled.map((one): unknown => (one.status === 'fulfilled' ? one.value : one.reason));
          expect(told).toEqual([...tasks.keys()]);
          expect(begun).toEqual([...tasks.keys()]);
          expect(mostRunning()).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
