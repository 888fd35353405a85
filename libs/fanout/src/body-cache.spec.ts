import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BodyCache } from './body-cache.js';

const bytes = (count: number) => new Uint8Array(count);

/** The same, said plainly: the newest renderings that fit, and none older than one that did not. */
class PlainCache {
  #kept: { readonly key: string; readonly body: Uint8Array }[] = [];

  constructor(private readonly limitBytes: number) {}

  get bytes(): number {
    return this.#kept.reduce((sum, { body }) => sum + body.byteLength, 0);
  }

  get(renderer: number, position: number): Uint8Array | undefined {
    return this.#kept.find(({ key }) => key === String([renderer, position]))?.body;
  }

  put(renderer: number, position: number, body: Uint8Array): void {
    const key = String([renderer, position]);
    this.#kept = this.#kept.filter((other) => other.key !== key);
    if (body.byteLength <= this.limitBytes) this.#kept.push({ key, body });
    while (this.bytes > this.limitBytes) this.#kept.shift();
  }

  clear(): void {
    this.#kept = [];
  }
}

describe('BodyCache', () => {
  test('keeps what fills it exactly, and for one byte more lets the oldest go', () => {
    const cache = new BodyCache(10);
    const bodies = [bytes(4), bytes(6), bytes(1)];
    bodies.slice(0, 2).forEach((body, position) => cache.put(1, position, body));
    expect([cache.get(1, 0), cache.get(1, 1), cache.bytes]).toEqual([bodies[0], bodies[1], 10]);
    cache.put(1, 2, bytes(1));
    expect([cache.get(1, 0), cache.get(1, 1), cache.get(1, 2)]).toEqual([undefined, bodies[1], bodies[2]]);
    expect(cache.bytes).toBe(7);
  });

  test('lets as many go as a large one needs, the oldest rendering first, however often it was used', () => {
    const cache = new BodyCache(10);
    for (const position of [1, 2, 3, 4, 5]) cache.put(1, position, bytes(2));
    expect(cache.get(1, 1)).toBeDefined();
    cache.put(1, 6, bytes(5));
    expect([1, 2, 3, 4, 5, 6].filter((position) => cache.get(1, position) !== undefined)).toEqual([4, 5, 6]);
  });

  test('keeps a body as large as itself, and for a larger one drops nothing', () => {
    const cache = new BodyCache(10);
    cache.put(1, 1, bytes(10));
    cache.put(1, 2, bytes(11));
    expect([cache.get(1, 1)?.byteLength, cache.get(1, 2)]).toEqual([10, undefined]);
  });

  test('gives what was put last or nothing, never what was there before', () => {
    const cache = new BodyCache(10);
    cache.put(1, 1, bytes(3));
    cache.put(1, 1, bytes(4));
    expect([cache.get(1, 1)?.byteLength, cache.bytes]).toEqual([4, 4]);
    cache.put(1, 1, bytes(11));
    expect([cache.get(1, 1), cache.bytes]).toEqual([undefined, 0]);
  });

  test('takes no renderer for another, nor a renderer with a position for another pair that reads the same', () => {
    const cache = new BodyCache(100);
    const first = cache.nextRenderer();
    expect(cache.nextRenderer()).not.toBe(first);
    cache.put(1, 12, bytes(1));
    cache.put(11, 2, bytes(2));
    expect([cache.get(1, 12)?.byteLength, cache.get(11, 2)?.byteLength]).toEqual([1, 2]);
    expect([cache.get(11, 12), cache.get(1, 2)]).toEqual([undefined, undefined]);
  });

  test('keeps nothing without room', () => {
    const cache = new BodyCache(0);
    cache.put(1, 1, bytes(1));
    expect([cache.get(1, 1), cache.bytes]).toEqual([undefined, 0]);
  });

  test('is empty after it was cleared, once or twice, goes on as before and says that it was', () => {
    const cache = new BodyCache(4);
    for (const position of [1, 2, 3, 4, 5]) cache.put(1, position, bytes(1));
    cache.clear();
    cache.clear();
    expect([cache.get(1, 5), cache.bytes, cache.generation]).toEqual([undefined, 0, 2]);
    for (const position of [1, 2, 3, 4, 5]) cache.put(1, position, bytes(1));
    expect([cache.get(1, 1), cache.get(1, 2)?.byteLength, cache.bytes]).toEqual([undefined, 1, 4]);
  });

  test('holds what a plain list of the newest that fit holds', () => {
    const id = fc.record({ renderer: fc.integer({ min: 1, max: 3 }), position: fc.nat(8) });
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ put: id, size: fc.nat(13) }) },
      { weight: 1, arbitrary: fc.constant({ clear: true } as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(0, 1, 12, 40), (steps, limit) => {
        const cache = new BodyCache(limit);
        const plain = new PlainCache(limit);
        for (const what of steps) {
          if ('clear' in what) {
            cache.clear();
            plain.clear();
          } else {
            const body = bytes(what.size);
            cache.put(what.put.renderer, what.put.position, body);
            plain.put(what.put.renderer, what.put.position, body);
          }
          expect(cache.bytes).toBe(plain.bytes);
          for (const renderer of [1, 2, 3]) {
            for (let position = 0; position <= 8; position += 1) {
              expect(cache.get(renderer, position) === plain.get(renderer, position)).toBe(true);
            }
          }
        }
      }),
    );
  });
});
