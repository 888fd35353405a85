import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientKey } from './client-key.js';

describe('clientKey', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::', '0:0:0:0::/64'],
    [undefined, 'unknown'],
    ['', 'unknown'],
    ['localhost', 'unknown'],
    ['192.0.2.1:80', 'unknown'],
    ['192.0.2.256', 'unknown'],
    ['127.0.0.1.evil.example', 'unknown'],
    ['2001:db8:::1', 'unknown'],
    [`fe80::1%${'x'.repeat(5_000)}`, 'unknown'],
  ])('%p is %p', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  test('is one key for all of a /64, however its addresses are written', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (a, b) => {
        const same = expand(a).slice(0, 4).join(':') === expand(b).slice(0, 4).join(':');
        if (isSpecial(a) || isSpecial(b)) return;
        expect(clientKey(a) === clientKey(b)).toBe(same);
        expect(clientKey(a)).toBe(clientKey(expand(a).join(':').toUpperCase()));
      }),
    );
  });

  test('never makes a key out of any other text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(clientKey(text).length).toBeLessThanOrEqual('ffff:ffff:ffff:ffff::/64'.length);
      }),
    );
  });
});

/** Written apart from the code under test: by way of the parser of addresses in URLs. */
function expand(address: string): readonly string[] {
  const compact = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = compact.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  return tail === undefined
    ? before
    : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

/** Addresses of the machine itself and of IPv4, which have keys of another kind. */
function isSpecial(address: string): boolean {
  return expand(address)
    .slice(0, 5)
    .every((group) => group === '0');
}
