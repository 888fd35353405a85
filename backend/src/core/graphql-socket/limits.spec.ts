import { describe, expect, test } from '@jest/globals';
import { AddressSlots } from './address-slots.js';
import { isOriginAllowed } from './origin-check.js';

describe('AddressSlots', () => {
  test('gives each address its share and takes slots back once', () => {
    const slots = new AddressSlots(2, 3);
    const [first, second] = [slots.take('192.0.2.1'), slots.take('192.0.2.1')];
    expect(slots.take('192.0.2.1')).toBeUndefined();
    expect(slots.take('192.0.2.2')).toBeDefined();
    first?.();
    first?.();
    expect(slots.take('192.0.2.1')).toBeDefined();
    expect(slots.take('192.0.2.1')).toBeUndefined();
    second?.();
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:DB8:0001:2::1', '2001:db8:1:2:0:0:0:7', true],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['127.0.0.1', '::1', true],
    ['127.0.0.1', '::ffff:127.0.0.9', true],
    ['fe80::1%eth0', 'fe80::2%eth0', true],
  ])('%s and %s are one client: %p', (a, b, same) => {
    const slots = new AddressSlots(1, 1);
    slots.take(a);
    expect(slots.take(b) === undefined).toBe(same);
  });

  test('forgets addresses that hold nothing', () => {
    const slots = new AddressSlots(1, 1);
    const give = Array.from({ length: 100 }, (_, n) => slots.take(`192.0.2.${n}`));
    for (const back of give) back?.();
    expect(slots.holders).toBe(0);
  });
});

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
