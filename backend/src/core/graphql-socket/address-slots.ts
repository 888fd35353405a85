import { isIPv6 } from 'node:net';

/** Counts what each address holds, so that one client cannot take everybody's share. */
export class AddressSlots {
  readonly #held = new Map<string, number>();

  constructor(
    private readonly perAddress: number,
    private readonly fromLoopback: number,
  ) {}

  /** Takes a slot and returns the function that gives it back, once; undefined if the address has none left. */
  take(address: string): (() => void) | undefined {
    const holder = holderOf(address);
    const held = this.#held.get(holder) ?? 0;
    if (held >= (holder === 'loopback' ? this.fromLoopback : this.perAddress)) return undefined;
    this.#held.set(holder, held + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const rest = (this.#held.get(holder) ?? 1) - 1;
      if (rest === 0) this.#held.delete(holder);
      else this.#held.set(holder, rest);
    };
  }

  /** How many addresses hold something. */
  get holders(): number {
    return this.#held.size;
  }
}

/** A household gets a whole /64 of IPv6, so that is what counts as one client. */
function holderOf(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (plain === '::1' || plain.startsWith('127.')) return 'loopback';
  return isIPv6(plain) ? network64(plain) : plain;
}

function network64(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
