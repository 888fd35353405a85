/**
 * From the venue's frame to a GraphQL subscriber, committed on the way. Everything runs in one call and in turn: the simulated venue and
 * the subscriber in this process (one clock), the backend in its own, as in production. The limit is the sum of what
 * cannot be left out: one fsynced commit of one row, and one raw WebSocket relay through another process.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import WebSocket, { WebSocketServer } from 'ws';
import { SimulatedVenues } from '../libs/simulator/dist/index.js';
import { summary } from './support/statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const EVENTS_PER_ROUND = 200;
const EVENTS_PER_SECOND = 50;

if (process.argv[2] === 'relay') await relay();
else await measure();

async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'orderfox-bench-'));
  const venues = new SimulatedVenues({ seed: 1 });
  const { binance } = await venues.start();
  const backend = await startBackend(folder, binance);
  const relayed = await startRelay();
  const subscriber = await subscribe(backend.url);
  const database = await connectDatabase(folder);
  try {
    await ready(backend.url);
    const samples = { product: [], commit: [], relay: [] };
    for (let round = -1; round < ROUNDS; round += 1) {
      const product = await paced(() => subscriber.time((id) => emit(venues, id)));
      const commit = await paced(() => commitOne(database));
      const relay = await paced(() => relayed.time());
      if (round < 0) continue; // the first round warms up
      samples.product.push(...product);
      samples.commit.push(...commit);
      samples.relay.push(...relay);
    }
    const [product, commit, raw] = [samples.product, samples.commit, samples.relay].map(summary);
    console.log(
      JSON.stringify(
        {
          benchmark: 'latency',
          what: 'ms from the venue frame to a GraphQL subscriber, one event at a time, 50 a second',
          rounds: ROUNDS,
          product,
          limit: { commit, relay: raw, p50: commit.p50 + raw.p50, p99: commit.p99 + raw.p99 },
          ratio: {
            p50: Number((product.p50 / (commit.p50 + raw.p50)).toFixed(2)),
            p99: Number((product.p99 / (commit.p99 + raw.p99)).toFixed(2)),
          },
          goal: 1.5,
        },
        null,
        2,
      ),
    );
  } finally {
    await database.end();
    subscriber.close();
    relayed.close();
    await backend.stop();
    await venues.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `one` at the pace of a busy market and gives the milliseconds each took. */
async function paced(one) {
  const times = [];
  for (let index = 0; index < EVENTS_PER_ROUND; index += 1) {
    const started = performance.now();
    times.push(await one());
    const pause = 1000 / EVENTS_PER_SECOND - (performance.now() - started);
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return times;
}

function emit(venues, id) {
  venues.emit('binance', {
    venueSymbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.014',
    price: '9900',
    averagePrice: String(9000 + id / 10),
  });
}

async function startBackend(folder, { ws, rest }) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../backend/dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BACKEND_PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      VENUES: 'binance',
      SIMULATED: 'true',
      BINANCE_WS_BASE_URL: ws,
      BINANCE_REST_BASE_URL: rest,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /is ready: (http:\/\/\S+)/.exec(line);
      if (match) resolve(match[1]);
    });
    child.once('exit', (code) => reject(new Error(`the backend ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function ready(url) {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ venues { feeds { stream state } } }' }),
    });
    const { data } = await response.json();
    const states = data.venues.flatMap(({ feeds }) => feeds).map(({ state }) => state);
    if (states.length > 0 && states.every((state) => state === 'LIVE' || state === 'QUIET')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the feed did not come up');
}

async function subscribe(url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(
    JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: {
        query: 'subscription { liquidationAdded { cursor symbol liquidatedSide notionalUsd averagePrice } }',
      },
    }),
  );
  let id = 0;
  return {
    time(send) {
      const wanted = String(9000 + (id += 1) / 10);
      return new Promise((resolve) => {
        let sent = 0;
        const listen = (data) => {
          const message = JSON.parse(String(data));
          if (message.type !== 'next' || message.payload.data.liquidationAdded.averagePrice !== wanted)
            return;
          socket.off('message', listen);
          resolve(performance.now() - sent);
        };
        socket.on('message', listen);
        sent = performance.now();
        send(id);
      });
    },
    close: () => socket.close(),
  };
}

/** The same database on the same disk, reached as the backend reaches it. */
async function connectDatabase(folder) {
  const client = new pg.Client({
    host: join(folder, 'postgres', 'socket'),
    user: 'orderfox',
    database: 'postgres',
  });
  await client.connect();
  await client.query('create table bench_commit (id bigserial primary key, text text)');
  return client;
}

async function commitOne(client) {
  const started = performance.now();
  await client.query({
    name: 'commit',
    text: 'insert into bench_commit (text) values ($1)',
    values: ['x'.repeat(200)],
  });
  return performance.now() - started;
}

/** A process that does nothing but hand each WebSocket frame on to another socket. */
async function startRelay() {
  const child = fork(import.meta.filename, ['relay']);
  const [port] = await once(child, 'message');
  const [source, sink] = await Promise.all(
    ['source', 'sink'].map(async (path) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`);
      await once(socket, 'open');
      return socket;
    }),
  );
  return {
    time() {
      return new Promise((resolve) => {
        const sent = performance.now();
        sink.once('message', () => resolve(performance.now() - sent));
        source.send('x'.repeat(300));
      });
    },
    close() {
      source.close();
      sink.close();
      child.kill();
    },
  };
}

async function relay() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const sinks = new Set();
  server.on('connection', (socket, request) => {
    if (request.url === '/sink') sinks.add(socket);
    else
      socket.on('message', (data) => {
        for (const sink of sinks) sink.send(String(data));
      });
  });
  process.send(server.address().port);
}
