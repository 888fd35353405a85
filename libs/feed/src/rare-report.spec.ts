import { describe, expect, test } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import { RareReport } from './rare-report.js';

describe('RareReport', () => {
  test('reports the first of a kind, then at most one a minute, and counts all', () => {
    const clock = new FakeClock();
    const rare = new RareReport(clock);
    expect(rare.add('a')).toEqual({ kind: 'a', count: 1 });
    expect(rare.add('b')).toEqual({ kind: 'b', count: 1 });
    clock.advance(59_999);
    expect(rare.add('a')).toBeUndefined();
    clock.advance(1);
    expect(rare.add('a')).toEqual({ kind: 'a', count: 3 });
    expect(rare.counts()).toEqual({ a: 3, b: 1 });
  });

  test('I6: counts what is beyond fifty kinds together', () => {
    const rare = new RareReport(new FakeClock());
    for (let kind = 0; kind < 60; kind += 1) rare.add(`kind ${kind}`);
    expect(Object.keys(rare.counts())).toHaveLength(51);
    expect(rare.counts().other).toBe(10);
  });

  test('F51: a kind may be called like a property of every object', () => {
    const rare = new RareReport(new FakeClock());
    rare.add('__proto__');
    rare.add('constructor');
    expect(Object.entries(rare.counts())).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ]);
  });
});
