import { describe, expect, test } from '@jest/globals';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { KnownRows } from './known-rows.js';

const row = (seq: number, raw = '{}') => ({ ...liquidationForTests(seq), seq, committedTimeMs: 1, raw });

describe('KnownRows', () => {
  test('gives back the very row that was kept, and nothing for another key', () => {
    const known = new KnownRows();
    const one = row(1);
    known.keep('1 7 a', one);
    known.keep('1 7 a', row(1));
    expect(known.get('1 7 a')).toBe(one);
    expect([known.get('1 8 a'), known.size]).toEqual([undefined, 1]);
  });

  test('holds so many rows and no more, the first read goes first', () => {
    const known = new KnownRows({ rows: 3, characters: 1_000 });
    for (let seq = 1; seq <= 10; seq += 1) known.keep(String(seq), row(seq));
    expect([7, 8, 9, 10].map((seq) => known.get(String(seq))?.seq)).toEqual([undefined, 8, 9, 10]);
    expect([known.size, known.characters]).toEqual([3, 6]);
  });

  test('holds so much of the frames and no more, not even one that is larger than all', () => {
    const known = new KnownRows({ rows: 100, characters: 10 });
    for (let seq = 1; seq <= 5; seq += 1) known.keep(String(seq), row(seq, 'x'.repeat(4)));
    expect([known.size, known.characters]).toEqual([2, 8]);
    known.keep('large', row(6, 'x'.repeat(11)));
    expect([known.size, known.characters]).toEqual([0, 0]);
  });
});
