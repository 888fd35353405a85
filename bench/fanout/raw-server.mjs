/**
 * The limit: a `ws` server that speaks just enough of graphql-transport-ws, writes the event's text once, and puts ready
 * frames on each socket's connection. `raw-frame` writes every frame by itself; `raw-tick` writes all frames of a turn of
 * the event loop at once.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { symbolOf } from './event.mjs';
import { serve } from './served.mjs';

const perTurn = process.argv[2] === 'raw-tick';
const everyone = new Set();
const bySymbol = new Map();
const unwritten = new Set();
let bySymbolOnly = false;
let flushing = false;

class Subscriber {
  #connection;
  #prefix;
  #chunks = [];

  constructor(connection, id) {
    this.#connection = connection;
    this.#prefix = Buffer.from(`{"id":"${id}","type":"next","payload":`);
  }

  send(payload) {
    const head = header(this.#prefix.length + payload.length);
    if (perTurn) {
      this.#chunks.push(head, this.#prefix, payload);
      unwritten.add(this);
    } else this.#connection.write(Buffer.concat([head, this.#prefix, payload]));
  }

  flush() {
    this.#connection.write(Buffer.concat(this.#chunks));
    this.#chunks = [];
  }
}

serve({
  async start({ scenario }) {
    bySymbolOnly = scenario === 'symbols';
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request, connection, head) => {
      sockets.handleUpgrade(request, connection, head, (socket) => accept(socket, connection));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  },
  publish(event, seq) {
    const payload = Buffer.from(`${JSON.stringify({ data: { liquidationAdded: event } })}}`);
    for (const subscriber of (bySymbolOnly ? bySymbol.get(symbolOf(seq)) : everyone) ?? [])
      subscriber.send(payload);
    if (!perTurn || flushing) return;
    flushing = true;
    setImmediate(flush);
  },
});

function flush() {
  flushing = false;
  for (const subscriber of unwritten) subscriber.flush();
  unwritten.clear();
}

function accept(socket, connection) {
  let leave = () => undefined;
  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(String(data));
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    else if (type === 'subscribe')
      leave = join(new Subscriber(connection, id), payload.variables.filter?.symbols?.[0]);
  });
  socket.on('close', () => leave());
}

function join(subscriber, symbol) {
  const members = symbol === undefined ? everyone : (bySymbol.get(symbol) ?? new Set());
  if (symbol !== undefined) bySymbol.set(symbol, members);
  members.add(subscriber);
  return () => {
    members.delete(subscriber);
    unwritten.delete(subscriber);
  };
}

/** Of an unmasked text frame. */
function header(length) {
  if (length < 126) return Buffer.from([0x81, length]);
  return Buffer.from([0x81, 126, length >> 8, length & 255]);
}
