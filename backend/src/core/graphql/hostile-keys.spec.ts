import { describe, expect, test } from '@jest/globals';
import { hasHostileKeys } from './hostile-keys.js';

describe('hasHostileKeys', () => {
  test.each([
    '{"__proto__":{"polluted":true}}',
    '{"__proto__":null}',
    '{"\\u005f\\u005fproto__":1}',
    '{"a":{"b":[1,{"__proto__":1}]}}',
    '[[{"__proto__":[]}]]',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":[{"constructor":{"prototype":null}}]}',
  ])('finds what could reach a prototype in %s', (json) => {
    expect(hasHostileKeys(JSON.parse(json))).toBe(true);
  });

  test.each([
    '{}',
    '{"a":[null,1,"__proto__",true]}',
    '{"proto":1,"_proto_":2,"prototype":3}',
    '{"constructor":"Ford"}',
    '{"constructor":null}',
    '{"constructor":{"name":"Ford"}}',
    '"__proto__"',
    'null',
  ])('takes no offence at %s', (json) => {
    expect(hasHostileKeys(JSON.parse(json))).toBe(false);
  });

  test('reads as deeply as a message can be nested', () => {
    const levels = 30_000;
    const nested = (inner: string) => JSON.parse('['.repeat(levels) + inner + ']'.repeat(levels)) as unknown;
    expect(hasHostileKeys(nested('1'))).toBe(false);
    expect(hasHostileKeys(nested('{"__proto__":1}'))).toBe(true);
  });
});
