/** Clients that come and go in every way that clients do. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { MARKETS, SUBSCRIPTION, nowUs, symbolOf } from '../fanout/event.mjs';
import { answerParent } from '../support/process-link.mjs';
import { SocketClient } from '../support/socket-client.mjs';

const EVENT_WITHIN_MS = 5_000;

/** How a client behaves until it is gone. `client` is connected and has been acknowledged. */
const ENDINGS = {
  async closes(client, at) {
    await client.subscribed(at);
    client.close();
    await client.gone;
  },
  async isCut(client, at) {
    await client.subscribed(at);
    client.destroy();
  },
  async completesFirst(client, at) {
    await client.subscribed(at);
    client.send({ id: '1', type: 'complete' });
    client.close();
    await client.gone;
  },
  async completesAndIsCut(client, at) {
    await client.subscribed(at);
    client.send({ id: '1', type: 'complete' });
    client.destroy();
  },
  async leavesWhileSubscribing(client, at) {
    client.subscribe(at);
    client.destroy();
  },
  async closesWhileSubscribing(client, at) {
    client.subscribe(at);
    client.close();
    await client.gone;
  },
  async leavesInTheHistory(client, at) {
    client.subscribe(at, { after: client.oldest });
    await client.event();
    client.destroy();
  },
  async stopsReading(client, at) {
    await client.subscribed(at);
    client.pause();
    await pause(20);
    client.destroy();
  },
  async isRefused(client) {
    client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { nothing }' } });
    await client.event();
    client.close();
    await client.gone;
  },
  async breaksTheProtocol(client, at) {
    await client.subscribed(at);
    client.send({ type: 'connection_init' });
    await client.gone;
  },
};
const AFTER_HANDSHAKE = Object.keys(ENDINGS);
const KINDS = [...AFTER_HANDSHAKE, 'leavesInTheRequest', 'leavesBeforeTheAnswer', 'leavesBeforeInit'];

const held = [];

answerParent({
  /** Keeps one subscriber of each of the two documents, so that every event is rendered. */
  async hold({ port, oldest }) {
    for (const variables of [{}, { after: oldest }]) {
      const client = new Client(port);
      held.push(client);
      await client.opened;
      client.send({ type: 'connection_init' });
      await client.event();
      client.subscribe(0, variables);
    }
  },
  release() {
    for (const client of held.splice(0)) client.destroy();
  },
  /** Runs `count` of them, `atOnce` side by side, of every kind in turn. */
  async run({ port, count, atOnce, oldest }) {
    let next = 0;
    const done = {};
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < count) {
          const at = next;
          next += 1;
          const kind = KINDS[at % KINDS.length];
          await (ENDINGS[kind] === undefined ? halfWay(kind, port) : whole(kind, port, at, oldest));
          done[kind] = (done[kind] ?? 0) + 1;
        }
      }),
    );
    return done;
  },
});

async function whole(kind, port, at, oldest) {
  const client = new Client(port, oldest);
  await client.opened;
  client.send({ type: 'connection_init' });
  await client.event();
  await ENDINGS[kind](client, at);
}

/** Never becomes a client of the protocol. */
async function halfWay(kind, port) {
  if (kind === 'leavesBeforeInit') {
    const client = new Client(port);
    await client.opened;
    client.destroy();
    return;
  }
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = 'GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  const rest =
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n' +
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n';
  socket.write(kind === 'leavesInTheRequest' ? head : head + rest);
  await pause(1);
  socket.destroy();
}

class Client extends SocketClient {
  #next = Promise.withResolvers();
  #gone;

  constructor(port, oldest) {
    const gone = Promise.withResolvers();
    super({
      port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      now: nowUs,
      onText: () => this.#arrived(),
      onClose: (code) => gone.resolve(code),
    });
    this.#gone = gone;
    this.oldest = oldest;
  }

  get gone() {
    return this.#gone.promise;
  }

  subscribe(at, variables = {}) {
    const [query, given] =
      variables.after === undefined
        ? [
            SUBSCRIPTION,
            at % 3 === 0 ? {} : { filter: { symbols: [symbolOf(at), symbolOf(at + MARKETS / 2)] } },
          ]
        : [
            SUBSCRIPTION.replace('$filter: LiquidationFilter', '$after: Cursor').replace(
              'filter: $filter',
              'after: $after',
            ),
            variables,
          ];
    this.send({ id: '1', type: 'subscribe', payload: { query, variables: given } });
  }

  /** Resolves with the first event. */
  async subscribed(at) {
    this.subscribe(at);
    await this.event();
  }

  /** Resolves with the next message. */
  async event() {
    const timeout = new AbortController();
    const late = pause(EVENT_WITHIN_MS, 'late', { signal: timeout.signal }).catch(() => undefined);
    const outcome = await Promise.race([this.#next.promise, late]);
    timeout.abort();
    if (outcome === 'late') throw new Error('nothing came');
    this.#next = Promise.withResolvers();
  }

  #arrived() {
    this.#next.resolve();
  }
}
