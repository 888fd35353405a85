import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import fc from 'fast-check';
import { ClientLedger, type Release, type Shortage } from './client-ledger.js';
import { CLIENT_LIMITS, type ClientLimits } from './client-limits.js';
import { ProxyTrust } from './proxy-trust.js';

function make(given: Partial<ClientLimits> = {}) {
  const clock = new FakeClock();
  return { clock, ledger: new ClientLedger({ ...CLIENT_LIMITS, ...given }, ProxyTrust.NONE, clock) };
}

const refusals = (ledger: ClientLedger) =>
  [...ledger.refusals()].map(({ budget, share, count }) => `${budget} ${share} ${count}`);

function release(taken: Release | Shortage): void {
  if (typeof taken === 'string') throw new Error(`refused: ${taken}`);
  taken();
}

describe('what clients hold', () => {
  test('each has its share of sockets, all have theirs, and every refusal is counted', () => {
    const { ledger } = make({ socketsPerClient: 2, sockets: 3 });
    const [first] = [ledger.takeSocket('192.0.2.1'), ledger.takeSocket('192.0.2.1')];
    expect(ledger.takeSocket('192.0.2.1')).toBe('client');
    const other = ledger.takeSocket('192.0.2.2');
    expect(ledger.takeSocket('192.0.2.2')).toBe('process');
    expect([ledger.sockets, refusals(ledger)]).toEqual([3, ['sockets client 1', 'sockets process 1']]);
    release(first);
    release(first);
    expect(ledger.sockets).toBe(2);
    release(ledger.takeSocket('192.0.2.1'));
    release(other);
  });

  test('subscriptions are counted apart from sockets', () => {
    const { ledger } = make({ subscriptionsPerClient: 2, subscriptions: 3, socketsPerClient: 1 });
    const held = [ledger.takeSubscription('a'), ledger.takeSubscription('a'), ledger.takeSubscription('b')];
    expect([ledger.takeSubscription('a'), ledger.takeSubscription('c')]).toEqual(['client', 'process']);
    expect(ledger.subscriptions).toBe(3);
    release(ledger.takeSocket('a'));
    held.forEach(release);
    expect([ledger.subscriptions, ledger.clients]).toEqual([0, 0]);
  });

  test('the machine itself gets ten shares, but for the figures that were set', () => {
    const { ledger } = make({ configured: new Set(['requestsPerMinute'] as const) });
    expect(ledger.shareOf('loopback')).toEqual({
      socketsPerClient: 200,
      connectionsPerMinute: 600,
      connectionBurst: 400,
      subscriptionsPerClient: 1_000,
      requestsPerMinute: 120,
      requestBurst: 300,
      costPerMinute: 500_000,
      marketsPerClient: 200,
    });
    expect(ledger.shareOf('192.0.2.1')).toBe(ledger.limits);
  });
});

describe('what clients take over time', () => {
  test('forty sockets opened at once and one a second, whether or not they are closed again', () => {
    const { clock, ledger } = make({});
    const open = () => ledger.takeConnection('192.0.2.1');
    for (let n = 0; n < 40; n += 1) expect(open().allowed).toBe(true);
    expect(open()).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
    expect(ledger.takeConnection('192.0.2.2').allowed).toBe(true);
    clock.advance(1_000);
    expect([open().allowed, open().allowed]).toEqual([true, false]);
    expect([...ledger.refusals()]).toEqual([{ budget: 'connections', share: 'client', count: 2 }]);
    clock.advance(39_000);
    ledger.takeConnection('192.0.2.3');
    expect(ledger.clients).toBe(2);
  });

  test('thirty requests at once and 120 a minute, told with every one of them', () => {
    const { clock, ledger } = make();
    expect(ledger.takeRequest('a')).toEqual({
      allowed: true,
      limit: 30,
      remaining: 29,
      resetMs: 500,
      retryAfterMs: 0,
    });
    for (let n = 1; n < 30; n += 1) expect(ledger.takeRequest('a').allowed).toBe(true);
    expect(ledger.takeRequest('a')).toEqual({
      allowed: false,
      limit: 30,
      remaining: 0,
      resetMs: 15_000,
      retryAfterMs: 500,
    });
    expect(ledger.takeRequest('b').allowed).toBe(true);
    let allowed = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      clock.advance(100);
      allowed += ledger.takeRequest('a').allowed ? 1 : 0;
    }
    expect(allowed).toBe(120);
  });

  test('pages have a bucket of their own, ten times as large', () => {
    const { ledger } = make();
    for (let n = 0; n < 300; n += 1) expect(ledger.takePage('a').allowed).toBe(true);
    expect(ledger.takePage('a').allowed).toBe(false);
    expect(ledger.takeRequest('a').allowed).toBe(true);
  });

  test('cost is spent or not at all, and says how long to wait', () => {
    const { clock, ledger } = make({ costPerMinute: 600 });
    expect(ledger.spend('a', 500)).toBeUndefined();
    expect(ledger.spend('a', 200)).toBe(10_000);
    expect(ledger.spend('a', 100)).toBeUndefined();
    expect(refusals(ledger)).toEqual(['cost client 1']);
    clock.advance(20_000);
    expect(ledger.spend('a', 200)).toBeUndefined();
  });

  test('a socket may send sixty messages at once and twenty a second, whoever else sends', () => {
    const { clock, ledger } = make();
    const [bucket, other] = [ledger.messageBucket(), ledger.messageBucket()];
    for (let n = 0; n < 60; n += 1) expect(bucket.take()).toBe(true);
    expect([bucket.take(), other.take()]).toEqual([false, true]);
    clock.advance(1_000);
    for (let n = 0; n < 20; n += 1) expect(bucket.take()).toBe(true);
    expect(bucket.take()).toBe(false);
  });
});

