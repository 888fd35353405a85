import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../graphql-errors.js';
import { OperationLife } from './operation-life.js';

describe('OperationLife', () => {
  test('tells those who listen, and those who begin to listen afterwards', () => {
    const life = new OperationLife('192.0.2.1');
    const { signal } = life;
    expect(signal.aborted).toBe(false);
    life.end();
    expect(signal.aborted).toBe(true);
    expect(() => signal.throwIfAborted()).toThrow(ApiError);
    const late = new OperationLife('192.0.2.1');
    late.end();
    expect(late.signal.aborted).toBe(true);
  });

  test('keeps the first reason', () => {
    const life = new OperationLife('192.0.2.1');
    const reason = new ApiError('UNAVAILABLE', 'too late');
    life.end(reason);
    life.end();
    expect(life.signal.reason).toBe(reason);
  });

  test('gives back what was taken for it, once, also what is taken when it is over', () => {
    const life = new OperationLife('192.0.2.1');
    const given: string[] = [];
    expect(life.isHolding).toBe(false);
    life.onEnd(() => given.push('a'));
    life.onEnd(() => given.push('b'));
    expect([life.isHolding, given]).toEqual([true, []]);
    life.end();
    life.end();
    expect([life.isHolding, given]).toEqual([false, ['a', 'b']]);
    life.onEnd(() => given.push('c'));
    expect(given).toEqual(['a', 'b', 'c']);
  });
});
