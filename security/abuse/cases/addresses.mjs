import { attempt } from '../attempt.mjs';
import { outcome } from '../outcome.mjs';
import { openMany } from '../transports/graphql-socket.mjs';
import { postJson } from '../transports/http.mjs';
import { judged, status } from '../wanted.mjs';

const QUERY = { query: '{ system { version } }' };

/** Opens one more than allowed and gives what became of the last, and whether a place that is given back counts. */
const oneMore = (allowed, addressOf) => async (target) => {
  const { sockets, refused } = await openMany(
    target,
    allowed + 1,
    addressOf && ((index) => addressOf(target, index)),
  );
  const last = await (refused[0] ?? sockets.at(-1)).finish(0);
  const first = sockets[0];
  first?.tcp.destroy();
  await first?.ended;
  let again = false;
  for (let tries = 0; tries < 20 && !again; tries += 1) {
    const { sockets: more } = await openMany(target, 1, addressOf && (() => addressOf(target, 0)));
    again = more.length === 1;
    for (const raw of more) raw.tcp.destroy();
    if (!again) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const raw of [...sockets, ...refused]) raw.tcp.destroy();
  return outcome({ ...last, open: sockets.length, again, note: `${sockets.length} open` });
};
const only = (allowed) =>
  judged(`429 for number ${allowed + 1}, and a place that is given back`, ({ status: code, open, again }) => {
    if (open !== allowed) return `${open} sockets are open`;
    if (code !== 429) return `status ${code ?? 'none'}`;
    return again ? undefined : 'a closed socket did not give its place back';
  });
const sockets = (name, sent, allowed, addressOf, options) =>
  attempt(name, sent, { socket: { make: oneMore(allowed, addressOf), wanted: only(allowed) } }, options);
const countsTogether = (headerOf) => ({
  make: floodAs(headerOf),
  wanted: status(429, { headers: ['retry-after'] }),
});

/** Asks until it is refused, each time as another address; on both servers no more than 200 times. */
function floodAs(headerOf) {
  return async (target) => {
    for (let index = 0; index < 200; index += 1) {
      const last = await postJson({ ...target, address: undefined }, QUERY, {
        'x-forwarded-for': headerOf(target, index),
      });
      if (last.status === 429) return { ...last, note: `after ${index} served` };
      if (index === 199) return { ...last, note: 'all 200 served' };
    }
    return outcome({});
  };
}

/** How many there may be of one address, and whose word counts for what the address is. */
export const ADDRESSES = [
  sockets('21 sockets', 'of one address', 20),
  sockets(
    '21 sockets of one IPv6 network',
    '21 addresses of one /64',
    20,
    (_target, index) => `2001:db8:7:1::${(index + 1).toString(16)}`,
  ),
  sockets(
    'invented addresses before the real one',
    '`X-Forwarded-For: <invented>, <real>` through the trusted proxy',
    20,
    (target, index) => `10.9.8.${index}, ${target.address}`,
  ),
  attempt('the same over HTTP', '`X-Forwarded-For: <invented>, <real>`', {
    http: countsTogether((target, index) => `10.9.8.${index}, ${target.address}`),
  }),
  sockets(
    'invented address without a proxy',
    '`X-Forwarded-For`, though `TRUST_PROXY` is unset',
    4,
    (_target, index) => `198.51.100.${index}`,
    { server: 'direct' },
  ),
  attempt(
    'the same over HTTP, without a proxy',
    '`X-Forwarded-For`, though `TRUST_PROXY` is unset',
    { http: countsTogether((_target, index) => `198.51.100.${index}`) },
    { server: 'direct' },
  ),
  attempt('address that is none', '`X-Forwarded-For: <8 KiB of markup>`', {
    http: {
      make: (target) =>
        postJson({ ...target, address: undefined }, QUERY, { 'x-forwarded-for': '<b>'.repeat(2_700) }),
      wanted: judged('answered, as the proxy itself', ({ status: code }) =>
        [200, 400].includes(code) ? undefined : `status ${code}`,
      ),
    },
  }),
];
