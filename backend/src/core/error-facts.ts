/**
 * What any thrown value says. Told by shape and not by `instanceof`: errors of Node's own modules may come from another
 * realm than the code that catches them.
 */
export function messageOf(error: unknown): string {
  const message = property(error, 'message');
  return typeof message === 'string' && message !== '' ? message : String(codeOf(error) ?? error);
}

/** Its `code`, such as `ENOENT` or an SQLSTATE. */
export function codeOf(error: unknown): string | undefined {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
