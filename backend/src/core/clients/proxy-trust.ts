import { type IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { clientKey, plainAddress } from './client-key.js';

/** More proxies than anybody has one behind the other; bounds the work on a header that somebody has made long. */
const MAX_HOPS = 32;
const HOPS = /^\d{1,2}$/;

/** The part of a request that says where it comes from. */
export interface Arrival {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingMessage['headers'];
}

/** TRUST_PROXY is neither a number of proxies nor a list of addresses. The message says which part is wrong. */
export class ProxyTrustError extends Error {
  constructor(entry: string) {
    super(
      `${JSON.stringify(entry)} is neither a number of proxies (0 to ${MAX_HOPS}) nor an address or network such as 10.0.0.0/8`,
    );
    this.name = 'ProxyTrustError';
  }
}

/**
 * Whose word on a client's address is taken. Every proxy appends to `X-Forwarded-For` the address that it was called
 * from, so the header is read from its right end, and only as far as those go who are trusted: what stands left of
 * that was written by somebody unknown. `Forwarded`, `X-Real-IP` and the like are never read.
 */
export class ProxyTrust {
  /** Nobody's: a client is the other end of its connection, whatever it writes into headers. */
  static readonly NONE = new ProxyTrust(() => false);

  private constructor(private readonly trusts: (address: string, hop: number) => boolean) {}

  /**
   * `text` is how many proxies every request passes, or their addresses and networks, comma separated; undefined for
   * none. Throws ProxyTrustError.
   */
  static parse(text: string | undefined): ProxyTrust {
    if (text === undefined) return ProxyTrust.NONE;
    if (HOPS.test(text)) {
      const hops = Number(text);
      if (hops > MAX_HOPS) throw new ProxyTrustError(text);
      return new ProxyTrust((_address, hop) => hop < hops);
    }
    const list = new BlockList();
    for (const entry of text.split(',')) addNetwork(list, entry.trim());
    return new ProxyTrust((address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'));
  }

  /** The client, as the key that everything is counted under. Never throws. */
  clientOf({ socket, headers }: Arrival): string {
    let known = plainAddress(socket.remoteAddress);
    if (known === undefined) return clientKey(undefined);
    const header = headers['x-forwarded-for'];
    let rest = Array.isArray(header) ? header.join(',') : (header ?? '');
    for (let hop = 0; hop < MAX_HOPS && rest !== '' && this.trusts(known, hop); hop += 1) {
      const comma = rest.lastIndexOf(',');
      const claimed = plainAddress(withoutPort(rest.slice(comma + 1).trim()));
      // What cannot be read is not passed over: left of it anything could stand.
      if (claimed === undefined) break;
      known = claimed;
      rest = comma < 0 ? '' : rest.slice(0, comma);
    }
    return clientKey(known);
  }
}

function addNetwork(list: BlockList, entry: string): void {
  const [address = '', length, ...more] = entry.split('/');
  const plain = plainAddress(address);
  if (plain === undefined || address.includes('%') || more.length > 0) throw new ProxyTrustError(entry);
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (length === undefined) {
    list.addAddress(plain, family);
    return;
  }
  // The length of a network written as ::ffff:10.0.0.0 would be ambiguous.
  const bits =
    /^\d{1,3}$/.test(length) && plain.includes(':') === address.includes(':') ? Number(length) : 999;
  if (bits > (family === 'ipv4' ? 32 : 128)) throw new ProxyTrustError(entry);
  list.addSubnet(plain, bits, family);
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]{1,60})\](?::\d{1,5})?$/.exec(entry)?.[1];
  if (bracketed !== undefined && isIPv6(bracketed)) return bracketed;
  return /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(entry)?.[1] ?? entry;
}
