import { describe, expect, test } from '@jest/globals';
import { inputValidation } from './input-validation.js';

const pipe = inputValidation({ rows: 20, names: 3 });
const read = (value: unknown) => pipe.transform(value, { type: 'custom' });
const refusal = (argument: string, allowed: number) => ({
  message: `${argument}: at most ${allowed} on this server`,
  extensions: { code: 'BAD_USER_INPUT', argument },
});

describe('inputValidation', () => {
  test('lets through what this server allows', async () => {
    const value = { first: 20, filter: { symbols: ['a', 'b', 'c'], venues: null }, limit: null };
    expect(await read(value)).toEqual(value);
    expect(await read('text')).toBe('text');
  });

  test('refuses more rows or names than this server allows, and says which', async () => {
    await expect(read({ first: 21 })).rejects.toMatchObject(refusal('first', 20));
    await expect(read({ limit: 500 })).rejects.toMatchObject(refusal('limit', 20));
    const filter = { symbols: ['a', 'b', 'c', 'd'] };
    await expect(read({ filter })).rejects.toMatchObject(refusal('filter.symbols', 3));
  });
});
