import { attempt } from '../attempt.mjs';
import { sendAll, subscribe } from '../transports/graphql-socket.mjs';
import { postJson } from '../transports/http.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { closed, either, served, status } from '../wanted.mjs';

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
    withinMs: 6_000,
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
