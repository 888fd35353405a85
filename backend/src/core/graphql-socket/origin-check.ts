/**
 * Whether a page of `origin` may open a socket here. Browsers let any page open a socket to any host and only tell where
 * the page is from, so the server has to look. Allowed are the server's own origin, as the Host header of the request
 * names it, and those configured, compared whole. Programs that are no browser send no origin and are let in.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.some((entry) => sameOrigin(entry, origin))) return true;
  if (!URL.canParse(origin) || host === undefined) return false;
  const { protocol, host: originHost } = new URL(origin);
  return (protocol === 'http:' || protocol === 'https:') && originHost === hostOf(host, protocol);
}

/** The host with the scheme's default port left out, as URL writes it. */
function hostOf(host: string, protocol: string): string | undefined {
  return URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : undefined;
}

function sameOrigin(a: string, b: string): boolean {
  // Browsers write an origin in one way only, so what is written otherwise comes from no page of it.
  return URL.canParse(a) && new URL(a).origin === b && b !== 'null';
}
