import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SharedAnswer } from './shared-answer.js';
import { turn } from './topic-for-tests.js';

/** Questions that are answered when they are told to be. Each answer is the number of its question. */
function makeQuestions() {
  const asked: PromiseWithResolvers<number>[] = [];
  let open = 0;
  let mostOpen = 0;
  const shared = new SharedAnswer(async () => {
    const question = Promise.withResolvers<number>();
    asked.push(question);
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    try {
      return await question.promise;
    } finally {
      open -= 1;
    }
  });
  const answer = async (number: number) => {
    asked[number]?.resolve(number);
    await turn();
  };
  return { shared, asked, answer, mostOpen: () => mostOpen };
}

describe('SharedAnswer', () => {
  test('gives all who come while a question is under way the answer to the next one', async () => {
    const { shared, asked, answer } = makeQuestions();
    const first = shared.get();
    const later = [shared.get(), shared.get()];
    expect(asked).toHaveLength(1);
    await answer(0);
    expect([await first, asked.length]).toEqual([0, 2]);
    await answer(1);
    expect(await Promise.all(later)).toEqual([1, 1]);
    expect(asked).toHaveLength(2);
  });

  test('asks anew for who comes when nothing is under way', async () => {
    const { shared, asked, answer } = makeQuestions();
    const first = shared.get();
    await answer(0);
    const second = shared.get();
    await answer(1);
    expect([await first, await second, asked.length]).toEqual([0, 1, 2]);
  });

  test('tells of a failure only those whose question it was', async () => {
    const { shared, asked, answer } = makeQuestions();
    const first = shared.get();
    const second = shared.get();
    asked[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await answer(1);
    expect(await second).toBe(1);
    const third = shared.get();
    asked[2]?.reject(new Error('away again'));
    await expect(third).rejects.toThrow('away again');
    void shared.get();
    expect(asked).toHaveLength(4);
  });

  test('rejects where the question cannot even be asked, and asks it again for the next', async () => {
    let isBroken = true;
    const shared = new SharedAnswer((): Promise<string> => {
      if (isBroken) throw new Error('broken');
      return Promise.resolve('fine');
    });
    await expect(shared.get()).rejects.toThrow('broken');
    isBroken = false;
    expect(await shared.get()).toBe('fine');
  });

  test('does not ask twice at a time when who got an answer asks again at once', async () => {
    const { shared, asked, answer, mostOpen } = makeQuestions();
    const again = shared.get().then(() => shared.get());
    const other = shared.get();
    await answer(0);
    expect([asked.length, mostOpen()]).toEqual([2, 1]);
    await answer(1);
    expect(await Promise.all([again, other])).toEqual([1, 1]);
  });

  test('never gives an answer that was begun before it was asked for, nor asks two questions at a time', async () => {
    const step = fc.constantFrom('ask', 'askTwiceOver', 'answer', 'fail', 'turn');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { shared, asked, mostOpen } = makeQuestions();
        const early: number[] = [];
        let answered = 0;
        let settled = 0;
        let gets = 0;
        const get = async (times: number): Promise<void> => {
          const begun = asked.length;
          gets += 1;
          try {
            const number = await shared.get();
            if (number < begun) early.push(number);
          } catch {
            // Told of a failure is also an answer.
          }
          settled += 1;
          if (times > 1) await get(times - 1);
        };
        for (const what of steps) {
          if (what === 'ask') void get(1);
          else if (what === 'askTwiceOver') void get(3);
          else if (what === 'turn') await turn();
          else if (answered < asked.length) {
            if (what === 'answer') asked[answered]?.resolve(answered);
            else asked[answered]?.reject(new Error('away'));
            answered += 1;
          }
        }
        await turn();
        for (; answered < asked.length; answered += 1) {
          asked[answered]?.resolve(answered);
          await turn();
        }
        expect([early, settled]).toEqual([[], gets]);
        expect(mostOpen()).toBeLessThanOrEqual(1);
      }),
    );
  });
});
