import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { FakeClock, waitFor } from '@orderfox/testing';
import { ClientLedger } from '../clients/client-ledger.js';
import { CLIENT_LIMITS } from '../clients/client-limits.js';
import { ProxyTrust } from '../clients/proxy-trust.js';
import { API_LIMITS } from '../graphql/api-limits.js';
import { ApiPolicy } from '../graphql/api-policy.js';
import { ErrorFormatter } from '../graphql/error-formatter.js';
import { TroubleLog } from '../graphql/trouble-log.js';
import { FakeSocket, FakeTcp } from './fake-ends-for-tests.js';
import { GraphqlSession } from './graphql-session.js';
import { HubForTests } from './hub-for-tests.js';
import { type ProtocolMessage } from './raw-client-for-tests.js';
import { SocketCounters } from './socket-counters.js';
import { SOCKET_LIMITS } from './socket-limits.js';
import { SocketOutlet } from './socket-outlet.js';
import { TurnWriter } from './turn-writer.js';

const EVENTS = 'subscription { happened { n } }';
const STATES = 'subscription { state { n } }';

const silent = { warn: () => undefined, error: () => undefined };
const trouble = () => new TroubleLog(silent, systemClock, () => 'reference');

class BrokenFormatter extends ErrorFormatter {
  override format(): never {
    throw new Error('no words for it');
  }
}

/** A session above a connection that is no network. */
class SessionForTests {
  readonly clock = new FakeClock();
  readonly hub = new HubForTests();
  readonly counters = new SocketCounters();
  readonly faults: unknown[] = [];
  readonly tcp = new FakeTcp();
  readonly ledger = new ClientLedger(CLIENT_LIMITS, ProxyTrust.NONE, this.clock);
  readonly session: GraphqlSession;

  constructor(errors = new ErrorFormatter(trouble())) {
    const outlet = new SocketOutlet({
      tcp: this.tcp,
      socket: new FakeSocket(this.tcp),
      turns: new TurnWriter(setImmediate, this.clock),
      limits: SOCKET_LIMITS,
      clock: this.clock,
      onSlow: () => this.session.giveUp(),
      onLagging: (unsent) => this.session.warnLagging(unsent),
    });
    const parts = {
      schema: this.hub.schema,
      hub: this.hub.hub,
      policy: new ApiPolicy(API_LIMITS),
      errors,
      limits: SOCKET_LIMITS,
      ledger: this.ledger,
      counters: this.counters,
      clock: this.clock,
      onFault: (error: unknown) => this.faults.push(error),
    };
    this.session = new GraphqlSession(parts, 'client', outlet);
    this.send({ type: 'connection_init' });
  }

  send(message: object): void {
    this.session.receive(JSON.stringify(message));
  }

  async subscribe(id: string, query: string): Promise<void> {
    const { subscriberCount } = this.session;
    this.send({ type: 'subscribe', id, payload: { query } });
    await waitFor(() => this.session.subscriberCount === subscriberCount + 1);
  }

  /** Messages that have left, but for the first, `connection_ack`. */
  async messages(count: number): Promise<readonly ProtocolMessage[]> {
    await waitFor(() => this.tcp.texts.length === count + 1);
    return this.tcp.texts.slice(1).map((text) => JSON.parse(text) as ProtocolMessage);
  }

  /** Members, places and operations that are left. */
  get left(): readonly number[] {
    const { events, states } = this.hub.hub.count().members;
    return [events, states, this.ledger.subscriptions, this.session.operationCount];
  }
}

let made: SessionForTests;
beforeEach(() => {
  made = new SessionForTests();
});

describe('GraphqlSession', () => {
  test('tells only readers of events that they fall behind: of states they miss nothing', async () => {
    await made.subscribe('s', STATES);
    made.session.warnLagging(500);
    expect(made.counters.laggingNotices).toBe(0);
    await made.subscribe('e', EVENTS);
    made.session.warnLagging(600);
    expect(await made.messages(1)).toEqual([
      { type: 'ping', payload: { notice: 'LaggingNotice', behind: 600 } },
    ]);
    expect(made.counters.laggingNotices).toBe(1);
  });

  test('has words for each kind of operation of a reader that is given up', async () => {
    await made.subscribe('e', EVENTS);
    await made.subscribe('s', STATES);
    made.send({ type: 'subscribe', id: 'not begun', payload: { query: EVENTS } });
    made.session.giveUp();
    const code = 'SLOW_CONSUMER';
    expect(await made.messages(3)).toEqual([
      { id: 'e', type: 'error', payload: [{ message: 'too slow', extensions: { code } }] },
      {
        id: 's',
        type: 'error',
        payload: [
          {
            message: 'You read more slowly than states change; subscribe again for the newest',
            extensions: { code },
          },
        ],
      },
      { id: 'not begun', type: 'error', payload: [{ message: 'You read too slowly', extensions: { code } }] },
    ]);
    expect(made.left).toEqual([0, 0, 0, 0]);
  });

  test('gives up without a throw where no words can be found, and lets go of everything', async () => {
    made = new SessionForTests(new BrokenFormatter(trouble()));
    await made.subscribe('a', EVENTS);
    await made.subscribe('b', STATES);
    made.session.giveUp();
    expect(made.left).toEqual([0, 0, 0, 0]);
    expect(new Set(made.faults.map(String))).toEqual(new Set(['Error: no words for it']));
  });

  test('reports what cannot be told to a client, and lets go of its operations all the same', async () => {
    made = new SessionForTests(new BrokenFormatter(trouble()));
    await made.subscribe('a', EVENTS);
    made.hub.publish({ n: 7 });
    made.hub.publish({ n: 1 });
    expect(made.left).toEqual([0, 0, 0, 0]);
    made.send({ type: 'subscribe', id: 'stray', payload: { query: 'subscription { stray { n } }' } });
    await waitFor(() => made.faults.length === 2);
    expect(made.left).toEqual([0, 0, 0, 0]);
    expect(made.faults.map(String)).toEqual(['Error: no words for it', 'Error: no words for it']);
  });

  test('leaves nobody behind in a topic when the socket closes while a subscription begins', async () => {
    for (let n = 0; n < 10; n += 1) made.send({ type: 'subscribe', id: `${n}`, payload: { query: EVENTS } });
    expect(made.session.subscriberCount).toBe(0);
    made.session.closed();
    // As many turns as joining takes, and more.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(made.left).toEqual([0, 0, 0, 0]);
    expect([made.hub.hub.selectionCount, made.clock.pendingDelaysMs()]).toEqual([0, []]);
  });

  test('ends an operation whose stream cannot go on, and gives its place back', async () => {
    await made.subscribe('e', EVENTS);
    await made.subscribe('s', STATES);
    made.hub.publish({ n: 7 });
    await made.messages(1);
    // Numbers begin anew: nobody's place means anything any more.
    made.hub.publish({ n: 1 });
    const [, ended] = await made.messages(2);
    expect(ended).toMatchObject({
      id: 'e',
      type: 'error',
      payload: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    expect(made.left).toEqual([0, 1, 1, 1]);
  });

  test('takes nothing any more once it is over', async () => {
    made.session.closed();
    made.send({ type: 'subscribe', id: 'late', payload: { query: EVENTS } });
    made.session.receive('hello');
    made.session.refuseBinary();
    expect(await made.messages(0)).toEqual([]);
    expect([made.left, made.counters.ended.size]).toEqual([[0, 0, 0, 0], 0]);
  });
});
