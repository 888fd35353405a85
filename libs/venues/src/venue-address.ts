import { VenueError } from '@orderfox/feed';

/**
 * A root and a path, with exactly one slash between them. What the root already has of its own, such as a proxy's
 * prefix, stays in front; a root that was configured with the whole path is left as it is.
 */
export function joinAddress(root: string, path: string): string {
  const trimmed = root.replace(/\/+$/, '');
  return trimmed.endsWith(path) ? trimmed : `${trimmed}${path}`;
}

/** True for this machine, whatever it is called: simulators and tests live there. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * Refuses the address of a venue's test network: it looks like the real thing and its liquidations are play money.
 * Throws VenueError (`REFUSED`), also for text that is no address.
 */
export function requireLiveNetwork(root: string, testHosts: readonly RegExp[]): void {
  if (!URL.canParse(root)) throw new VenueError('REFUSED', `not an address: ${root.slice(0, 100)}`);
  const { hostname } = new URL(root);
  if (isLoopback(hostname) || !testHosts.some((pattern) => pattern.test(hostname))) return;
  throw new VenueError(
    'REFUSED',
    `${hostname} is a test network: what happens there is play money. Use the venue's real address.`,
  );
}
