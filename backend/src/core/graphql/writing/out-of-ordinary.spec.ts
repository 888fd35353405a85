import { describe, expect, jest, test } from '@jest/globals';
import { isPromiseLike, OutOfOrdinary, refuse } from './out-of-ordinary.js';

const refusalOf = (value: unknown): unknown => {
  try {
    return refuse(value);
  } catch (error) {
    return error;
  }
};

describe('refuse', () => {
  test('tells what waits from what is wrong', () => {
    expect(refusalOf(Promise.resolve(1))).toMatchObject({ name: 'OutOfOrdinary', waits: true });
    expect(refusalOf({ then: 1 })).toMatchObject({ waits: false });
    expect(refusalOf(undefined)).toBeInstanceOf(OutOfOrdinary);
    expect([isPromiseLike(null), isPromiseLike('then')]).toEqual([false, false]);
  });

  test('hears of a promise that fails: nobody else would, and the process would end', () => {
    const then = jest.fn();
    refusalOf({ then });
    expect(then).toHaveBeenCalledWith(expect.any(Function), expect.any(Function));
  });
});
