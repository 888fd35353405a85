import { attempt } from '../attempt.mjs';
import { operate } from '../transports/graphql-socket.mjs';
import { postJson } from '../transports/http.mjs';
import { judged, refused } from '../wanted.mjs';

/** What only a server with introspection switched off refuses. */
const unhinted = (query) => ({
  http: { make: (target) => postJson(target, query), wanted: withoutHint },
  socket: { make: (target) => operate(target, query), wanted: withoutHint },
});
const refusal = refused('BAD_USER_INPUT', { statuses: [200, 400] });
const withoutHint = judged('BAD_USER_INPUT, no "Did you mean"', (result) => {
  const said = result.texts.find((text) => /did you mean/i.test(text));
  return refusal.problem(result) ?? (said === undefined ? undefined : `said ${said.slice(0, 200)}`);
});
const off = (name, sent, payload) =>
  attempt(`${name}, introspection off`, sent, unhinted(payload), { server: 'bare' });

/** The shape of the schema, asked of a server that was told to keep it to itself. */
export const SCHEMA = [
  off('introspection', '`__schema`', { query: '{ __schema { types { name } } }' }),
  off('introspection by name', '`__type`', { query: '{ __type(name: "Query") { name } }' }),
  off('introspection behind a fragment', 'and an alias', {
    query: '{ ...F } fragment F on Query { a: __schema { queryType { name } } }',
  }),
  off('unknown field', '`{ systm { version } }`', { query: '{ systm { version } }' }),
  off('unknown argument', '`frist: 1`', { query: '{ liquidations(frist: 1) { pageInfo { hasNextPage } } }' }),
  off('unknown type', '`on Systm`', { query: '{ system { ... on Systm { version } } }' }),
  off('unknown value of an enum', '`LONGG`', {
    query: '{ liquidations(filter: { liquidatedSide: LONGG }) { pageInfo { hasNextPage } } }',
  }),
  off('unknown field of a variable', '`{ symbls: [] }`', {
    query: 'query ($f: LiquidationFilter) { liquidations(filter: $f) { pageInfo { hasNextPage } } }',
    variables: { f: { symbls: [] } },
  }),
  off('unknown value in a variable', '`LONGG`', {
    query: 'query ($f: LiquidationFilter) { liquidations(filter: $f) { pageInfo { hasNextPage } } }',
    variables: { f: { liquidatedSide: 'LONGG' } },
  }),
];
