import { type CompatGate } from './compat-session.js';

/** Messages that may wait for the past trades; some seconds of the liveliest market. */
export const MAX_HELD = 10_000;

/**
 * Holds live trades back until the past ones have been sent, and leaves out those that were among them, and those from before
 * them: the past is only the newest. Both are in one order: what comes after the last live trade of the past is new.
 */
export class TradeGate implements CompatGate {
  #held: Uint8Array[] | undefined = [];
  #past: ReadonlySet<string> | undefined;
  #send: ((body: Uint8Array) => void) | undefined;

  /** More came than may wait, and some of it is lost. */
  get hasOverflowed(): boolean {
    return this.#held !== undefined && this.#held.length > MAX_HELD;
  }

  take(body: Uint8Array, send: (body: Uint8Array) => void): void {
    this.#send = send;
    if (this.#held === undefined) this.#pass(body);
    else if (this.#held.length <= MAX_HELD) this.#held.push(body);
  }

  /** The past trades have been sent; these are their ids. */
  open(past: Iterable<string>): void {
    const held = (this.#held ?? []).map((body) => ({ body, id: idOf(body) }));
    const told = new Set(past);
    this.#past = told;
    this.#held = undefined;
    const lastTold = held.findLastIndex(({ id }) => id !== undefined && told.has(id));
    for (const [at, { body, id }] of held.entries()) if (at > lastTold || id === undefined) this.#pass(body);
  }

  #pass(body: Uint8Array): void {
    if (this.#past !== undefined) {
      const id = idOf(body);
      if (id !== undefined && this.#past.has(id)) return;
      if (id !== undefined) this.#past = undefined;
    }
    this.#send?.(body);
  }
}

/** The id of the one trade of a message; undefined for one that tells of trouble. */
function idOf(body: Uint8Array): string | undefined {
  const { trades } = JSON.parse(new TextDecoder().decode(body)) as {
    readonly trades?: readonly { readonly id: string }[];
  };
  return trades?.[0]?.id;
}
