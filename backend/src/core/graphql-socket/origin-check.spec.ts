import { describe, expect, test } from '@jest/globals';
import { isOriginAllowed } from './origin-check.js';

describe('isOriginAllowed', () => {
  test.each([
    ['http://desk:8000', 'desk:8000', true],
    ['https://desk', 'desk', true],
    ['https://desk', 'desk:443', true],
    ['http://DESK:8000', 'desk:8000', true],
    ['http://desk:8001', 'desk:8000', false],
    ['http://desk.evil', 'desk', false],
    ['http://evil', 'desk', false],
    ['null', 'desk', false],
    ['', 'desk', false],
    ['ftp://desk', 'desk', false],
    ['http://desk', undefined, false],
    [undefined, 'desk', true],
  ])('origin %p at host %p: %p', (origin, host, allowed) => {
    expect(isOriginAllowed(origin, host, [])).toBe(allowed);
  });

  test('compares configured origins whole', () => {
    const allowed = ['https://desk.example'];
    const origins = [
      'https://desk.example',
      'https://desk.example:8443',
      'http://desk.example',
      'https://sub.desk.example',
      'https://desk.example.evil',
    ];
    expect(origins.map((origin) => isOriginAllowed(origin, 'api', allowed))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
