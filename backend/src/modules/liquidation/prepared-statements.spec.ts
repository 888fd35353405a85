import { describe, expect, test } from '@jest/globals';
import { PreparedStatements } from './prepared-statements.js';

describe('PreparedStatements', () => {
  test('gives a text the same name whoever asks, and another text another', () => {
    const [one, other] = [new PreparedStatements(), new PreparedStatements()];
    other.name({ text: 'SELECT 2', values: [] });
    const named = one.name({ text: 'SELECT $1', values: [1] });
    expect(named).toEqual({
      name: expect.stringMatching(/^liquidations-.{16}$/),
      text: 'SELECT $1',
      values: [1],
    });
    expect(other.name({ text: 'SELECT $1', values: [2] }).name).toBe(named.name);
    expect(one.name({ text: 'SELECT 2', values: [] }).name).not.toBe(named.name);
  });

  test('names so many texts and no more: a connection keeps them all', () => {
    const statements = new PreparedStatements();
    const names = Array.from(
      { length: 100 },
      (_, n) => statements.name({ text: `SELECT ${n}`, values: [] }).name,
    );
    expect(new Set(names.slice(0, 40)).size).toBe(40);
    expect(names.slice(40)).toEqual(Array(60).fill(undefined));
    expect(statements.name({ text: 'SELECT 0', values: [] }).name).toBe(names[0]);
  });
});
