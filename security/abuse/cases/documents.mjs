import { operation } from '../attempt.mjs';
import { refused, served } from '../wanted.mjs';

const many = (count, make) => Array.from({ length: count }, (_, index) => make(index)).join(' ');
const query = (text) => ({ query: text });
const tooComplex = (limit, found, allowed) =>
  refused('QUERY_TOO_COMPLEX', { details: { limit, found, allowed } });

/** Levels of fields; the schema has no nine, and the limit is said all the same. */
const nested = (levels) => `${many(levels, (index) => `{ f${index}`)} ${many(levels, () => '}')}`;
/** One field within nameless fragments within each other, three tokens each, with this many tokens in all. */
function tokens(count) {
  const levels = Math.floor((count - 6) / 3);
  const rest = many((count - 6) % 3, () => 'version');
  return `{ system { ${'...{'.repeat(levels)} version ${rest} ${'}'.repeat(levels)} } }`;
}
const repeated = (count) => `{ system { ${many(count, () => 'version')} } }`;
const characters = (count) => '{ system { version } } #'.padEnd(count, 'x');
const aliases = (count) => `{ system { ${many(count, (index) => `a${index}: version`)} } }`;
const rootFields = (count) => `{ ${many(count, () => '__typename')} }`;
/** On nameless fragments in each other, for a field may not be written so often. */
const directives = (count) =>
  `{ system { ${many(count, () => '... @skip(if: false) {')} version ${many(count, () => '}')} } }`;
const beside = (count) =>
  `{ liquidations(first: 1) { ${many(count, () => 'edges { node { id id id } }')} } }`;
const spreads = (count) => `{ system { ${many(count, (index) => `...F${index}`)} } }`;
const doubling = (levels) =>
  `{ ...F0 } ${many(levels, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} ` +
  `fragment F${levels} on Query { venues { id } }`;
const circular =
  '{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';

/** Documents that cost more to read, check or run than they should. */
export const DOCUMENTS = [
  operation('depth 9', '9 levels of fields', query(nested(9)), tooComplex('depth', 9, 8)),
  operation(
    '1,001 tokens',
    '300 nameless fragments in each other',
    query(tokens(1_001)),
    refused('QUERY_TOO_COMPLEX'),
  ),
  operation('1,000 tokens (within)', 'the same, one less', query(tokens(1_000)), served()),
  operation('8,193 characters', 'a long comment', query(characters(8_193)), refused('QUERY_TOO_COMPLEX')),
  operation('8,192 characters (within)', 'one less', query(characters(8_192)), served()),
  operation('16 aliases', '`a0: version … a15: version`', query(aliases(16)), tooComplex('aliases', 16, 15)),
  operation('15 aliases (within)', 'one less', query(aliases(15)), served()),
  operation(
    'alias overload',
    '1,000 aliases of one field',
    query(aliases(1_000)),
    refused('QUERY_TOO_COMPLEX'),
  ),
  operation(
    '11 root fields',
    '`__typename` 11 times',
    query(rootFields(11)),
    tooComplex('rootFields', 11, 10),
  ),
  operation('10 root fields (within)', 'one less', query(rootFields(10)), served()),
  operation(
    'field duplication',
    'one field 1,000 times',
    query(repeated(1_000)),
    refused('QUERY_TOO_COMPLEX'),
  ),
  operation(
    'field duplication, short enough',
    'one field 990 times: half a million pairs to compare',
    query(repeated(990)),
    tooComplex('repeats', 990, 10),
  ),
  operation(
    'field duplication, spread out',
    '100 times `edges { node { id id id } }`: every pair of them compared in depth',
    query(beside(100)),
    tooComplex('repeats', 100, 10),
  ),
  operation('field 10 times (within)', 'one field 10 times', query(repeated(10)), served()),
  operation('11 times', 'one more', query(repeated(11)), tooComplex('repeats', 11, 10)),
  operation(
    'fragments that are not there',
    '450 of them spread in one place: 100,000 pairs',
    query(spreads(450)),
    tooComplex('fragments', 450, 20),
  ),
  operation(
    '21 directives',
    '21 fragments with `@skip`',
    query(directives(21)),
    tooComplex('directives', 21, 20),
  ),
  operation('20 directives (within)', 'one less', query(directives(20)), served()),
  operation(
    'directive overload',
    'one field with 50 `@skip`',
    query(`{ system { version ${many(50, () => '@skip(if: false)')} } }`),
    tooComplex('directives', 50, 20),
  ),
  operation(
    'unknown directives',
    'one field with 900 `@a`',
    query(`{ system { version ${many(900, () => '@a')} } }`),
    refused(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']),
  ),
  operation(
    'fragment cycle',
    'A spreads B, B spreads A',
    query('{ system { ...A } } fragment A on System { ...B } fragment B on System { ...A }'),
    refused('BAD_USER_INPUT'),
  ),
  operation(
    'exponential fragments',
    '30 fragments, each spread twice: 2^30 fields',
    query(doubling(30)),
    tooComplex('rootFields', 2 ** 30, 10),
  ),
  operation(
    'circular introspection',
    'types, fields, type, fields …',
    query(circular),
    refused(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']),
  ),
  operation(
    'nested lists',
    '400 brackets as an argument',
    query(
      `{ liquidations(filter: { symbols: ${'['.repeat(400)}${']'.repeat(400)} }) { pageInfo { hasNextPage } } }`,
    ),
    refused('BAD_USER_INPUT'),
  ),
  operation(
    'block string',
    '8,000 quotes',
    query(`{ symbol(id: """${'\\"""'.repeat(1_900)}""") { id } }`),
    refused(['UNKNOWN_SYMBOL', 'BAD_USER_INPUT'], { statuses: [200, 400] }),
  ),
  operation(
    'deferred answer',
    '`@defer`',
    query('{ ... @defer { system { version } } }'),
    refused('BAD_USER_INPUT'),
  ),
  operation(
    'no operation',
    'a fragment alone',
    query('fragment F on Query { __typename }'),
    refused('BAD_USER_INPUT'),
  ),
  operation('no GraphQL', '`{{{{`', query('{{{{'), refused('BAD_USER_INPUT')),
];
