import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ApiError } from '../../core/graphql-errors.js';
import { CursorCodec } from './liquidation-cursor.js';

const codec = new CursorCodec('a449bdea25ae');

describe('CursorCodec', () => {
  test('reads what it wrote, for every position that can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 - 1 }), (seq) => {
        const cursor = codec.encode(seq);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(codec.decode(cursor)).toEqual({ storeId: 'a449bdea25ae', seq });
      }),
    );
  });

  test('refuses everything else with one and the same error, whatever it is', () => {
    const refuses = (text: string) => {
      expect(() => codec.decode(text)).toThrow(ApiError);
      expect(() => codec.decode(text)).toThrow('after: not a cursor of this API');
    };
    const wrapped = (text: string) => Buffer.from(text).toString('base64url');
    for (const text of [
      '1..5',
      '1.x.-5',
      '1.x.5.5',
      '2.x.5',
      '1.x.1e3',
      '1.x.9999999999999999',
      '1.x.5\n',
      '{"seq":5}',
    ])
      refuses(wrapped(text));
    fc.assert(fc.property(fc.string(), refuses));
  });
});
