import { hostname } from 'node:os';
import { errorsOf } from './outcome.mjs';

/** The codes of docs/errors.md: programs are written against them, so no other may appear. */
const CODES = new Set([
  'BAD_USER_INPUT',
  'UNKNOWN_SYMBOL',
  'RANGE_TOO_WIDE',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
  'SLOW_CONSUMER',
  'CURSOR_EXPIRED',
  'UNAVAILABLE',
]);

/** However much was sent, a refusal is short: else a small request makes a large answer. */
const LONGEST_REFUSAL = 16_384;

/** What no answer may hold, whatever was asked. `secrets` are texts of this very run: folders, addresses, names. */
export function leakFinder(secrets) {
  const patterns = [
    ['a stack', /(?:^|\\n|\n)\s*at (?:async )?[\w.<>#[\] ]+ \(|\.(?:js|mjs|ts):\d+:\d+/],
    ['a path', /node_modules|file:\/\/|\/(?:home|root|usr|tmp|var|opt|srv|etc)\/\w/],
    [
      'SQL',
      /\bselect\b[^"]{1,200}\bfrom\b|\binsert into\b|syntax error at or near|relation \\?"|sqlstate|\bpg_\w+/i,
    ],
    [
      'a fault of the runtime',
      /\b(?:TypeError|RangeError|ReferenceError|QueryFailedError)\b|Maximum call stack/,
    ],
  ];
  const names = [hostname(), ...secrets].filter((name) => name.length > 3 && name !== 'localhost');
  return (texts) => {
    for (const text of texts) {
      const pattern = patterns.find(([, expression]) => expression.test(text));
      if (pattern !== undefined) return `the answer holds ${pattern[0]}: ${excerpt(text, pattern[1])}`;
      const name = names.find((one) => text.includes(one));
      if (name !== undefined) return `the answer names ${name}`;
    }
    return undefined;
  };
}

/** What must hold of every outcome besides what its case wants; a sentence where it does not. */
export function alwaysWanted(result, findLeak) {
  for (const { message, extensions } of errorsOf(result)) {
    if (!CODES.has(extensions?.code)) return `an error has the code ${extensions?.code ?? '(none)'}`;
    if (typeof message !== 'string' || message.length < 8) return 'an error says nothing';
    if (extensions.reference !== undefined) return `an unexpected fault: ${message}`;
  }
  if (result.status >= 500 && result.status !== 503) return `status ${result.status}`;
  const length = Math.max(0, ...result.texts.map((text) => text.length));
  if (errorsOf(result).length > 0 && length > LONGEST_REFUSAL) return `the refusal has ${length} characters`;
  return findLeak(result.texts);
}

function excerpt(text, expression) {
  const at = text.search(expression);
  return JSON.stringify(text.slice(Math.max(0, at - 40), at + 80));
}
