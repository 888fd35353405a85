import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { HealthCheck } from './health.js';
import { type SystemPorts } from './system-state.js';

function make(given: Partial<SystemPorts> = {}) {
  const clock = new FakeClock();
  const ports: SystemPorts = {
    release: { version: '1.2.3', startedAtMs: clock.nowMs(), simulated: false },
    nowMs: () => clock.nowMs(),
    recorder: () => 'RECORDING',
    lastCursor: () => Promise.resolve('cursor'),
    pingDatabase: () => Promise.resolve(),
    venues: () => [{ id: 'okx', status: 'LIVE', statusReason: 'Data flows.' }],
    ...given,
  };
  return { clock, health: new HealthCheck(ports, clock) };
}

describe('HealthCheck', () => {
  test('is ok when everything is, and tells how long it has been running', async () => {
    const { clock, health } = make();
    clock.advance(61_500);
    expect(await health.check()).toEqual({
      ready: true,
      status: 'ok',
      version: '1.2.3',
      simulated: false,
      uptimeSeconds: 61,
      components: {
        process: { state: 'OK' },
        database: { state: 'OK' },
        recorder: { state: 'RECORDING' },
        'venue:okx': { state: 'LIVE' },
      },
    });
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('tells how publishing to Redis stands, and is degraded but ready while it does not work', async () => {
    const redis = (state: 'LIVE' | 'BEHIND' | 'UNREACHABLE', reason: string) =>
      make({ redis: () => ({ state, reason, sinceMs: 1 }) }).health.check();
    const live = await redis('LIVE', 'what is recorded is published');
    expect([live.status, live.components.redis]).toEqual(['ok', { state: 'LIVE' }]);
    expect(await redis('UNREACHABLE', 'Redis cannot be reached.')).toMatchObject({
      ready: true,
      status: 'degraded',
      components: { redis: { state: 'UNREACHABLE', detail: 'Redis cannot be reached.' } },
    });
    expect((await redis('BEHIND', 'something waits')).status).toBe('degraded');
    expect((await make({ redis: () => undefined }).health.check()).components).not.toHaveProperty('redis');
  });

  test('stays ready, though degraded, when a venue is away or events wait on disk', async () => {
    const away = make({
      venues: () => [{ id: 'okx', status: 'RESYNCING', statusReason: 'Connection lost.' }],
    });
    expect(await away.health.check()).toMatchObject({
      ready: true,
      status: 'degraded',
      components: { 'venue:okx': { state: 'RESYNCING', detail: 'Connection lost.' } },
    });
    const banned = make({
      venues: () => [
        {
          id: 'okx',
          status: 'LIVE',
          statusReason: 'Data flows.',
          requests: { state: 'BANNED', reason: 'It banned this address.' },
        },
      ],
    });
    expect(await banned.health.check()).toMatchObject({
      ready: true,
      status: 'degraded',
      components: {
        'venue:okx': { state: 'LIVE' },
        'requests:okx': { state: 'BANNED', detail: 'It banned this address.' },
      },
    });
    const spooling = make({ recorder: () => 'SPOOLING' });
    expect(await spooling.health.check()).toMatchObject({ ready: true, status: 'degraded' });
  });

  test('is not ready without its database, and says nothing of why beyond that', async () => {
    const { health, clock } = make({
      pingDatabase: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432')),
    });
    const answer = await health.check();
    expect(answer).toMatchObject({ ready: false, status: 'unavailable' });
    expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.7|ECONN/);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('tells how the history outside stands, which makes nothing degraded (S061)', async () => {
    const counts = {
      loaded: 0,
      waiting: 1,
      unknown: 0,
      requests: 1,
      rows: 0,
      refused: 0,
      cut: 0,
      failures: new Map(),
    };
    const failing = { ...counts, state: 'FAILING' as const, detail: '10.0.0.7/liquidation-orders refuses' };
    const answer = await make({ history: () => failing }).health.check();
    expect(answer).toMatchObject({
      ready: true,
      status: 'ok',
      components: { history: { state: 'FAILING' } },
    });
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
    const well = await make({ history: () => ({ ...counts, state: 'OK' }) }).health.check();
    expect(well.components.history).toEqual({ state: 'OK' });
  });

  test('does not wait for a database that hangs, and asks it once however many ask', async () => {
    const pingDatabase = jest.fn(() => new Promise<void>(() => undefined));
    const { health, clock } = make({ pingDatabase });
    const answers = Promise.all([health.check(), health.check(), health.check()]);
    clock.advance(2_000);
    expect((await answers).map(({ ready }) => ready)).toEqual([false, false, false]);
    expect(pingDatabase).toHaveBeenCalledTimes(1);
  });

  test('is not ready any more once it is stopping', async () => {
    const { health } = make();
    health.stopping();
    expect(await health.check()).toMatchObject({
      ready: false,
      components: { process: { state: 'STOPPING' } },
    });
  });

  test('says how the archive stands, and is degraded while that cannot be written', async () => {
    const of = (state: 'OK' | 'FAILING') =>
      make({ archive: () => ({ state, since: 0, detail: 'The disk is full.' }) }).health.check();
    expect(await of('OK')).toMatchObject({ status: 'ok', components: { archive: { state: 'OK' } } });
    expect(await of('FAILING')).toMatchObject({
      ready: true,
      status: 'degraded',
      components: { archive: { state: 'FAILING', detail: 'The disk is full.' } },
    });
  });
});
