import { isIPv4, isIPv6 } from 'node:net';

/** The client of a connection whose address cannot be told, as one that has broken already. */
export const UNKNOWN_CLIENT = 'unknown';
/** The machine itself, by whichever of its own addresses. */
export const LOOPBACK_CLIENT = 'loopback';

/**
 * Who an address is, for counting: IPv4 as it is, also when it is written as IPv6; of IPv6 the /64, which is what one
 * household gets; the machine itself under one name. Text that is no address is UNKNOWN_CLIENT: keys are never made of
 * what somebody wrote.
 */
export function clientKey(address: string | undefined): string {
  const plain = plainAddress(address);
  if (plain === undefined) return UNKNOWN_CLIENT;
  if (plain === '::1' || plain.startsWith('127.')) return LOOPBACK_CLIENT;
  return isIPv4(plain) ? plain : `${groupsOf(plain).slice(0, 4).map(hex).join(':')}::/64`;
}

/** The address without zone, IPv4 in IPv6 as IPv4, and `::1` in its shortest form; undefined if it is no address. */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  if (isIPv4(text)) return text;
  const zone = text.indexOf('%');
  const address = zone < 0 ? text : text.slice(0, zone);
  if (!isIPv6(address)) return undefined;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).some((group) => group !== 0)) return address;
  if (groups[5] === 0xffff) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return groups[5] === 0 && high === 0 && low === 1 ? '::1' : address;
}

/** Longest address: eight groups, the last two as IPv4, and the zone of an interface. */
const MAX_LENGTH = 45 + 32;

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const before = groupList(head);
  if (tail === undefined) return before;
  const after = groupList(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function groupList(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function hex(group: number): string {
  return group.toString(16);
}
