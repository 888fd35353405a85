import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requestPacker } from './subscribe-requests.js';

const writer = (id: number, operation: string, topics: readonly string[]): string =>
  JSON.stringify({ id, operation, topics });

describe('requestPacker', () => {
  test('packs every topic once, in order, within both limits', () => {
    const names = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 60 });
    fc.assert(
      fc.property(
        names,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        (topics, count, characters) => {
          const requests = requestPacker({ topics: count, characters }, writer)('subscribe', topics);
          expect(requests.flatMap((request) => request.topics)).toEqual([...new Set(topics)]);
          for (const request of requests) {
            expect(request.topics.length).toBeLessThanOrEqual(count);
            const width = JSON.stringify(request.topics).length;
            if (request.topics.length > 1) expect(width).toBeLessThanOrEqual(characters + 2);
            expect(JSON.parse(request.text)).toEqual({
              id: Number(request.id),
              operation: 'subscribe',
              topics: request.topics,
            });
          }
        },
      ),
    );
  });

  test('counts ids on from request to request, whatever the operation', () => {
    const pack = requestPacker({ topics: 1, characters: 100 }, writer);
    const ids = [
      ...pack('subscribe', ['a', 'b']),
      ...pack('unsubscribe', ['a']),
      ...pack('subscribe', ['c']),
    ];
    expect(ids.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  test('asks once for a topic that is wanted twice', () => {
    const [request] = requestPacker({ topics: 9, characters: 100 }, writer)('subscribe', ['a', 'b', 'a']);
    expect(request?.topics).toEqual(['a', 'b']);
  });

  test('asks for nothing when nothing is wanted', () => {
    expect(requestPacker({ topics: 1, characters: 100 }, writer)('subscribe', [])).toEqual([]);
  });
});
