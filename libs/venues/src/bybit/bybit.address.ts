import { requireLiveNetwork } from '../venue-address.js';

const TEST_HOSTS = [/^(stream|api)-(testnet|demo)\.bybit\./];

/** Refuses the addresses of Bybit's testnet and demo trading. Throws VenueError (`REFUSED`). */
export function requireLiveBybit(root: string): void {
  requireLiveNetwork(root, TEST_HOSTS);
}
