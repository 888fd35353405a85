import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DocumentCache } from './document-cache.js';

const sized = (bytes: number) => ({ bytes });

function make(documents = 8, bytes = 80) {
  const cache = new DocumentCache<{ readonly bytes: number }>({ documents, bytes });
  const ask = (text: string, size = 10) => {
    const known = cache.get(text);
    if (known === undefined) cache.keep(text, sized(size));
    return known !== undefined;
  };
  return { cache, ask };
}

describe('DocumentCache', () => {
  test('gives back the very document that was kept, and counts', () => {
    const { cache } = make();
    const document = sized(10);
    expect(cache.get('a')).toBeUndefined();
    cache.keep('a', document);
    expect(cache.get('a')).toBe(document);
    expect([cache.hits, cache.misses, cache.size, cache.bytes]).toEqual([1, 1, 1, 10]);
  });

  test('gives up the one not used for longest when there are too many', () => {
    const { cache, ask } = make(3);
    for (const text of ['a', 'b', 'c', 'd']) ask(text);
    expect([cache.size, cache.evicted]).toEqual([3, 1]);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('d')).toBeDefined();
  });

  test('gives up as many as one large document needs, and does not keep one that needs too many', () => {
    const { cache, ask } = make(100, 800);
    for (let n = 0; n < 16; n += 1) ask(`small ${n}`, 50);
    ask('large', 100);
    expect([cache.bytes, cache.evicted]).toEqual([800, 2]);
    ask('too large', 101);
    expect(cache.get('too large')).toBeUndefined();
    expect([cache.bytes, cache.evicted]).toEqual([800, 2]);
  });

  test('keeps what is used again while a client sends ever new texts', () => {
    const { cache, ask } = make();
    for (let round = 0; round < 2; round += 1) for (let n = 0; n < 6; n += 1) ask(`page ${n}`);
    for (let n = 0; n < 1_000; n += 1) ask(`new ${n}`);
    for (let n = 0; n < 6; n += 1) expect(cache.get(`page ${n}`)).toBeDefined();
    expect(cache.size).toBe(8);
  });

  test('lets what is no longer used go, in the end', () => {
    const { cache, ask } = make();
    for (let round = 0; round < 2; round += 1) for (let n = 0; n < 6; n += 1) ask(`old ${n}`);
    for (let n = 0; n < 6; n += 1) {
      ask(`new ${n}`);
      expect(ask(`new ${n}`)).toBe(true);
    }
    for (const text of ['x', 'y']) ask(text);
    for (let n = 0; n < 6; n += 1) expect(cache.get(`new ${n}`)).toBeDefined();
    expect(cache.get('old 0')).toBeUndefined();
  });

  test('keeps within its bounds and counts right, whatever is asked for', () => {
    const texts = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 40 })), { maxLength: 200 });
    fc.assert(
      fc.property(texts, (asked) => {
        const { cache, ask } = make(10, 200);
        for (const [text, size] of asked) {
          ask(String(text), size);
          expect(cache.size).toBeLessThanOrEqual(10);
          expect(cache.bytes).toBeLessThanOrEqual(200);
        }
        expect(cache.hits + cache.misses).toBe(asked.length);
        expect(cache.bytes === 0).toBe(cache.size === 0);
      }),
    );
  });
});
