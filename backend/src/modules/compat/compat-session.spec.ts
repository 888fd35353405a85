import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Recipient } from '@orderfox/fanout';
import { systemClock } from '@orderfox/feed';
import { FakeClock } from '@orderfox/testing';
import { ClientLedger } from '../../core/clients/client-ledger.js';
import { CLIENT_LIMITS } from '../../core/clients/client-limits.js';
import { ProxyTrust } from '../../core/clients/proxy-trust.js';
import { ErrorFormatter } from '../../core/graphql/error-formatter.js';
import { TroubleLog } from '../../core/graphql/trouble-log.js';
import { FakeSocket, FakeTcp } from '../../core/graphql-socket/fake-ends-for-tests.js';
import { type HubRequest } from '../../core/graphql-socket/subscription-hub.js';
import { SocketCounters } from '../../core/graphql-socket/socket-counters.js';
import { SOCKET_LIMITS } from '../../core/graphql-socket/socket-limits.js';
import { SocketOutlet } from '../../core/graphql-socket/socket-outlet.js';
import { TurnWriter } from '../../core/graphql-socket/turn-writer.js';
import { ApiError } from '../../core/graphql-errors.js';
import { CompatErrors } from './compat-errors.js';
import { CompatSession } from './compat-session.js';
import { FixedOperation } from './fixed-operation.js';

const CLIENT = '192.0.2.1';
const ANY = new FixedOperation('subscription { any }');
const FORM = { name: 'any', write: () => '' };

describe('CompatSession', () => {
  let clock: FakeClock;
  let ledger: ClientLedger;
  let counters: SocketCounters;
  let tcp: FakeTcp;
  let socket: FakeSocket;
  let session: CompatSession;
  let recipients: Recipient[];
  let stopped: number;
  let joining: Promise<undefined>;
  let tasks: (() => void)[];

  beforeEach(() => {
    clock = new FakeClock();
    ledger = new ClientLedger(CLIENT_LIMITS, ProxyTrust.NONE, clock);
    counters = new SocketCounters();
    tcp = new FakeTcp();
    socket = new FakeSocket(tcp);
    [recipients, stopped, joining, tasks] = [[], 0, Promise.resolve(undefined), []];
    const silent = { warn: () => undefined, error: () => undefined };
    const hub = {
      join: async ({ recipient }: HubRequest) => {
        recipients.push(recipient);
        await joining;
        return {
          isEvents: true,
          slowError: () => new ApiError('SLOW_CONSUMER', 'too slow', { cursor: '7' }),
          stop: () => void (stopped += 1),
        };
      },
    };
    const outlet = new SocketOutlet({
      tcp,
      socket,
      turns: new TurnWriter((task) => void tasks.push(task), clock),
      limits: SOCKET_LIMITS,
      clock,
      onSlow: () => session.giveUp(),
      onLagging: () => session.warnLagging(),
    });
    const parts = {
      ledger,
      counters,
      clock,
      hub: hub as never,
      onFault: () => undefined,
      runner: { prepare: () => ({}) } as never,
      problems: new CompatErrors(new ErrorFormatter(new TroubleLog(silent, systemClock, () => 'reference'))),
    };
    session = new CompatSession(parts, CLIENT, outlet);
  });

  /** Ends the turn of the event loop. */
  const turn = () => {
    for (const task of tasks.splice(0)) task();
  };
  const said = () => {
    turn();
    return tcp.texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  };

  test('a quiet socket gets a heartbeat every 30 s, and one on which something was sent later (S075)', async () => {
    await session.begin((line) => {
      line.keepAlive(() => ({ type: 'heartbeat' }));
      return line.follow(ANY, {}, FORM);
    });
    clock.advance(29_999);
    expect(said()).toEqual([]);
    clock.advance(1);
    clock.advance(30_000);
    expect(said()).toHaveLength(2);
    clock.advance(20_000);
    recipients[0]!.deliver(Buffer.from('{"type":"event"}'));
    clock.advance(29_999);
    expect(said().map(({ type }) => type)).toEqual(['heartbeat', 'heartbeat', 'event']);
    clock.advance(1);
    expect(said()).toHaveLength(4);
    session.closed();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('a reader that is too slow is told so, with its last cursor, before the socket is closed', async () => {
    await session.begin((line) => line.follow(ANY, {}, FORM));
    tcp.isHeld = true;
    const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(60_000) }));
    for (let n = 0; n < 20; n += 1) recipients[0]!.deliver(body);
    expect(stopped).toBe(1);
    expect(ledger.subscriptions).toBe(0);
    turn();
    tcp.isHeld = false;
    tcp.release();
    expect(said().at(-1)).toMatchObject({ type: 'error', code: 'SLOW_CONSUMER', cursor: '7' });
    expect(socket.asked[0]).toMatch(/^close 1013 slow consumer/);
    expect(counters.ended.get('slow')).toBe(1);
  });

  test('what begins while the client leaves is ended at once', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    joining = promise;
    const begun = session.begin((line) => line.follow(ANY, {}, FORM));
    expect(session.operationCount).toBe(1);
    session.closed();
    resolve(undefined);
    await begun;
    expect([stopped, session.operationCount, ledger.subscriptions]).toEqual([1, 0, 0]);
    expect(tcp.texts).toEqual([]);
  });

  test('a stream that cannot begin gives back its place and is told', async () => {
    joining = Promise.reject(new ApiError('RATE_LIMITED', 'too many', { retryAfterMs: 5 }));
    await session.begin((line) => line.follow(ANY, {}, FORM));
    expect(said()).toMatchObject([
      { type: 'error', code: 'RATE_LIMITED', message: 'too many', retryAfterMs: 5 },
    ]);
    expect(socket.asked[0]).toMatch(/^close 1013 RATE_LIMITED/);
    expect([session.operationCount, ledger.subscriptions]).toEqual([0, 0]);
    expect(counters.ended.get('refused')).toBe(1);
  });

  test('nothing of a fault inside is told', async () => {
    await session.begin(() => Promise.reject(new Error('SELECT 1 FROM /srv/secret')));
    expect(JSON.stringify(said())).not.toContain('secret');
    expect(said()).toMatchObject([{ type: 'error', code: 'UNAVAILABLE', reference: 'reference' }]);
  });

  test('a flood of messages is warned of once, then ends the socket', () => {
    for (let n = 0; n <= CLIENT_LIMITS.messageBurst; n += 1) session.receive('{}');
    expect(said()).toMatchObject([{ type: 'error', code: 'RATE_LIMITED' }]);
    session.receive('{}');
    expect(socket.asked[0]).toMatch(/^close 1008 Too many messages/);
    session.receive('ping');
    expect(said()).toHaveLength(1);
  });

  test('messages that are no text end it', () => {
    session.refuseBinary();
    expect(socket.asked[0]).toMatch(/^close 1003/);
  });
});
