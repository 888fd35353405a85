/** The schemes of an address of Redis: plain, and over TLS. */
export const REDIS_SCHEMES = ['redis:', 'rediss:'] as const;

/**
 * What is wrong with an address of Redis, in a sentence without anything secret; undefined where it can be used. The form
 * is `redis[s]://[[user][:password]@]host[:port][/database]`.
 */
export function redisAddressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !REDIS_SCHEMES.some((scheme) => scheme === url.protocol))
    return 'must be an address that starts with redis:// or rediss://';
  if (url.hostname === '') return 'must name a host, such as redis://localhost:6379';
  if (!/^\/?\d{0,4}$/.test(url.pathname))
    return 'may end with the number of a database, such as /1, and nothing else';
  if (url.search !== '' || url.hash !== '') return 'must have nothing behind the number of the database';
  if (!isDecodable(url.username) || !isDecodable(url.password))
    return 'must have user and password percent-encoded: % itself is %25';
  return undefined;
}

/** The address for people and logs, without user and password. */
export function describeRedis(address: string): string {
  const { protocol, hostname, port, pathname } = new URL(address);
  const database = pathname.length > 1 ? pathname : '';
  return `${hostname}:${port === '' ? '6379' : port}${database}${protocol === 'rediss:' ? ' (TLS)' : ''}`;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
