import { attempt } from '../attempt.mjs';
import { errorsOf, outcome } from '../outcome.mjs';
import { LASTING, openMany, operate, subscribe } from '../transports/graphql-socket.mjs';
import { postJson } from '../transports/http.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { judged, refused, served, status } from '../wanted.mjs';

const INIT = { type: 'connection_init' };
const TYPENAME = '{ __typename }';

/** Fills what is allowed, asks for one more, gives one back, asks again. */
async function oneTooMany(target) {
  const raw = await RawConnection.upgraded(target);
  for (let index = 0; index < 20; index += 1) raw.text(subscribe(String(index)));
  raw.mark();
  raw.text(subscribe('more'));
  await raw.until(() => raw.messages.some(({ id }) => id === 'more'));
  raw.text({ type: 'complete', id: '7' });
  raw.text(subscribe('again', TYPENAME));
  await raw.until(() => raw.messages.some(({ id }) => id === 'again'));
  const again = raw.messages.some(({ id, type }) => id === 'again' && type === 'next');
  const result = await raw.finish(0, again ? 'a completed one gives its place back' : 'the place is lost');
  return { ...result, again };
}

const onlyThatOne = judged(
  'RATE_LIMITED for that one alone; a completed one gives its place back',
  (result) => {
    const problem = refused('RATE_LIMITED').problem(result);
    return problem ?? (result.again ? undefined : 'after one was completed there was no place');
  },
);

/** 20 on each of five sockets, then one more on a sixth. */
async function acrossSockets(target) {
  const { sockets } = await openMany(target, 6);
  for (const raw of sockets) {
    raw.text(INIT);
    await raw.until(() => raw.messages.length > 0);
  }
  const [last, ...full] = sockets.reverse();
  const streams = (raw) => raw.messages.filter(({ type }) => type === 'next').map(({ id }) => id);
  for (const raw of full) for (let index = 0; index < 20; index += 1) raw.text(subscribe(String(index)));
  for (const raw of full) await raw.until(() => new Set(streams(raw)).size === 20);
  const running = full.reduce((count, raw) => count + new Set(streams(raw)).size, 0);
  last.mark();
  last.text(subscribe('more'));
  await last.until(() => last.messages.some(({ id }) => id === 'more'));
  const result = await last.finish(0, `${running} run`);
  for (const raw of full) raw.tcp.destroy();
  return { ...result, running };
}

