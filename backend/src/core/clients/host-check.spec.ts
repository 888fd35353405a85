import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HostCheck } from './host-check.js';

const call = (host: string | undefined, localAddress = '127.0.0.1', localPort = 8000) => ({
  headers: { host },
  socket: { localAddress, localPort },
});

describe('HostCheck', () => {
  const open = new HostCheck([], '127.0.0.1');

  test.each([
    // Called directly, by a name that leads here because its owner wants it to.
    ['evil.example:8000', '127.0.0.1', false],
    ['EVIL.example:8000', '::1', false],
    ['evil.example.:8000', '::ffff:127.0.0.1', false],
    ['localhost.evil.example:8000', '127.0.0.1', false],
    ['127.0.0.1.evil.example:8000', '127.0.0.1', false],
    // By names and addresses that nobody can own.
    ['localhost:8000', '127.0.0.1', true],
    ['app.localhost:8000', '127.0.0.1', true],
    ['127.0.0.1:8000', '127.0.0.1', true],
    ['[::1]:8000', '::1', true],
    ['203.0.113.9:8000', '127.0.0.1', true],
    ['desk:8000', '127.0.0.1', true],
    // Through a proxy or a tunnel on this machine.
    ['desk.example', '127.0.0.1', true],
    ['desk.example:443', '127.0.0.1', true],
    ['localhost:9000', '127.0.0.1', true],
    // On a network: in a container, behind a proxy on another machine.
    ['desk.example:8000', '172.17.0.2', true],
    [undefined, '127.0.0.1', true],
    // No host at all.
    ['', '127.0.0.1', false],
    ['a b', '127.0.0.1', false],
    ['user@localhost:8000', '127.0.0.1', false],
    ['localhost:8000/x', '127.0.0.1', false],
    ['localhost:99999', '127.0.0.1', false],
  ])('%p at %s: %p', (host, localAddress, answered) => {
    expect(open.answers(call(host, localAddress))).toBe(answered);
  });

  test('on port 80 a name without port is the own port', () => {
    expect(open.answers(call('evil.example', '127.0.0.1', 80))).toBe(false);
  });

  test('with names given answers to those, to addresses and to localhost, wherever the call arrives', () => {
    const strict = new HostCheck(['desk.example'], '0.0.0.0');
    const answered = [
      'desk.example',
      'Desk.Example:8000',
      'desk.example.',
      '192.0.2.1:8000',
      '[2001:db8::1]',
      'localhost:8000',
    ];
    const refused = ['evil.example', 'sub.desk.example', 'desk.example.evil', 'desk', 'desk.example@evil'];
    expect(answered.filter((host) => !strict.answers(call(host, '192.0.2.1')))).toEqual([]);
    expect(refused.filter((host) => strict.answers(call(host, '192.0.2.1')))).toEqual([]);
    expect(strict.refused).toBe(refused.length);
  });

  test('always answers to the name that it listens on, and to every name where that is wanted', () => {
    expect(new HostCheck([], 'Desk.Lan').answers(call('desk.lan:8000'))).toBe(true);
    expect(new HostCheck(['*'], '127.0.0.1').answers(call('evil.example:8000'))).toBe(true);
  });

  test('answers no name of the internet on its own port, and never throws', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        expect(open.answers(call(`${name}:8000`))).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (host) => {
        expect(typeof open.answers(call(host))).toBe('boolean');
      }),
    );
  });
});
