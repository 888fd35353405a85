import { describe, expect, test } from '@jest/globals';
import { describeNetworkError } from './network-trouble.js';

const withCode = (code: string) => Object.assign(new Error('low-level words'), { code });

describe('describeNetworkError', () => {
  test.each([
    ['ENOTFOUND', 'DNS', 'cannot be found by name (DNS)'],
    ['EAI_AGAIN', 'DNS', 'cannot be found by name (DNS)'],
    ['ECONNREFUSED', 'REFUSED', 'refuses the connection'],
    ['ENETUNREACH', 'UNREACHABLE', 'cannot be reached: there is no network route to it'],
    ['ETIMEDOUT', 'TIMEOUT', 'does not answer'],
    ['ECONNRESET', 'CLOSED', 'closed the connection before it was ready'],
    ['CERT_HAS_EXPIRED', 'TLS', 'cannot be trusted (TLS): its certificate has expired'],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'TLS',
      'cannot be trusted (TLS): its certificate belongs to another host',
    ],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS', 'cannot be trusted (TLS): its certificate is self-signed'],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'TLS',
      'cannot be trusted (TLS): the secure connection fails (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    ['EWHATEVER', 'OTHER', 'cannot be talked to: EWHATEVER'],
  ])('F32, F33: %s is %s', (code, trouble, words) => {
    expect(describeNetworkError(withCode(code))).toEqual({ trouble, words });
  });

  test('looks below the error of fetch and into the first of several', () => {
    const several = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
    expect(describeNetworkError(new TypeError('fetch failed', { cause: several })).trouble).toBe('REFUSED');
  });

  test('takes whatever was thrown', () => {
    const circular = new Error('round and round');
    circular.cause = circular;
    expect(describeNetworkError(circular).words).toBe('cannot be talked to: round and round');
    for (const thrown of [undefined, null, 'text', 7, {}]) {
      expect(describeNetworkError(thrown).trouble).toBe('OTHER');
    }
  });
});