/** Streams that share nothing, each of which the server would have to render for itself. */
async function selections(target) {
  const { sockets } = await openMany(target, 3);
  for (const raw of sockets) {
    raw.text(INIT);
    await raw.until(() => raw.messages.length > 0);
  }
  const ids = (raw) => new Set(raw.messages.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const started = performance.now();
  for (const [socket, raw] of sockets.entries()) {
    for (let index = 0; index < 20; index += 1) {
      const query = `subscription { venueStatusChanged { s${socket}x${index}: id } }`;
      raw.text(subscribe(String(index), query));
    }
    await raw.until(() => ids(raw).size === 20);
  }
  const ms = performance.now() - started;
  const all = [];
  for (const raw of sockets) all.push(await raw.finish(0));
  const messages = all.flatMap((one) => one.messages);
  const running = new Set(
    all.flatMap((one, socket) =>
      one.messages.filter(({ type }) => type === 'next').map(({ id }) => `${socket} ${id}`),
    ),
  ).size;
  return outcome({ messages, texts: all.flatMap(({ texts }) => texts), ms, running, note: `${running} run` });
}

const bots = (count) => Array.from({ length: count }, (_, index) => `198.19.0.${index + 1}`);
/** A document near every limit, like no other. */
const unlike = (bot, index) =>
  `{ system { ${'...{'.repeat(300)} b${bot}x${index}: version ${'}'.repeat(300)} } }`;

/** Many clients, each within its limits, with nothing that could be shared or kept. */
async function manyDocuments(target) {
  let last = outcome({});
  const started = performance.now();
  for (const [bot, address] of bots(20).entries()) {
    const ask = (_, index) => postJson({ ...target, address }, { query: unlike(bot, index) });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    last = answers.find(({ status }) => status !== 200) ?? answers[0];
    if (last.status !== 200) break;
  }
  return { ...last, ms: performance.now() - started, note: '400 documents' };
}

/** Clients that come, listen and are gone without a word, again and again. */
async function comeAndGo(target) {
  const started = performance.now();
  for (let round = 0; round < 20; round += 1) {
    const visit = async (address) => {
      const raw = await RawConnection.upgraded({ ...target, address });
      raw.text(subscribe('1'));
      raw.text(subscribe('2', 'subscription { liquidationAdded { id } }'));
      await raw.until(() => raw.messages.length > 1);
      raw.tcp.resetAndDestroy();
    };
    await Promise.all(bots(10).map(visit));
  }
  const last = await operate(target, { query: TYPENAME });
  return { ...last, ms: performance.now() - started, note: '200 sockets' };
}

/** What one socket may send, had anew with every socket. */
async function openAndClose(target) {
  for (let count = 0; count < 60; count += 1) {
    const raw = await RawConnection.upgraded(target, { init: false });
    if (!raw.isOpen) return raw.finish(undefined, `after ${count} sockets`);
    raw.tcp.destroy();
    await raw.until(() => raw.isOver);
  }
  return outcome({});
}

/** What is counted over HTTP, over two sockets. */
async function queriesOnSockets(target) {
  const sockets = [await RawConnection.upgraded(target), await RawConnection.upgraded(target)];
  for (const raw of sockets) {
    for (let index = 0; index < 25; index += 1) raw.text(subscribe(String(index), TYPENAME));
    await raw.until(() => raw.messages.some(({ id }) => id === '24'));
  }
  const [first, last] = [await sockets[0].finish(0), await sockets[1].finish(0)];
  const count = [...first.messages, ...last.messages].filter(({ type }) => type === 'next').length;
  return { ...last, note: `${count} of 50 answered`, count };
}

/** Many at once: operations of one client, and clients of one mind. */
export const CROWDS = [
  attempt('21st operation of a socket', `\`${LASTING}\``, {
    socket: { make: oneTooMany, wanted: onlyThatOne },
  }),
  attempt('60 streams that share nothing', 'each with a selection of its own', {
    socket: {
      make: selections,
      wanted: judged('RATE_LIMITED for those beyond 50', (result) => {
        const limited = errorsOf(result).filter(
          ({ extensions }) => extensions?.code === 'RATE_LIMITED',
        ).length;
        return result.running === 50 && limited === 10
          ? undefined
          : `${result.running} run, ${limited} refused`;
      }),
    },
  }),
  attempt(
    '400 different documents (within)',
    'of 1,000 tokens each, from 20 addresses: memory stays bounded',
    {
      http: { make: manyDocuments, wanted: served() },
    },
  ),
  attempt('200 sockets that come and go (within)', 'subscribed, then reset: nothing stays behind', {
    socket: { make: comeAndGo, wanted: served() },
  }),
  attempt('41st socket in a row', 'each closed before the next is opened', {
    socket: {
      make: openAndClose,
      wanted: status(429, {
        body: ({ texts }) => {
          const said = texts.join('\n');
          const isTyped = said.includes('"RATE_LIMITED"') && said.includes('"retryAfterMs"');
          return isTyped && /^retry-after: \d/im.test(said) ? undefined : `it says ${said}`;
        },
      }),
    },
  }),
  attempt('50 queries at once', '25 on each of two sockets', {
    socket: {
      make: queriesOnSockets,
      wanted: judged('RATE_LIMITED with retryAfterMs beyond the 30 requests of an address', (result) => {
        const told = errorsOf(result).some(
          ({ extensions }) => extensions?.code === 'RATE_LIMITED' && extensions.retryAfterMs > 0,
        );
        if (!told) return 'no error says retryAfterMs';
        return result.count >= 30 && result.count <= 34 ? undefined : `${result.count} were answered`;
      }),
    },
  }),
  attempt('101st operation of an address', 'over six sockets', {
    socket: {
      make: acrossSockets,
      wanted: judged('RATE_LIMITED for that one alone, at 100', (result) =>
        result.running === 100 ? refused('RATE_LIMITED').problem(result) : `${result.running} run`,
      ),
    },
  }),
];
