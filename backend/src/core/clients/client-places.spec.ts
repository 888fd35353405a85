import { beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError } from '../graphql-errors.js';
import { OperationLife } from '../graphql/operation-life.js';
import { LOOPBACK_CLIENT } from './client-key.js';
import { CLIENT_LIMITS } from './client-limits.js';
import { ClientPlaces } from './client-places.js';

const CLIENT = '192.0.2.1';

let places: ClientPlaces;
beforeEach(() => {
  places = new ClientPlaces({ ...CLIENT_LIMITS, marketsPerClient: 2 }, 'order books');
});

const take = (key: string, client = CLIENT) => {
  const life = new OperationLife(client);
  places.take(key, life);
  return () => life.end();
};

describe('ClientPlaces', () => {
  test('gives each client its share of different things, however often it wants each', () => {
    take('a');
    take('b');
    take('a');
    expect(() => take('c')).toThrow(ApiError);
    expect(() => take('c')).toThrow('One address may follow 2 order books at once; end one of them first');
    take('c', '192.0.2.2');
    expect([places.refused, new Set(places.keys())]).toEqual([2, new Set(['a', 'b', 'c'])]);
  });

  test('takes a place back with the last that wanted it, once', () => {
    const first = take('a');
    const second = take('a');
    take('b');
    first();
    first();
    expect(() => take('c')).toThrow(ApiError);
    second();
    const third = take('c');
    third();
    expect([...places.keys()]).toEqual(['b']);
  });

  test('says what is allowed, and gives the machine itself ten times that', () => {
    for (let n = 0; n < 20; n += 1) take(`k${n}`, LOOPBACK_CLIENT);
    try {
      take('one more', LOOPBACK_CLIENT);
      throw new Error('was taken');
    } catch (error) {
      expect(error).toMatchObject({ code: 'RATE_LIMITED', extensions: { allowed: 20 } });
    }
  });

  test('holds nothing of those who hold nothing', () => {
    for (let n = 0; n < 1_000; n += 1) take('a', `192.0.2.${n}`)();
    expect([...places.keys()]).toEqual([]);
    // What was over before it was taken is not held either.
    const life = new OperationLife(CLIENT);
    life.end();
    places.take('a', life);
    expect([...places.keys()]).toEqual([]);
  });
});
