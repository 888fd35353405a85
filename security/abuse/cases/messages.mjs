import { attempt } from '../attempt.mjs';
import { LASTING, openMany, sendAll, subscribe } from '../transports/graphql-socket.mjs';
import { postJson } from '../transports/http.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { closed, either, judged, refused, served, status } from '../wanted.mjs';

const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const INIT = { type: 'connection_init' };
const TYPENAME = '{ __typename }';

/** Messages on an acknowledged socket, or on one that has said nothing yet. */
function messages(name, sent, list, wanted, { init, withinMs, ...options } = {}) {
  return attempt(
    name,
    sent,
    { socket: { make: (target) => sendAll(target, list, { init, withinMs }), wanted } },
    options,
  );
}

/** After what was sent, the socket still answers. */
async function stillServes(target, before) {
  const raw = await RawConnection.upgraded(target);
  for (const message of before) raw.text(message);
  raw.text(subscribe('last', TYPENAME));
  await raw.until(() => raw.messages.some(({ id }) => id === 'last') || !raw.isOpen);
  return raw.finish(0);
}

/** Only the socket that is at fault ends. */
async function duplicate(target, id) {
  const other = await RawConnection.upgraded(target);
  other.text(subscribe(id));
  const result = await sendAll(target, [subscribe(id), subscribe(id)]);
  const survived = other.isOpen;
  other.tcp.destroy();
  return { ...result, ...(survived ? {} : { close: undefined, note: 'another socket ended too' }) };
}

/** The HTTP side of a flood: the last answer, and how many were served before it. */
async function requestFlood(target) {
  for (let served = 0; served < 60; served += 1) {
    const last = await postJson(target, { query: TYPENAME });
    if (last.status === 429 || served === 59) return { ...last, served, note: `after ${served} served` };
  }
  throw new Error('unreachable');
}

const rateHeaders = status(429, {
  headers: ['retry-after'],
  body: ({ headers, served: count, answer }) => {
    if (!Object.keys(headers).some((name) => name.startsWith('ratelimit')))
      return 'without RateLimit headers';
    if (answer?.errors?.[0]?.extensions?.code !== 'RATE_LIMITED') return 'without the code RATE_LIMITED';
    // 30 at once, and 2 more for every second that the flood takes.
    return count >= 30 && count <= 40 ? undefined : `after ${count} served`;
  },
});

/** What the protocol does not allow, and what it allows too often. */
export const MESSAGES = [
  messages('no `connection_init`', 'an open, silent socket', [], closed(4_408, { withinMs: 4_000 }), {
    init: false,
    waits: true,
  }),
  messages(
    'only pings before `connection_init`',
    'they are no greeting',
    [{ type: 'ping' }],
    closed(4_408, { withinMs: 4_000 }),
    { init: false, waits: true, withinMs: 6_000 },
  ),
  messages(
    '`connection_init` of 3 KiB',
    'a payload of 3,000 characters',
    [{ ...INIT, payload: { token: 'x'.repeat(3_000) } }],
    closed([4_400, 1_009]),
    { init: false },
  ),
  messages('second `connection_init`', 'two in a row', [INIT], closed(4_429)),
  messages('`subscribe` before `connection_ack`', 'no greeting at all', [subscribe('1')], closed(4_401), {
    init: false,
  }),
  messages('no JSON', '`hello`', ['hello'], closed(4_400)),
  messages('no message', '`{}`', [{}], closed(4_400)),
  messages('unknown type', '`shout`', [{ type: 'shout' }], closed(4_400)),
  messages('type of a server', '`next`', [{ type: 'next', id: '1', payload: {} }], closed(4_400)),
  messages(
    '`subscribe` without an id',
    'a payload alone',
    [{ type: 'subscribe', payload: { query: TYPENAME } }],
    closed(4_400),
  ),
  messages('id that is a number', '`"id": 1`', [{ ...subscribe('1'), id: 1 }], closed(4_400)),
  messages('empty id', '`"id": ""`', [subscribe('')], closed(4_400)),
  messages(
    'id of 60,000 characters',
    'it would stand before every event',
    [subscribe('x'.repeat(60_000))],
    closed(4_400),
  ),
  messages(
    '`__proto__` as id',
    'with `constructor` and `toString`',
    many(1, () => subscribe('__proto__', TYPENAME)),
    either(served(), closed(4_400)),
    { withinMs: 300 },
  ),
  messages(
    '`__proto__` in a message',
    '`{"__proto__": {"type": …}}`',
    ['{"__proto__":{"type":"ping","polluted":true}}'],
    closed(4_400),
  ),
  attempt('duplicate id', 'two streams, one id', {
    socket: { make: (target) => duplicate(target, 'a'), wanted: closed(4_409) },
  }),
  attempt('duplicate id of 128 characters', 'a reason for closing has 123 bytes', {
    socket: { make: (target) => duplicate(target, 'x'.repeat(128)), wanted: closed(4_409) },
  }),
  attempt('duplicate id of 120 wide characters', 'the same in UTF-8', {
    socket: { make: (target) => duplicate(target, '€'.repeat(120)), wanted: closed(4_409) },
  }),
  attempt('`complete` for unknown ids', '30 of them', {
    socket: {
      make: (target) =>
        stillServes(
          target,
          many(30, (index) => ({ type: 'complete', id: `no${index}` })),
        ),
      wanted: served(),
    },
  }),
  attempt('`pong` that nobody asked for', '30 of them', {
    socket: {
      make: (target) =>
        stillServes(
          target,
          many(30, () => ({ type: 'pong' })),
        ),
      wanted: served(),
    },
  }),
  attempt('request flood, message flood', 'requests as fast as they go; 200 messages at once', {
    http: { make: requestFlood, wanted: rateHeaders },
    // Refused one by one, so that no other limit speaks first.
    socket: {
      make: (target) =>
        sendAll(
          target,
          many(200, (index) => subscribe(String(index), '{ nope }')),
        ),
      wanted: closed(1_008, { errors: 'RATE_LIMITED' }),
    },
  }),
  messages(
    'ping flood',
    '200 messages `ping`',
    many(200, () => ({ type: 'ping' })),
    closed(1_008),
  ),
  messages(
    '`complete` flood',
    '200 for unknown ids',
    many(200, (index) => ({ type: 'complete', id: `no${index}` })),
    closed(1_008),
  ),
  messages(
    'subscribe and complete by turns',
    '100 pairs at once',
    many(100, (index) => [subscribe(String(index)), { type: 'complete', id: String(index) }]).flat(),
    closed(1_008),
  ),
];

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

/** How many operations may run at once. */
export const SUBSCRIPTIONS = [
  attempt('21st operation of a socket', `\`${LASTING}\``, {
    socket: { make: oneTooMany, wanted: onlyThatOne },
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
