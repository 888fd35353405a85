import { attempt, operation } from '../attempt.mjs';
import { errorsOf, outcome } from '../outcome.mjs';
import { operate } from '../transports/graphql-socket.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { postJson } from '../transports/http.mjs';
import { judged } from '../wanted.mjs';

const MAX_COST = 5_000;
const rows = (aliases, first) =>
  `{ ${Array.from({ length: aliases }, (_, index) => `a${index}: liquidations(first: ${first}) { edges { node { id } } }`).join(' ')} }`;
/** Each asks for more than the one before; the last for 5,000 rows, which no count of points lets through. */
const STEPS = [
  [1, 1],
  [1, 50],
  [1, 500],
  [2, 500],
  [4, 500],
  [10, 500],
];
/** Below the limit of one operation, so that it is the sum that is refused; each new, so that no answer is at hand. */
const dear = (count) => ({ query: rows(4, 500 - count) });
const TIMES = 29;

const namesCost = judged('QUERY_TOO_COMPLEX with limit cost, found and allowed', (result) => {
  const error = errorsOf(result).find(({ extensions }) => extensions?.code === 'QUERY_TOO_COMPLEX');
  if (error === undefined) return 'never refused';
  const { limit, found, allowed } = error.extensions;
  const isNamed = limit === 'cost' && allowed === MAX_COST && found > MAX_COST;
  return isNamed ? undefined : `beside the code stands ${JSON.stringify(error.extensions)}`;
});

/** The last answer of a ladder: the first refusal, and how far it went. */
async function climb(ask) {
  let last;
  let reached = 'nothing';
  for (const [aliases, first] of STEPS) {
    last = await ask({ query: rows(aliases, first) });
    const sum = `${aliases} x ${first}`;
    if (errorsOf(last).length > 0) return { ...last, note: `served up to ${reached} rows, refused ${sum}` };
    reached = sum;
  }
  return { ...last, note: `served up to ${reached} rows` };
}

const isRateLimited = (result) =>
  errorsOf(result).some(({ extensions }) => extensions?.code === 'RATE_LIMITED');

function budget(transport, statuses) {
  return judged(`RATE_LIMITED with retryAfterMs, ${transport}, at 50,000 points a minute`, (result) => {
    if (!isRateLimited(result)) return 'never refused';
    if (result.status !== undefined && !statuses.includes(result.status)) return `status ${result.status}`;
    if (result.status !== undefined && result.headers['retry-after'] === undefined)
      return 'without retry-after';
    const waits = errorsOf(result).some(({ extensions }) => extensions?.retryAfterMs > 0);
    if (!waits) return 'no error says retryAfterMs';
    // 50,000 points are 11 or 12 of these, and one or two more for what flows back meanwhile.
    return result.served >= 9 && result.served <= 16 ? undefined : `after ${result.served} served`;
  });
}

async function overHttp(target) {
  for (let count = 0; count < TIMES; count += 1) {
    const last = await postJson(target, dear(count));
    if (isRateLimited(last) || count === TIMES - 1)
      return { ...last, served: count, note: `after ${count} served` };
  }
  return outcome({});
}

async function overSocket(target) {
  const raw = await RawConnection.upgraded(target);
  let count = 0;
  for (; count < TIMES; count += 1) {
    const id = String(count);
    raw.mark();
    raw.text({ id, type: 'subscribe', payload: dear(count) });
    await raw.until(() => raw.messages.some((message) => message.id === id && message.type !== 'complete'));
    if (isRateLimited(raw) || !raw.isOpen) break;
  }
  const last = await raw.finish(0, `after ${count} served`);
  return { ...last, messages: last.messages.filter(({ id }) => id === String(count)), served: count };
}

/** Refused for what it repeats, and as long as a document may be; each is new, so that none is known. */
const refusedText = (number) =>
  `#${number} ${'x'.repeat(5_900)}\n{ liquidations { ${'edges { node { id id id } } '.repeat(80)} } }`;
