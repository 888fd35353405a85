import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedVenues } from '../../libs/simulator/dist/index.js';
import { alwaysWanted, leakFinder } from './always.mjs';
import { DESK } from './cases/upgrades.mjs';
import { HealthyClient, priceOf } from './healthy-client.mjs';
import { describe } from './outcome.mjs';
import { Server } from './server.mjs';
import { send } from './transports/http.mjs';

/** How much larger than at rest the process may ever be; most of it is garbage that nobody was in a hurry to collect. */
const MAX_GROWTH_MIB = 300;
/** How much more may be held once all is over and garbage is gone: caches that have filled, within their bounds. */
const MAX_LEFT_MIB = 40;
/** How long its event loop may stand still: longer, and one client's attempt is everybody's. */
const MAX_STALL_MS = 2_000;
const LOOK_EVERY_MS = 250;
const READY_WITHIN_MS = 20_000;

/** No venue is there: what the server says of that must not tell where it looked. */
const NOWHERE = {
  VENUES: 'okx',
  OKX_WS_BASE_URL: 'ws://127.0.0.1:9',
  OKX_REST_BASE_URL: 'http://127.0.0.1:9',
};

/**
 * Starts the servers, makes every attempt of the groups and gives a report. Everything that was started is ended, also
 * when `signal` aborts in between. `settings` go to every server, over those it is started with.
 */
