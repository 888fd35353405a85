import { attempt } from '../attempt.mjs';
import { postJson, send } from '../transports/http.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { closed, either, judged, status } from '../wanted.mjs';

/** The page that the servers of this run are told to let in, besides their own. */
export const DESK = 'https://desk.example';

const QUERY = { query: '{ system { version } }' };

/** Asks for a socket with these headers, and gives the status, or what came after the upgrade. */
const upgrade =
  (headersOf, path = '/graphql') =>
  async (target) => {
    const headers = typeof headersOf === 'function' ? headersOf(target) : headersOf;
    const raw = await RawConnection.upgraded(target, { init: false, path, headers });
    if (raw.isOpen) {
      raw.text({ type: 'connection_init' });
      await raw.until(() => raw.messages.length > 0 || !raw.isOpen);
    }
    return raw.finish(raw.isOpen ? 0 : undefined);
  };

/** Asks as a browser does before it sends a query of a foreign page, then sends the query all the same. */
const crossOrigin = (headersOf) => async (target) => {
  const { Origin: origin, Host: host } = headersOf(target);
  const headers = { ...(origin !== undefined && { origin }), ...(host !== undefined && { host }) };
  const asked = await send(target, {
    method: 'OPTIONS',
    headers: {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });
  const sent = await postJson(target, QUERY, headers);
  const allowed = [asked, sent].map((one) => one.headers['access-control-allow-origin']);
  return {
    ...sent,
    allowed,
    texts: [...asked.texts, ...sent.texts],
    note: `allows ${allowed.find(Boolean) ?? 'no origin'}`,
  };
};

const unreadable = judged('no page may read it', ({ allowed, status: code }) => {
  const told = allowed.find((one) => one !== undefined);
  if (told !== undefined) return `allows ${told}`;
  return [200, 400, 403].includes(code) ? undefined : `status ${code}`;
});
const letIn = judged('let in', ({ messages }) =>
  messages.some(({ type }) => type === 'connection_ack') ? undefined : 'kept out',
);

/** A page of this origin, over both. */
function page(name, origin) {
  const headers = (target) => ({ Origin: typeof origin === 'function' ? origin(target) : origin });
  return attempt(`page of ${name}`, 'as `Origin`', {
    http: { make: crossOrigin(headers), wanted: unreadable },
    socket: { make: upgrade(headers), wanted: status(403) },
  });
}

const own = ({ server }) => `http://${server.host}:${server.port}`;
const rebound = ({ server }) => ({
  Host: `rebound.example:${server.port}`,
  Origin: `http://rebound.example:${server.port}`,
});
const noQuery = judged('403 or 421', ({ status: code }) =>
  [403, 421].includes(code) ? undefined : `status ${code ?? 'none: let in'}`,
);

/** Who may open a socket, and from where. */
export const UPGRADES = [
  page('another site', 'http://evil.example'),
  page('nowhere', 'null'),
  page('nothing', ''),
  page('a file', 'file://'),
  page('a longer name', `${DESK}.evil.example`),
  page('a name that ends alike', 'https://evildesk.example'),
  page('a subdomain', 'https://sub.desk.example'),
  page('another port', `${DESK}:444`),
  page('another scheme', 'http://desk.example'),
  page('an allowed name in capitals', 'HTTPS://DESK.EXAMPLE'),
  page('an allowed name with a path', `${DESK}/page`),
  page('an allowed name as user', `${DESK}@evil.example`),
  page('the own host, another port', ({ server }) => `http://${server.host}:${server.port + 1}`),
  page('the own host, longer', (target) => `${own(target)}.evil.example`),
  page('two origins', [DESK, 'http://evil.example']),
  attempt('own page, allowed page (within)', 'both let in', {
    socket: {
      make: async (target) => {
        const [first, second] = [
          await upgrade({ Origin: own(target) })(target),
          await upgrade({ Origin: DESK })(target),
        ];
        return letIn.problem(first) === undefined ? second : first;
      },
      wanted: letIn,
    },
  }),
  attempt('program without an origin (within)', 'let in: it is no browser', {
    socket: { make: upgrade({ Origin: undefined }), wanted: letIn },
  }),
  attempt(
    'program without an origin, kept out',
    '`ALLOW_NO_ORIGIN=false`',
    { socket: { make: upgrade({ Origin: undefined }), wanted: status(403) } },
    { server: 'direct' },
  ),
  attempt(
    'name that was rebound to this machine',
    'a foreign `Host` with the matching `Origin`',
    {
      http: {
        make: async (target) =>
          postJson(target, QUERY, { host: rebound(target).Host, origin: rebound(target).Origin }),
        wanted: noQuery,
      },
      socket: { make: upgrade(rebound), wanted: noQuery },
    },
    { server: 'bare' },
  ),
  attempt('wrong path', '`/graphqlx`', {
    http: {
      make: (target) =>
        send(target, { path: '/graphqlx', body: '{}', headers: { 'content-type': 'application/json' } }),
      wanted: status(404),
    },
    socket: {
      make: upgrade({}, '/graphqlx'),
      wanted: judged('status 404 and the end of the connection', ({ status: code, ended }) =>
        code === 404 && ended ? undefined : `status ${code}, ${ended ? 'ended' : 'left open'}`,
      ),
    },
  }),
  attempt('no subprotocol', 'an upgrade without one', {
    socket: {
      make: upgrade({ 'Sec-WebSocket-Protocol': undefined }),
      wanted: either(closed(4_406), status(400)),
    },
  }),
  attempt('another subprotocol', '`graphql-ws`, the old one', {
    socket: {
      make: upgrade({ 'Sec-WebSocket-Protocol': 'graphql-ws' }),
      wanted: either(closed(4_406), status(400)),
    },
  }),
  attempt('no key', 'an upgrade without `Sec-WebSocket-Key`', {
    socket: { make: upgrade({ 'Sec-WebSocket-Key': undefined }), wanted: status(400) },
  }),
  attempt('old version', '`Sec-WebSocket-Version: 8`', {
    socket: { make: upgrade({ 'Sec-WebSocket-Version': '7' }), wanted: status([400, 426]) },
  }),
  attempt('compression bomb', '`permessage-deflate` is asked for', {
    socket: {
      make: async (target) => {
        const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
        const raw = await RawConnection.upgraded(target, { init: false, headers });
        return { ...(await raw.finish(0)), head: raw.head };
      },
      wanted: judged('not agreed to', ({ head }) =>
        /sec-websocket-extensions/i.test(head) ? 'compression was agreed on' : undefined,
      ),
    },
  }),
];
