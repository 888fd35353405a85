import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SharedPages } from './shared-pages.js';

/** A store of the positions 1 to `newest`, and what was read from it. */
function storeUpTo(newest: number, { pageSize = 3, limit = 2 } = {}) {
  const store = { newest, failure: undefined as Error | undefined };
  const pages = new SharedPages<number>({ pageSize, limit, positionOf: (event) => event });
  const read = async (after: number, upTo: number) => {
    await Promise.resolve();
    if (store.failure) throw store.failure;
    const to = Math.min(upTo, store.newest, after + pageSize);
    return Array.from({ length: Math.max(0, to - after) }, (_, at) => after + 1 + at);
  };
  const get = (after: number, upTo: number, filter = '{}') => pages.get(filter, after, upTo, read);
  return { store, pages, get };
}

describe('SharedPages', () => {
  test('reads once for all who come back from the same place, also at the same time', async () => {
    const { pages, get } = storeUpTo(10);
    const all = await Promise.all(Array.from({ length: 100 }, () => get(0, 10)));
    expect(all).toEqual(Array.from({ length: 100 }, () => [1, 2, 3]));
    expect([await get(0, 10), pages.reads]).toEqual([[1, 2, 3], 1]);
  });

  test('keeps apart what filters and places differ in', async () => {
    const { pages, get } = storeUpTo(10);
    await Promise.all([get(0, 10), get(1, 10), get(0, 10, '{"symbols":["A"]}')]);
    expect(pages.reads).toBe(3);
  });

  test('gives a full page also to those who read further, and a part only to those who read as far', async () => {
    const { store, pages, get } = storeUpTo(5);
    expect([await get(0, 5), await get(3, 5)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    store.newest = 9;
    expect([await get(0, 9), await get(3, 9), pages.reads]).toEqual([[1, 2, 3], [4, 5, 6], 3]);
  });

  test('gives nobody more than he asked for', async () => {
    const { get } = storeUpTo(10);
    await get(0, 10);
    expect(await get(0, 2)).toEqual([1, 2]);
  });

  test('tells all who waited of a failure, and asks again next time', async () => {
    const { store, get } = storeUpTo(10);
    store.failure = new Error('away');
    const outcomes = await Promise.allSettled([get(0, 10), get(0, 10)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    store.failure = undefined;
    expect(await get(0, 10)).toEqual([1, 2, 3]);
  });

  test('keeps the pages that were used last, and none after positions began anew', async () => {
    const { pages, get } = storeUpTo(100);
    for (const after of [0, 3, 0, 6, 0, 3]) await get(after, 100);
    expect(pages.reads).toBe(4);
    pages.clear();
    await get(3, 100);
    expect(pages.reads).toBe(5);
  });

  test('keeps no page of before positions began anew, whoever still waits for it', async () => {
    const { pages, get } = storeUpTo(10);
    const waiting = [get(0, 10), get(0, 10)];
    pages.clear();
    await Promise.all(waiting);
    await get(0, 10);
    expect(pages.reads).toBe(2);
  });

  test('gives what the store would, whoever asked before', async () => {
    const ask = fc.record({ after: fc.nat(20), upTo: fc.nat(20), grow: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 30 }), async (asks) => {
        const { store, get } = storeUpTo(5);
        for (const { after, upTo, grow } of asks) {
          store.newest += grow;
          const to = Math.min(upTo, store.newest);
          const wanted = Array.from(
            { length: Math.min(3, Math.max(0, to - after)) },
            (_, at) => after + 1 + at,
          );
          expect(await get(after, to)).toEqual(wanted);
        }
      }),
    );
  });
});
