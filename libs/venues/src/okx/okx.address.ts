import { requireLiveNetwork } from '../venue-address.js';

/** Hosts of OKX's demo trading, whose liquidations are play money. */
const DEMO_HOSTS = [/^ws\w*pap\.okx\.com$/];

/** Refuses the addresses of OKX's demo trading. Throws VenueError (`REFUSED`). */
export function requireLiveOkx(root: string): void {
  requireLiveNetwork(root, DEMO_HOSTS);
}
