import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProxyTrust, ProxyTrustError, type Arrival } from './proxy-trust.js';

const from = (remoteAddress: string | undefined, forwarded?: string): Arrival => ({
  socket: { remoteAddress },
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});
const clientOf = (trust: string | undefined, remote: string | undefined, forwarded?: string) =>
  ProxyTrust.parse(trust).clientOf(from(remote, forwarded));

describe('ProxyTrust', () => {
  test('takes the other end of the connection for the client, whatever is written into headers', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.oneof(fc.string(), fc.ipV4(), fc.array(fc.ipV4()).map(String), fc.ipV6()),
        (remote, written) => {
          const headers = {
            'x-forwarded-for': written,
            forwarded: `for=${written}`,
            'x-real-ip': written,
            'cf-connecting-ip': written,
          };
          const alone = ProxyTrust.NONE.clientOf({ socket: { remoteAddress: remote }, headers: {} });
          expect(ProxyTrust.NONE.clientOf({ socket: { remoteAddress: remote }, headers })).toBe(alone);
          expect(ProxyTrust.parse('0').clientOf({ socket: { remoteAddress: remote }, headers })).toBe(alone);
        },
      ),
    );
  });

  test('believes nothing of a stranger, only of the proxies that are named', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.string(), (visitor, claimed, noise) => {
        fc.pre(!visitor.startsWith('10.') && !visitor.startsWith('127.'));
        // Directly, and through the proxy: the proxy appends whom it was called from.
        expect(clientOf('10.0.0.0/8', visitor, `${noise}, ${claimed}`)).toBe(visitor);
        expect(clientOf('10.0.0.0/8', '10.0.0.9', `${noise}, ${claimed}, ${visitor}`)).toBe(visitor);
        expect(clientOf('1', '10.0.0.9', `${noise}, ${claimed}, ${visitor}`)).toBe(visitor);
      }),
    );
  });

  test.each([
    // trust, remote, forwarded, client
    ['1', '127.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['1', '127.0.0.1', undefined, 'loopback'],
    ['1', '127.0.0.1', '', 'loopback'],
    ['2', '127.0.0.1', '203.0.113.9, 192.0.2.7, 10.0.0.1', '192.0.2.7'],
    ['2', '127.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['5', '127.0.0.1', '192.0.2.7, 10.0.0.1', '192.0.2.7'],
    ['10.0.0.1', '10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.1', '::ffff:10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['::ffff:10.0.0.1', '10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.1', '10.0.0.2', '192.0.2.7', '10.0.0.2'],
    ['127.0.0.0/8, ::1', '::1', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.0/8,2001:db8:f::/48', '2001:db8:f::2', '192.0.2.7, 10.1.1.1', '192.0.2.7'],
    ['10.0.0.0/8', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.0/8', '10.0.0.1', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['10.0.0.0/8', '10.0.0.1', '[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['10.0.0.0/8', '10.0.0.1', '192.0.2.7:51234', '192.0.2.7'],
    // What cannot be read ends the search at the last address that is known.
    ['10.0.0.0/8', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.1', '192.0.2.7, ', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.1', '192.0.2.7, _hidden', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.1', '192.0.2.7, evil, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.0/8', '10.0.0.1', '[::1', '10.0.0.1'],
    ['10.0.0.0/8', undefined, '192.0.2.7', 'unknown'],
  ])('with %p trusted, %p that forwards %p is %p', (trust, remote, forwarded, client) => {
    expect(clientOf(trust, remote, forwarded)).toBe(client);
  });

  test('reads no further than a chain of proxies can be long', () => {
    const chain = Array.from({ length: 2_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join(', ');
    expect(clientOf('10.0.0.0/8', '10.9.9.9', chain)).toBe('10.0.7.176');
  });

  test('never throws and never makes a long key, whatever stands in the header', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), fc.constantFrom('3', '0.0.0.0/0,::/0'), (text, trust) => {
        expect(clientOf(trust, '192.0.2.1', text).length).toBeLessThanOrEqual(24);
      }),
    );
  });

  test.each([
    'true',
    '-1',
    '33',
    '10.0.0.0/33',
    '10.0.0.0/',
    '::1/129',
    'proxy.example',
    '10.0.0.1,',
    '*',
    '1.5',
  ])('refuses the setting %p and says what it must be', (text) => {
    expect(() => ProxyTrust.parse(text)).toThrow(ProxyTrustError);
    expect(() => ProxyTrust.parse(text)).toThrow(/number of proxies.*address or network/);
  });
});
