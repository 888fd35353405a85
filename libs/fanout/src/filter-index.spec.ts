import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FilterIndex, type IndexedFilter } from './filter-index.js';

/** Sizes in these specs are whole numbers, some of them written with a point. */
const compare = (a: string, b: string): number => {
  if (a.trim() === '' || !Number.isFinite(Number(a)) || !Number.isFinite(Number(b))) {
    throw new RangeError(`${a} is no number`);
  }
  return Number(a) - Number(b);
};

interface Event {
  readonly values: readonly string[];
  readonly size: string;
}

const matches = ({ keys, atLeast }: IndexedFilter, { values, size }: Event): boolean =>
  keys.every((some, at) => some === undefined || some.includes(values[at] ?? '')) &&
  (atLeast === undefined || Number(size) >= Number(atLeast));

const filters = (specs: readonly IndexedFilter[], maxCells?: number) => {
  const index = new FilterIndex<number>({ compare, ...(maxCells !== undefined && { maxCells }) });
  return { index, removals: specs.map((filter, n) => index.add(n, filter)) };
};

const sorted = (found: Iterable<number>) => [...found].sort((a, b) => a - b);

describe('FilterIndex', () => {
  test('finds those whose every list holds the value of the event and whose minimum it reaches', () => {
    const { index } = filters([
      { keys: [] },
      { keys: [['BTC'], undefined, ['LONG']] },
      { keys: [['BTC', 'ETH'], ['b']], atLeast: '10' },
      { keys: [undefined, ['a', 'b']], atLeast: '10.0' },
      { keys: [undefined, undefined, ['SHORT']] },
      { keys: [['BTC']], atLeast: '11' },
    ]);
    expect(sorted(index.match(['BTC', 'b', 'LONG'], '10'))).toEqual([0, 1, 2, 3]);
    expect(sorted(index.match(['ETH', 'b', 'SHORT'], '10.00'))).toEqual([0, 2, 3, 4]);
    expect(sorted(index.match(['BTC', 'c', 'LONG'], '99'))).toEqual([0, 1, 5]);
    expect(sorted(index.match(['BTC', 'b', 'LONG'], '9.99'))).toEqual([0, 1]);
  });

  test('takes an empty list for nothing and a missing one for anything, and a doubled key for one', () => {
    const { index } = filters([
      { keys: [[], undefined] },
      { keys: [['BTC', 'ETH'], []] },
      { keys: [undefined, undefined] },
      {
        keys: [
          ['BTC', 'BTC'],
          ['a', 'a', 'a'],
        ],
      },
    ]);
    expect(sorted(index.match(['BTC', 'a'], '1'))).toEqual([2, 3]);
    expect(index.size).toBe(4);
  });

  test('keeps no ways that lead nowhere', () => {
    expect(filters([{ keys: [['BTC', 'ETH'], undefined, []] }]).index.parts).toBe(0);
    expect(filters([{ keys: [undefined, undefined, undefined] }]).index.parts).toBe(1);
    expect(filters([{ keys: [['BTC'], undefined, undefined] }]).index.parts).toBe(1);
  });

  test('does not let a value be taken for another one that reads the same when joined', () => {
    const { index } = filters([
      { keys: [['A,B'], ['C']] },
      { keys: [['A'], ['B,C']] },
      { keys: [['__proto__']] },
    ]);
    expect(sorted(index.match(['A', 'B,C'], '1'))).toEqual([1]);
    expect(sorted(index.match(['__proto__', ''], '1'))).toEqual([2]);
    expect(sorted(index.match(['constructor', 'C'], '1'))).toEqual([]);
  });

  test('looks at none of those that cannot match, however many there are', () => {
    const index = new FilterIndex<string>({ compare });
    for (let n = 0; n < 2_000; n += 1) {
      index.add(`other symbol ${n}`, { keys: [[`S${n}`]] });
      index.add(`other venue ${n}`, { keys: [['BTC'], [`v${n}`]] });
      index.add(`more ${n}`, { keys: [['BTC'], ['a']], atLeast: String(101 + n) });
      index.add(`more of any ${n}`, { keys: [], atLeast: String(101 + n) });
    }
    index.add('low', { keys: [['BTC'], ['a']], atLeast: '100' });
    index.add('any', { keys: [] });
    expect([...index.match(['BTC', 'a', 'LONG'], '100')].sort()).toEqual(['any', 'low']);
    expect(index.touched).toBe(2);
    index.match(['ADA', 'b', 'LONG'], '100');
    expect(index.touched).toBe(3);
  });

  test('compares sizes a handful of times per event, not once per member', () => {
    let comparisons = 0;
    const index = new FilterIndex<number>({
      compare: (a, b) => {
        comparisons += 1;
        return compare(a, b);
      },
    });
    for (let n = 0; n < 10_000; n += 1) index.add(n, { keys: [[`S${n % 50}`]], atLeast: String(n % 1_000) });
    comparisons = 0;
    expect(index.match(['S7', 'a', 'LONG'], '500')).toHaveLength(100);
    expect(comparisons).toBeLessThanOrEqual(10);
  });

  test('keeps a filter of many combinations in few places, and still finds exactly its own events', () => {
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
    const { index, removals } = filters([{ keys: [many('S', 300), many('v', 20), ['LONG', 'SHORT']] }]);
    // Places of 20 venues x 2 sides below one way for any symbol.
    expect(index.parts).toBe(1 + 20 + 40);
    expect(sorted(index.match(['S299', 'v19', 'LONG'], '1'))).toEqual([0]);
    expect(sorted(index.match(['S300', 'v19', 'LONG'], '1'))).toEqual([]);
    expect(sorted(index.match(['S1', 'v20', 'LONG'], '1'))).toEqual([]);
    removals[0]?.();
    expect(index.parts).toBe(0);
    // As many as fit exactly are all kept by their keys, so nobody else's event looks at them.
    const { index: fitting } = filters([{ keys: [many('S', 128), ['a', 'b']] }]);
    fitting.match(['S128', 'a'], '1');
    expect(fitting.touched).toBe(0);
  });

  test('forgets a member once and for all, and can take it again', () => {
    const index = new FilterIndex<string>({ compare });
    const removeFirst = index.add('a', { keys: [['BTC', 'ETH'], ['x']], atLeast: '5' });
    index.add('b', { keys: [['BTC']], atLeast: '5' });
    expect(() => index.add('a', { keys: [] })).toThrow('one filter');
    removeFirst();
    const removeSecond = index.add('a', { keys: [['ETH']] });
    removeFirst();
    expect(index.match(['ETH', 'x'], '5')).toEqual(['a']);
    expect(index.match(['BTC', 'x'], '5')).toEqual(['b']);
    removeSecond();
    expect(index.size).toBe(1);
  });

  test('refuses a minimum that is no number and keeps nothing of it', () => {
    const index = new FilterIndex<string>({ compare });
    expect(() => index.add('a', { keys: [['BTC']], atLeast: 'much' })).toThrow(RangeError);
    expect([index.size, index.parts]).toEqual([0, 0]);
    expect(index.match(['BTC'], '1')).toEqual([]);
  });

  test('gives a list that stays as it is while members come and go', () => {
    const index = new FilterIndex<string>({ compare });
    const removals = ['a', 'b', 'c'].map((member) => index.add(member, { keys: [] }));
    const seen: string[] = [];
    for (const member of index.match([], '1')) {
      seen.push(member);
      for (const remove of removals) remove();
      if (seen.length === 1) index.add('d', { keys: [] });
      expect(index.match([], '1')).toEqual(['d']);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('finds what going through all filters finds, while members come and go, and leaves nothing behind', () => {
    const dimensions = 3;
    const value = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const size = fc.constantFrom('-3', '0', '1', '1.0', '2', '2.50', '10', '9', '100');
    const filter: fc.Arbitrary<IndexedFilter> = fc
      .record({
        keys: fc.array(fc.option(fc.array(value, { maxLength: 9 }), { nil: undefined }), {
          maxLength: dimensions,
        }),
        atLeast: fc.option(size, { nil: undefined }),
      })
      .map(({ keys, atLeast }) => ({ keys, ...(atLeast !== undefined && { atLeast }) }));
    const event = fc.record({
      values: fc.array(value, { minLength: dimensions, maxLength: dimensions }),
      size,
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: filter }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
      { weight: 4, arbitrary: fc.record({ event }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1, 2, 5, 256), (steps, maxCells) => {
        const index = new FilterIndex<number>({ compare, maxCells });
        const members = new Map<number, { filter: IndexedFilter; remove: () => void }>();
        steps.forEach((what, n) => {
          if ('add' in what) {
            members.set(n, { filter: what.add, remove: index.add(n, what.add) });
          } else if ('remove' in what) {
            const leaving = [...members.keys()][what.remove % Math.max(1, members.size)];
            if (leaving === undefined) return;
            members.get(leaving)?.remove();
            members.delete(leaving);
          } else {
            const expected = [...members]
              .filter(([, { filter }]) => matches(filter, what.event))
              .map(([id]) => id);
            const before = index.touched;
            expect(sorted(index.match(what.event.values, what.event.size))).toEqual(sorted(expected));
            if (maxCells === 256) expect(index.touched - before).toBe(expected.length);
          }
          expect(index.size).toBe(members.size);
        });
        for (const { remove } of members.values()) remove();
        expect([index.size, index.parts]).toEqual([0, 0]);
      }),
      { numRuns: 1_000 },
    );
  });
});
