import { describe, expect, test } from '@jest/globals';
import { isForEverybody, isKnown, toAnswer } from './cached-answer.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const failed = (code: string) =>
  toAnswer(200, JSON_TYPE, JSON.stringify({ errors: [{ message: 'm', extensions: { code } }], data: null }));

describe('an answer', () => {
  test('has the same ETag for the same bytes of the same type, and another one for any other', () => {
    const tags = [
      toAnswer(200, JSON_TYPE, '{"data":{"a":1}}'),
      toAnswer(200, JSON_TYPE, Buffer.from('{"data":{"a":1}}')),
      toAnswer(200, JSON_TYPE, '{"data":{"a":2}}'),
      toAnswer(200, 'application/graphql-response+json', '{"data":{"a":1}}'),
    ].map(({ etag }) => etag);
    expect(tags[0]).toMatch(/^"[\w-]{43}"$/);
    expect([tags[1] === tags[0], new Set(tags).size]).toEqual([true, 3]);
  });

  test('has none if it tells of an error, in part or as a whole', () => {
    const bodies = ['{"errors":[],"data":{"a":1}}', '{"errors":[]}', '{"data":null}', ''];
    expect(bodies.map((body) => toAnswer(200, JSON_TYPE, body).etag)).toEqual(bodies.map(() => undefined));
    expect(toAnswer(400, JSON_TYPE, '{"data":{"a":1}}').etag).toBeUndefined();
  });

  test('is for everybody who asks the same, unless it refuses one client for what that client has used up', () => {
    expect(isForEverybody(toAnswer(200, JSON_TYPE, '{"data":{}}'))).toBe(true);
    expect(
      ['UNAVAILABLE', 'UNKNOWN_SYMBOL', 'RATE_LIMITED', 'QUERY_TOO_COMPLEX'].map(failed).map(isForEverybody),
    ).toEqual([true, true, false, false]);
    expect(isForEverybody(toAnswer(429, JSON_TYPE, '{"errors":[]}'))).toBe(false);
    expect(isForEverybody(toAnswer(502, 'text/html', '<html>'))).toBe(false);
  });

  test('is known to a client that names its ETag, alone, in a list, or as a weak one', () => {
    expect(['"a"', '"x", "a"', 'W/"a"'].map((header) => isKnown(header, '"a"'))).toEqual([true, true, true]);
    expect([undefined, '', '"x"', 'a', '*'].map((header) => isKnown(header, '"a"'))).toEqual(
      Array.from({ length: 5 }, () => false),
    );
  });
});