describe('the book of clients', () => {
  test('forgets a client once it holds nothing and its budgets are whole again', () => {
    const { clock, ledger } = make();
    for (let n = 0; n < 1_000; n += 1) ledger.spend(`192.0.2.${n}`, 1_000);
    expect(ledger.clients).toBe(1_000);
    clock.advance(60_000);
    for (let n = 0; n < 1_000; n += 1) ledger.takeRequest('198.51.100.1');
    expect([ledger.clients, ledger.forgotten]).toEqual([1, 0]);
  });

  test('stays within its size, forgets the least recently seen and counts them, but none that holds a socket', () => {
    const { ledger } = make({ clients: 10, costPerMinute: 100 });
    const held = ledger.takeSocket('holder');
    for (let n = 0; n < 50; n += 1) {
      ledger.spend('often', 1);
      ledger.spend(`192.0.2.${n}`, 100);
    }
    expect([ledger.clients, ledger.forgotten]).toEqual([10, 42]);
    expect(ledger.spend('192.0.2.49', 1)).toBeDefined();
    expect(ledger.spend('often', 51)).toBeDefined();
    expect(ledger.spend('192.0.2.0', 100)).toBeUndefined();
    release(held);
    expect(ledger.sockets).toBe(0);
  });

  test('keeps the share of a client that gives back a part, however many strangers come', () => {
    const { ledger } = make({ clients: 5, socketsPerClient: 2 });
    const holders = ['a', 'b', 'c', 'd'];
    const held = holders.map((client) => [ledger.takeSocket(client), ledger.takeSocket(client)] as const);
    for (const [first] of held) release(first);
    // Strangers come one after the other, more than there is room for.
    for (let n = 0; n < 20; n += 1) ledger.takeRequest(`192.0.2.${n}`);
    for (const client of holders) {
      release(ledger.takeSocket(client));
      const second = ledger.takeSocket(client);
      expect(ledger.takeSocket(client)).toBe('client');
      release(second);
    }
    for (const [, second] of held) release(second);
    expect(ledger.sockets).toBe(0);
  });

  test('is no larger than it may be once those who made it grow let go', () => {
    const { ledger } = make({ clients: 2 });
    const held = ['a', 'b', 'c', 'd'].map((client) => ledger.takeSocket(client));
    for (const client of ['a', 'b', 'c', 'd']) ledger.spend(client, 1);
    expect(ledger.clients).toBe(4);
    held.forEach(release);
    expect([ledger.clients, ledger.forgotten]).toEqual([2, 2]);
  });

  test('shrinks although the oldest in it hold on', () => {
    const { clock, ledger } = make();
    const held = ['a', 'b', 'c'].map((client) => ledger.takeSocket(client));
    for (let n = 0; n < 10; n += 1) ledger.takeRequest(`192.0.2.${n}`);
    clock.advance(60_000);
    for (let n = 0; n < 20; n += 1) ledger.takeRequest('198.51.100.1');
    expect(ledger.clients).toBe(held.length + 1);
    held.forEach(release);
  });

  test('gives back exactly what was taken, in whatever order clients come and go', () => {
    const client = fc.constantFrom('a', 'b', 'c', 'd', 'loopback', 'unknown');
    const step = fc.record({
      client,
      what: fc.constantFrom('socket', 'subscription', 'request', 'cost', 'release', 'wait'),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const limits = {
          clients: 3,
          sockets: 6,
          socketsPerClient: 2,
          subscriptionsPerClient: 3,
          subscriptions: 8,
        };
        const { clock, ledger } = make({ ...limits, costPerMinute: 60, loopbackFactor: 1 });
        const held: { kind: string; client: string; give: Release }[] = [];
        const count = (kind: string, of?: string) =>
          held.filter((one) => one.kind === kind && (of === undefined || one.client === of)).length;
        for (const { client: who, what, pick } of steps) {
          if (what === 'socket' || what === 'subscription') {
            const taken = what === 'socket' ? ledger.takeSocket(who) : ledger.takeSubscription(who);
            const [own, all] = what === 'socket' ? [2, 6] : [3, 8];
            const expected = count(what, who) >= own ? 'client' : count(what) >= all ? 'process' : 'taken';
            expect(typeof taken === 'string' ? taken : 'taken').toBe(expected);
            if (typeof taken !== 'string') held.push({ kind: what, client: who, give: taken });
          } else if (what === 'release' && held.length > 0) {
            const [one] = held.splice(pick % held.length, 1);
            one?.give();
            one?.give();
          } else if (what === 'request') ledger.takeRequest(who);
          else if (what === 'cost') ledger.spend(who, pick % 60);
          else clock.advance(pick % 90_000);
          expect([ledger.sockets, ledger.subscriptions]).toEqual([count('socket'), count('subscription')]);
          expect(ledger.clients).toBeLessThanOrEqual(3 + new Set(held.map((one) => one.client)).size);
        }
        clock.advance(120_000);
        for (const { give } of held) give();
        expect([ledger.sockets, ledger.subscriptions]).toEqual([0, 0]);
        for (let n = 0; n < 10; n += 1) ledger.takeRequest('last');
        expect(ledger.clients).toBe(1);
      }),
    );
  });
});
