/**
 * The product as the process under load. It also looks at the server's side of every connection: since when bytes of it
 * do not leave, and when it was closed.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { eventOf, symbolOf, MARKETS, MOMENT_DIGITS, nowUs } from '../fanout/event.mjs';
import { roomFor } from '../support/api-under-test.mjs';
import { answerParent } from '../support/process-link.mjs';
import { startStoredApi } from '../support/stored-api.mjs';
import { TimeHistogram } from '../support/time-histogram.mjs';

const LOOK_EVERY_MS = 50;
/** Pings would cut a reader that hangs as well, some before the kernel's buffers are full: not what is measured here. */
const PING_INTERVAL_MS = '120000';

/** So long after its limit a reader has certainly been given up. */
const GIVEN_UP_AFTER_MS = 500;

const connections = new Map();
let overdueMs = Number.POSITIVE_INFINITY;
let running;
let number = 0;
/** How late the event loop is: what everything else waits for. */
const loopDelay = monitorEventLoopDelay({ resolution: 5 });
let recorded = new TimeHistogram();
/** Largest figures since `begin`. */
let peak = {};

answerParent({ start, stop, offer, begin, figures, collected });

async function start({ sockets, limitMs }) {
  overdueMs = limitMs + GIVEN_UP_AFTER_MS;
  const symbols = Array.from({ length: MARKETS }, (_, at) => symbolOf(at));
  const settings = { ...roomFor(sockets), PING_INTERVAL_MS };
  running = await startStoredApi({
    symbols,
    settings,
    onBus: (bus) => bus.subscribe('liquidation-recorded', stamp),
  });
  running.api.http.nest.getHttpServer().on('connection', watch);
  setInterval(look, LOOK_EVERY_MS);
  return running.port;
}

function stop() {
  return running.stop();
}

/** Takes events as a venue's adapter would offer them. */
function offer({ count, momentUs }) {
  const now = Date.now();
  const events = [];
  for (let n = 0; n < count; n += 1) {
    number += 1;
    const { id, cursor: _, timestamp: _time, ...rest } = eventOf(number, momentUs);
    events.push({
      ...rest,
      type: 'liquidation',
      eventKey: id,
      venueSymbol: rest.symbol,
      baseAsset: rest.symbol.slice(0, -4),
      quoteAsset: 'USDT',
      averagePrice: rest.price,
      priceUsed: 'FILL',
      venueTimeMs: now,
      receivedTimeMs: now,
      raw: JSON.stringify({ e: 'forceOrder', E: now, o: { s: rest.symbol, S: rest.side, q: rest.quantity } }),
    });
  }
  running.recorder.offer(events);
}

/**
 * Takes the time up to the commit, and has the readers measure from there: a disk that takes long over one commit would
 * hide what other readers cost them.
 */
function stamp({ liquidation }) {
  const now = nowUs();
  recorded.add(now - Number(liquidation.eventKey.slice(-MOMENT_DIGITS)));
  liquidation.eventKey =
    liquidation.eventKey.slice(0, -MOMENT_DIGITS) + String(now).padStart(MOMENT_DIGITS, '0');
}

function watch(socket) {
  const { remotePort } = socket;
  connections.set(remotePort, { socket, port: remotePort, stuckSinceMs: undefined, told: false });
  socket.once('close', () => {
    const { stuckSinceMs } = connections.get(remotePort);
    connections.delete(remotePort);
    const stuckMs = stuckSinceMs === undefined ? undefined : performance.now() - stuckSinceMs;
    process.send({ closed: remotePort, stuckMs });
  });
}

function look() {
  let [unsent, stuck] = [0, 0];
  for (const connection of connections.values()) {
    const { writableLength } = connection.socket;
    unsent += writableLength;
    if (writableLength === 0) Object.assign(connection, { stuckSinceMs: undefined, told: false });
    else {
      stuck += 1;
      connection.stuckSinceMs ??= performance.now();
      if (!connection.told && performance.now() - connection.stuckSinceMs > overdueMs) {
        connection.told = true;
        process.send({ givenUp: connection.port });
      }
    }
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  raise({ heap: heapUsed + external, rss, unsent, stuck });
}

function raise(values) {
  for (const [name, value] of Object.entries(values)) peak[name] = Math.max(peak[name] ?? 0, value);
}

/** Begins a phase. */
function begin() {
  loopDelay.enable();
  loopDelay.reset();
  peak = {};
  recorded = new TimeHistogram();
}

/** What the phase has come to so far. */
async function figures() {
  return {
    peak,
    recorded: recorded.summary(),
    loop: loopDelays(),
    cpu: process.cpuUsage(),
    ended: await endings(),
  };
}

function loopDelays() {
  const ms = (ns) => Number((ns / 1e6).toFixed(2));
  return {
    p50Ms: ms(loopDelay.percentile(50)),
    p99Ms: ms(loopDelay.percentile(99)),
    maxMs: ms(loopDelay.max),
  };
}

/** Sockets that the server ended, by cause. */
async function endings() {
  const text = await running.metrics.text();
  const found = text.matchAll(/^orderfox_sockets_ended_total\{cause="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, cause, count]) => [cause, Number(count)]));
}

/** Memory as it is, then after collection. */
async function collected() {
  const { rss } = process.memoryUsage();
  for (let n = 0; n < 5; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const after = process.memoryUsage();
  return { rss, rssAfterCollection: after.rss, heap: after.heapUsed + after.external };
}
