import { describe, expect, test } from '@jest/globals';
import { isLoopback, joinAddress, requireLiveNetwork } from './venue-address.js';

describe('venue addresses', () => {
  test('a root and a path meet in exactly one slash', () => {
    expect(joinAddress('wss://a.example', '/b')).toBe('wss://a.example/b');
    expect(joinAddress('wss://a.example//', '/b')).toBe('wss://a.example/b');
    expect(joinAddress('ws://127.0.0.1:9000/proxy/', '/b')).toBe('ws://127.0.0.1:9000/proxy/b');
    expect(joinAddress('wss://a.example/b/', '/b')).toBe('wss://a.example/b');
  });

  test.each(['localhost', 'demo-x.localhost', '127.0.0.1', '127.9.8.7', '[::1]'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each(['127.0.0.1.example.com', 'localhost.example.com', '128.0.0.1', '10.0.0.1'])(
    '%s is not this machine',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  test('refuses a test network by name and lets anything else through', () => {
    const testHosts = [/^demo-/];
    expect(() => requireLiveNetwork('wss://demo-stream.example', testHosts)).toThrow(
      expect.objectContaining({
        failure: 'REFUSED',
        message: expect.stringContaining('demo-stream.example'),
      }),
    );
    expect(() => requireLiveNetwork('wss://stream.example', testHosts)).not.toThrow();
    expect(() => requireLiveNetwork('ws://demo-stream.localhost:9000', testHosts)).not.toThrow();
    expect(() => requireLiveNetwork('no address', testHosts)).toThrow(
      expect.objectContaining({ failure: 'REFUSED' }),
    );
  });
});
