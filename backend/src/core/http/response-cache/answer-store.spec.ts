import { describe, expect, test } from '@jest/globals';
import { AnswerStore } from './answer-store.js';
import { toAnswer } from './cached-answer.js';

const answer = (size: number) => toAnswer(200, 'application/json', `{"data":{${' '.repeat(size)}}}`);

describe('AnswerStore', () => {
  test('gives an answer for the version it was kept under and for no other', () => {
    const store = new AnswerStore();
    const one = answer(1);
    store.put('key', '7', one);
    expect([store.get('key', '7'), store.get('key', '8'), store.get('other', '7')]).toEqual([
      one,
      undefined,
      undefined,
    ]);
    store.put('key', '8', answer(2));
    expect([store.size, store.get('key', '7')]).toEqual([1, undefined]);
  });

  test('never takes more bytes than it may, gives up what was asked for least recently, and counts it', () => {
    const store = new AnswerStore({ bytes: 40_000, entries: 100 });
    for (let n = 0; n < 8; n += 1) {
      store.put(`key ${n}`, '1', answer(6_000));
      store.get('key 0', '1');
      expect(store.bytes).toBeLessThanOrEqual(40_000);
    }
    expect(store.get('key 0', '1')).toBeDefined();
    expect(store.get('key 1', '1')).toBeUndefined();
    expect([store.size, store.evictions]).toEqual([6, 2]);
  });

  test('never holds more answers than it may, however small', () => {
    const store = new AnswerStore({ bytes: 1_000_000, entries: 3 });
    for (let n = 0; n < 10; n += 1) store.put(`key ${n}`, '1', answer(1));
    expect([store.size, store.evictions]).toEqual([3, 7]);
  });

  test('leaves an answer out that would push out a quarter of the others, and forgets the one before it', () => {
    const store = new AnswerStore({ bytes: 40_000, entries: 100 });
    store.put('small', '1', answer(10));
    store.put('key', '1', answer(10));
    store.put('key', '2', answer(20_000));
    expect([store.size, store.get('key', '1'), store.get('key', '2')]).toEqual([1, undefined, undefined]);
    store.put('small', '2', answer(20_000));
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });
});
