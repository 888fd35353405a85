/**
 * Whether a value of JSON holds, at any depth, a key that changes what an object is once somebody copies it carelessly:
 * `__proto__`, or `constructor` with a `prototype` of its own. The same that the reader of HTTP bodies refuses. No
 * recursion: what is read here may be nested as deeply as a message is long.
 */
export function hasHostileKeys(value: unknown): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!isObject(next)) continue;
    if (Object.hasOwn(next, '__proto__') || hasOwnPrototype(next)) return true;
    for (const member of Object.values(next)) if (isObject(member)) waiting.push(member);
  }
  return false;
}

function hasOwnPrototype(value: object): boolean {
  const made = Object.getOwnPropertyDescriptor(value, 'constructor')?.value as unknown;
  return isObject(made) && Object.hasOwn(made, 'prototype');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
