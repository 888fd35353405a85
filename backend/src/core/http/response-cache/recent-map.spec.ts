import { describe, expect, jest, test } from '@jest/globals';
import { RecentMap } from './recent-map.js';

describe('RecentMap', () => {
  test('makes what is asked for once, also when that is undefined', () => {
    const map = new RecentMap<string | undefined>({ entries: 10, characters: 100 });
    const make = jest.fn(() => undefined);
    expect([map.get('a', make), map.get('a', make), make.mock.calls.length]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  test('gives up the least recently used for one too many, and for too long texts', () => {
    const made: string[] = [];
    const map = new RecentMap<string>({ entries: 3, characters: 12 });
    const ask = (text: string) =>
      map.get(text, () => {
        made.push(text);
        return text;
      });
    for (const text of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) ask(text);
    expect(made).toEqual(['a', 'b', 'c', 'd', 'b']);
    ask('eeeeeeeeeeee');
    expect(map.size).toBe(1);
    ask('f'.repeat(13));
    expect(map.size).toBe(0);
  });
});
