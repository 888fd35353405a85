import fc from 'fast-check';

/** Keys that lead to a place within a JSON value. */
export type Path = readonly (string | number)[];

/** What a field of a frame may be replaced by: numbers that are none, giants, names that mean something, any JSON. */
export const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '0',
      '-0',
      '-1',
      'NaN',
      'Infinity',
      '1e400',
      '1E+21',
      '1e-8',
      '9'.repeat(21),
      '9'.repeat(70),
    ],
    ...['__proto__', 'constructor', 'hasOwnProperty', '<img src=x onerror=alert(1)>', 'A'.repeat(100_000)],
    ...['BTC\u202eUSDT', 'BTC\u0000USDT', '\ud800', '1790000000', '1790000000000000', '1790000000000000000'],
    ...[null, true, [], {}, 0, -1, 1.5, 1e21, 2 ** 53, Number.MAX_VALUE],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Where the plain values of a JSON value are. */
export function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** A copy with one place changed. */
export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