const SOCKETS = 6;
const MESSAGES_PER_SOCKET = 55;

const paysForReading = (transport) =>
  judged(`QUERY_TOO_COMPLEX, soon RATE_LIMITED with retryAfterMs, ${transport}`, (result) => {
    if (!isRateLimited(result)) return 'every document was read, and none paid for';
    const waits = errorsOf(result).some(({ extensions }) => extensions?.retryAfterMs > 0);
    return waits ? undefined : 'no error says retryAfterMs';
  });

async function refusedOverHttp(target) {
  for (let count = 0; ; count += 1) {
    const last = await postJson(target, { query: refusedText(count) });
    if (isRateLimited(last) || count === 60) return { ...last, note: `after ${count} read` };
  }
}

/** The messages of one socket are few: so many that the points are spent takes several. */
async function refusedOverSockets(target) {
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => RawConnection.upgraded(target)));
  const outcomes = [];
  for (const [number, raw] of sockets.entries()) {
    raw.mark();
    for (let count = 0; count < MESSAGES_PER_SOCKET; count += 1)
      raw.text({
        id: String(count),
        type: 'subscribe',
        payload: { query: refusedText(`${number}.${count}`) },
      });
    await raw.until(() => raw.messages.filter(({ type }) => type === 'error').length >= MESSAGES_PER_SOCKET);
    outcomes.push(await raw.finish(0));
  }
  const read = outcomes
    .flatMap(({ messages }) => messages)
    .filter(({ payload }) => payload?.[0]?.extensions?.code === 'QUERY_TOO_COMPLEX').length;
  return { ...outcomes.at(-1), note: `after ${read} read` };
}

/** Ten pages, whose length is said elsewhere than in the field. */
const pages = (count, first) =>
  Array.from(
    { length: count },
    (_, index) => `p${index}: liquidations(first: ${first}) { edges { node { id } } }`,
  ).join(' ');
const everySymbol = Array.from(
  { length: 10 },
  (_, index) =>
    `s${index}: symbols { id baseAsset quoteAsset uiName volume24h volume24hFormatted volumeVenues markets { venue venueSymbol tickSize trading } }`,
).join(' ');

/** Operations that are small to send and dear to answer. */
export const COSTS = [
  attempt('cost ladder', 'ever more rows, at last 10 x 500', {
    http: { make: (target) => climb((payload) => postJson(target, payload)), wanted: namesCost },
    socket: { make: (target) => climb((payload) => operate(target, payload)), wanted: namesCost },
  }),
  operation(
    'dear operation behind a cheap one',
    'two operations, `operationName: "B"`',
    { query: `query A { __typename } query B { ${pages(10, 500)} }`, operationName: 'B' },
    namesCost,
  ),
  operation(
    'length of the page in a variable',
    '`$first: Int`, 500',
    { query: `query ($first: Int) { ${pages(10, '$first')} }`, variables: { first: 500 } },
    namesCost,
  ),
  operation(
    'length of the page as a default',
    '`$first: Int = 500`',
    { query: `query ($first: Int = 500) { ${pages(10, '$first')} }` },
    namesCost,
  ),
  operation(
    'negative page against nine long ones',
    '`first: -100000` to bring the sum down',
    { query: `{ ${pages(9, 500)} minus: liquidations(first: -100000) { edges { node { id } } } }` },
    namesCost,
  ),
  operation(
    'list without a length',
    'all symbols with their markets, ten times',
    { query: `{ ${everySymbol} }` },
    namesCost,
  ),
  attempt('flood of refused documents', 'ever new texts of 8,000 characters that are refused', {
    http: { make: refusedOverHttp, wanted: paysForReading('429') },
    socket: { make: refusedOverSockets, wanted: paysForReading('6 sockets') },
  }),
  attempt('cost flood', 'operations of some 4,200 points', {
    http: { make: overHttp, wanted: budget('429 and Retry-After', [429]) },
    socket: { make: overSocket, wanted: budget('of that operation alone', []) },
  }),
];
