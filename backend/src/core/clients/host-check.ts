import { isIP } from 'node:net';
import { clientKey, LOOPBACK_CLIENT } from './client-key.js';

/** The part of a request that says under which name the server was called, and where the call arrived. */
export interface Call {
  readonly headers: { readonly host?: string | undefined };
  readonly socket: { readonly localAddress?: string | undefined; readonly localPort?: number | undefined };
}

/** What a Host header says: a name in lower case or an address without brackets, and a port. */
interface Called {
  readonly name: string;
  readonly port: number;
}

/** Nearly all requests bear the same few hosts, so reading them once is enough. */
const MAX_REMEMBERED = 100;

/**
 * Whether the server answers to the name that a request calls it by. A page of anybody can have its own name lead to
 * this machine after it was loaded (DNS rebinding); its requests then count as those of the own page, but for the name.
 *
 * Addresses and `localhost` are always answered: nobody can make them lead elsewhere. With `allowed` names, nothing
 * else is. Without, a name is refused only where it can be nothing but such an attack: it has a dot, so that somebody
 * can own it; the call arrived on a loopback address; and it names the server's own port, as a browser that calls it
 * directly must. A reverse proxy on the same machine that passes its visitors' names on has another port there.
 */
export class HostCheck {
  readonly #names: ReadonlySet<string>;
  readonly #isStrict: boolean;
  readonly #called = new Map<string, Called | undefined>();
  #refused = 0;

  /** `allowed` are names without port, in lower case, `*` for any; `own` is the name or address listened on. */
  constructor(allowed: readonly string[], own: string) {
    this.#names = new Set([...allowed, own.toLowerCase()]);
    this.#isStrict = allowed.length > 0;
  }

  /** Requests that were refused, since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** False, and counted, for a request that must not be answered. */
  answers(call: Call): boolean {
    const isAllowed = this.knows(call);
    if (!isAllowed) this.#refused += 1;
    return isAllowed;
  }

  /** The same without counting. */
  knows({ headers, socket }: Call): boolean {
    // No browser leaves it out.
    if (headers.host === undefined || this.#names.has('*')) return true;
    const called = this.#parse(headers.host);
    if (called === undefined) return false;
    const { name, port } = called;
    if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
    if (this.#names.has(name)) return true;
    if (this.#isStrict) return false;
    return !(
      name.includes('.') &&
      clientKey(socket.localAddress) === LOOPBACK_CLIENT &&
      port === socket.localPort
    );
  }

  #parse(host: string): Called | undefined {
    const known = this.#called.get(host);
    if (known !== undefined) return known;
    const called = parseHost(host);
    if (this.#called.size >= MAX_REMEMBERED) this.#called.clear();
    this.#called.set(host, called);
    return called;
  }
}

/** Undefined for what is no host. */
function parseHost(host: string): Called | undefined {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname, port } = new URL(`http://${host}`);
  const name = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '');
  return { name, port: port === '' ? 80 : Number(port) };
}