export async function run(groups, signal, settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'orderfox-abuse-'));
  const venues = new SimulatedVenues({ seed: 1 });
  const servers = [];
  try {
    const { binance } = await venues.start();
    const start = async (name, own) => {
      const server = await Server.start(name, folder, { ...own, ...settings });
      servers.push(server);
      return server;
    };
    // One after the other where one has failed would leave the rest to start unseen, so all are waited for.
    const started = await Promise.allSettled([
      start('proxied', {
        VENUES: 'binance',
        BINANCE_WS_BASE_URL: binance.ws,
        BINANCE_REST_BASE_URL: binance.rest,
        TRUST_PROXY: '127.0.0.1/32',
        CORS_ORIGINS: DESK,
      }),
      start('bare', { ...NOWHERE, GRAPHQL_INTROSPECTION: 'false', PING_INTERVAL_MS: '1000' }),
      start('direct', {
        ...NOWHERE,
        ALLOW_NO_ORIGIN: 'false',
        MAX_SOCKETS_PER_ADDRESS: '4',
        REQUESTS_PER_MINUTE: '60',
        REQUEST_BURST: '20',
      }),
    ]);
    for (const { reason } of started) if (reason !== undefined) throw reason;
    const findLeak = leakFinder([folder, '127.0.0.1:9', new URL(binance.ws).host]);
    return await judge(groups, new Map(servers.map((server) => [server.name, server])), {
      venues,
      findLeak,
      signal,
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await venues.stop();
    // A database ends moments after its backend, and writes until then.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function judge(groups, servers, { venues, findLeak, signal }) {
  const proxied = servers.get('proxied');
  const healthyTarget = { server: proxied, address: '198.51.100.1' };
  await feedIsUp(healthyTarget);
  for (const server of servers.values()) {
    const { rssMiB, usedMiB } = await server.look(true);
    Object.assign(server, { restMiB: rssMiB, restUsedMiB: usedMiB });
  }
  const watching = setInterval(() => {
    for (const server of servers.values()) void server.look();
  }, LOOK_EVERY_MS);
  const healthy = await HealthyClient.start(healthyTarget, (number) =>
    venues.emit('binance', {
      venueSymbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.014',
      price: '90000',
      averagePrice: priceOf(number),
    }),
  );
  const rows = groups.flatMap(({ title, attempts }) => attempts.map((one) => ({ title, one, results: {} })));
  const addresses = clientAddresses();
  const make = async ({ one, results }) => {
    const server = servers.get(one.server);
    for (const [transport, { make: attack, wanted }] of Object.entries(one.over)) {
      if (signal.aborted) return;
      // Only the trusted proxy may say who asks; without one, everybody here is this machine.
      const target = { server, ...(one.server === 'proxied' && { address: addresses.next().value }) };
      const stall = one.waits ? undefined : server.beginStall();
      const result = await judgeOne(() => attack(target), wanted, findLeak);
      results[transport] = stall === undefined ? result : withStall(result, await stall.end());
    }
  };
  try {
    const attempts = async () => {
      const waiting = rows.filter(({ one }) => one.waits).map(make);
      for (const row of rows) if (!row.one.waits) await make(row);
      await Promise.all(waiting);
    };
    await Promise.race([attempts(), aborted(signal)]);
    const left = await leftBehind(proxied);
    for (const server of servers.values()) server.leftUsedMiB = (await server.look(true))?.usedMiB ?? 0;
    return report(rows, servers, await healthy.stop(), left);
  } finally {
    clearInterval(watching);
    await healthy.stop();
  }
}

async function judgeOne(attack, wanted, findLeak) {
  try {
    const result = await attack();
    const problem = wanted.problem(result) ?? alwaysWanted(result, findLeak);
    return {
      answer: describe(result),
      ms: Math.round(result.ms * 10) / 10,
      wanted: wanted.text,
      asWanted: problem === undefined,
      ...(problem !== undefined && {
        problem,
        said: result.texts.map((text) => text.slice(0, 600)).slice(0, 4),
      }),
    };
  } catch (error) {
    const problem = `the attempt itself failed: ${error.message}`;
    return { answer: 'failed', ms: 0, wanted: wanted.text, asWanted: false, problem };
  }
}

function aborted(signal) {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** What holds up the event loop of the server holds up everybody, so it is refused too late. */
function withStall(result, ms) {
  const stallMs = Math.round(ms);
  if (stallMs <= MAX_STALL_MS || !result.asWanted) return { ...result, stallMs };
  return { ...result, stallMs, asWanted: false, problem: `the event loop stood still for ${stallMs} ms` };
}

/** A new address for every attempt, so that no budget that one has spent starves the next. */
function* clientAddresses() {
  for (let index = 1; ; index += 1) yield `198.18.${index >> 8}.${index & 255}`;
}

/** The first symbols are known and the stream is open; before that nothing of the venue would come. */
async function feedIsUp(target) {
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until;) {
    const { answer } = await send(target, { method: 'GET', path: '/health' });
    if (answer?.status === 'ok') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the simulated venue was not heard within 20 s');
}

/** Sockets and operations that the server still keeps, besides those of the healthy client; waits for them to go. */
async function leftBehind(server) {
  let left = '';
  for (let tries = 0; tries < 50; tries += 1) {
    const { texts } = await send({ server, address: '198.51.100.2' }, { method: 'GET', path: '/metrics' });
    const gauge = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(texts[0])?.[1] ?? Number.NaN);
    const [sockets, operations] = [gauge('orderfox_sockets'), gauge('orderfox_subscribers')];
    if (sockets === 1 && operations === 1) return undefined;
    left = `${sockets} sockets and ${operations} operations are open, 1 and 1 are known of`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return left;
}

function report(rows, servers, healthy, left) {
  const table = rows.map(({ title, one, results }) => ({
    group: title,
    attempt: one.name,
    sent: one.sent,
    ...results,
  }));
  const problems = [];
  for (const { group, attempt, http, socket } of table) {
    if (http?.asWanted === false)
      problems.push(`${group}, ${attempt}, HTTP: ${http.problem} (wanted: ${http.wanted})`);
    if (socket?.asWanted === false)
      problems.push(`${group}, ${attempt}, WebSocket: ${socket.problem} (wanted: ${socket.wanted})`);
  }
  for (const complaint of healthy.complaints) problems.push(`Healthy client: ${complaint}`);
  if (left !== undefined) problems.push(`Left behind: ${left}`);
  const states = [...servers.values()].map(stateOf);
  problems.push(...states.flatMap(troubleOf));
  return { attempts: table, servers: states, healthy, problems };
}

function stateOf({ name, restMiB, peakMiB, restUsedMiB, leftUsedMiB, trouble, polluted }) {
  return {
    name,
    restMiB: Math.round(restMiB),
    peakMiB: Math.round(peakMiB),
    heldAtRestMiB: Math.round(restUsedMiB),
    heldAfterwardsMiB: Math.round(leftUsedMiB),
    trouble,
    polluted: [...polluted],
  };
}

function troubleOf({ name, restMiB, peakMiB, heldAtRestMiB, heldAfterwardsMiB, trouble, polluted }) {
  const sentences = [...trouble];
  if (peakMiB - restMiB > MAX_GROWTH_MIB)
    sentences.push(`grew from ${restMiB} to ${peakMiB} MiB, allowed are ${MAX_GROWTH_MIB} more`);
  if (heldAfterwardsMiB - heldAtRestMiB > MAX_LEFT_MIB)
    sentences.push(
      `holds ${heldAfterwardsMiB} MiB, ${heldAtRestMiB} before, allowed are ${MAX_LEFT_MIB} more`,
    );
  if (polluted.length > 0) sentences.push(`every object now has ${polluted.join(', ')}`);
  return sentences.map((sentence) => `Server ${name}: ${sentence}`);
}
