/** No input of the schema comes near; deeper values are not worth a place in the cache. */
const MAX_DEPTH = 16;

/**
 * A JSON value as text in which the order of keys does not matter, so that equal variables have equal texts. Undefined
 * for what is nested too deeply, and for numbers that JSON can say and a double cannot hold, such as 1e400.
 */
export function canonicalJson(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  // They would be written as null, which is another value.
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => canonicalJson(item, depth + 1));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  const pairs: string[] = [];
  for (const [key, inner] of Object.entries(value).sort(byKey)) {
    const text = canonicalJson(inner, depth + 1);
    if (text === undefined) return undefined;
    pairs.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${pairs.join(',')}}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
