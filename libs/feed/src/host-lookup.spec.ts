import { describe, expect, test } from '@jest/globals';
import { createHostLookup, type HostLookup } from './host-lookup.js';

describe('createHostLookup', () => {
  test('F32: asks once per host at a time and gives everyone the answer', () => {
    const asked: string[] = [];
    const answers: Parameters<HostLookup>[2][] = [];
    const lookup = createHostLookup((host, _options, callback) => {
      asked.push(host);
      answers.push(callback);
    });
    const heard: unknown[] = [];
    const hear = (...answer: unknown[]) => void heard.push(answer);
    lookup('a.example', { all: true }, hear);
    lookup('a.example', { all: true }, hear);
    lookup('b.example', { all: true }, hear);
    expect(asked).toEqual(['a.example', 'b.example']);
    answers[0]!(null, [{ address: '192.0.2.1', family: 4 }]);
    expect(heard).toEqual([
      [null, [{ address: '192.0.2.1', family: 4 }]],
      [null, [{ address: '192.0.2.1', family: 4 }]],
    ]);
    lookup('a.example', { all: true }, hear);
    expect(asked).toEqual(['a.example', 'b.example', 'a.example']);
  });
});
