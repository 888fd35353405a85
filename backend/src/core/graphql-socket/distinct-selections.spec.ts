import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ApiError } from '../graphql-errors.js';
import { DistinctSelections, type Held } from './distinct-selections.js';

const errorOf = (take: () => unknown) => {
  try {
    take();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message, ...error.extensions };
    throw error;
  }
  throw new Error('nothing was refused');
};

const makeNothing = (): string => {
  throw new Error('there was no need to make one');
};

describe('DistinctSelections', () => {
  test('makes a value once for all who take the same key', () => {
    const selections = new DistinctSelections<object>(10, 10);
    let made = 0;
    const make = () => ({ number: (made += 1) });
    const first = selections.take('a', 'x', make);
    expect([selections.take('a', 'x', make).value, selections.take('a', 'y', make).value]).toEqual([
      first.value,
      first.value,
    ]);
    expect(selections.take('b', 'y', make).value).not.toBe(first.value);
    expect([made, selections.size]).toEqual([2, 2]);
  });

  test('forgets a value with the last who held it, and makes it anew for who comes later', () => {
    const selections = new DistinctSelections<object>(10, 10);
    const [a, b] = [selections.take('k', 'x', () => ({})), selections.take('k', 'y', () => ({}))];
    a.release();
    expect(selections.size).toBe(1);
    b.release();
    expect(selections.size).toBe(0);
    expect(selections.take('k', 'x', () => ({})).value).not.toBe(a.value);
  });

  test('takes back once, however often it is told', () => {
    const selections = new DistinctSelections<object>(10, 1);
    const [a] = [selections.take('k', 'x', () => ({})), selections.take('k', 'x', () => ({}))];
    a.release();
    a.release();
    expect(selections.size).toBe(1);
    // The place of the client is still taken by its other hold.
    expect(() => selections.take('other', 'x', () => ({}))).toThrow(ApiError);
  });

  test('does not mistake a late second release for one of who took the key anew', () => {
    const selections = new DistinctSelections<object>(10, 10);
    const old = selections.take('k', 'x', () => ({}));
    old.release();
    selections.take('k', 'x', () => ({}));
    old.release();
    expect(selections.size).toBe(1);
  });

  test('refuses a client one selection too many, says what to do, and makes nothing', () => {
    const selections = new DistinctSelections<string>(10, 2);
    const held = ['a', 'b'].map((key) => selections.take(key, 'x', () => key));
    const refused = errorOf(() => selections.take('c', 'x', makeNothing));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', allowed: 2 });
    expect(refused.message).toMatch(/2 different selections.*one client.*select the same fields/);
    // What it has already, it may take again; others are not its business.
    selections.take('a', 'x', makeNothing);
    selections.take('c', 'y', () => 'c');
    held[1]?.release();
    expect(selections.take('d', 'x', () => 'd').value).toBe('d');
  });

  test('refuses one selection too many on the server, but shares what there is', () => {
    const selections = new DistinctSelections<string>(2, 2);
    const a = selections.take('a', 'x', () => 'a');
    selections.take('b', 'y', () => 'b');
    expect(errorOf(() => selections.take('c', 'z', makeNothing))).toMatchObject({
      code: 'RATE_LIMITED',
      allowed: 2,
    });
    expect(selections.take('b', 'z', makeNothing).value).toBe('b');
    a.release();
    expect(selections.take('c', 'z', () => 'c').value).toBe('c');
  });

  test('takes nothing when the value cannot be made', () => {
    const selections = new DistinctSelections<string>(1, 1);
    const make = (): string => {
      throw new Error('no');
    };
    expect(() => selections.take('a', 'x', make)).toThrow('no');
    expect(selections.take('b', 'x', () => 'b').value).toBe('b');
  });

  test('holds its bounds whoever takes and releases in whatever order, and is empty at the end', () => {
    const step = fc.record({
      client: fc.integer({ min: 0, max: 3 }),
      key: fc.integer({ min: 0, max: 7 }),
      release: fc.option(fc.nat(), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const selections = new DistinctSelections<number>(5, 3);
        const holds: { readonly client: string; readonly key: string; readonly held: Held<number> }[] = [];
        for (const { client, key, release } of steps) {
          if (release !== null && holds.length > 0) {
            for (const { held } of holds.splice(release % holds.length, 1)) held.release();
          } else {
            const keys = new Set(holds.map((hold) => hold.key));
            const own = new Set(holds.filter((hold) => hold.client === `${client}`).map((hold) => hold.key));
            const fits = (own.has(`${key}`) || own.size < 3) && (keys.has(`${key}`) || keys.size < 5);
            const take = () => selections.take(`${key}`, `${client}`, () => key);
            if (fits) holds.push({ client: `${client}`, key: `${key}`, held: take() });
            else expect(take).toThrow(ApiError);
          }
          expect(selections.size).toBe(new Set(holds.map((hold) => hold.key)).size);
        }
        for (const { held } of holds) held.release();
        expect(selections.size).toBe(0);
      }),
    );
  });
});
