import { ApiError } from '../graphql-errors.js';
import { LOOPBACK_CLIENT } from './client-key.js';
import { loopbackShare, type ClientLimits } from './client-limits.js';

/** Who takes a place, and tells when it is not needed any more. */
export interface PlaceHolder {
  /** As `clientKey` writes it. */
  readonly client: string;
  /** Has the place given back. */
  onEnd(giveBack: () => void): void;
}

/**
 * Which of the things that all clients share are followed for whom, so that no client holds all places of one kind: each has
 * its share of different ones, however often it asks for each. Holds as much as operations that run.
 */
export class ClientPlaces {
  /** How often each client holds each key. */
  readonly #held = new Map<string, Map<string, number>>();
  readonly #loopback: number;
  #refused = 0;

  /** `what`: of what there are places, such as `order books of markets outside SYMBOLS`. */
  constructor(
    private readonly limits: ClientLimits,
    private readonly what: string,
  ) {
    this.#loopback = loopbackShare(limits).marketsPerClient;
  }

  /** How often somebody wanted more than its share. */
  get refused(): number {
    return this.#refused;
  }

  /** What is held by anybody; some perhaps twice. */
  *keys(): Generator<string> {
    for (const keys of this.#held.values()) yield* keys.keys();
  }

  /** Takes a place until the holder gives it back. Throws ApiError RATE_LIMITED where its client has as many others. */
  take(key: string, holder: PlaceHolder): void {
    const { client } = holder;
    const keys = this.#held.get(client) ?? new Map<string, number>();
    const allowed = client === LOOPBACK_CLIENT ? this.#loopback : this.limits.marketsPerClient;
    if (!keys.has(key) && keys.size >= allowed) {
      this.#refused += 1;
      throw new ApiError(
        'RATE_LIMITED',
        `One address may follow ${allowed} ${this.what} at once; end one of them first`,
        { allowed },
      );
    }
    this.#held.set(client, keys);
    keys.set(key, (keys.get(key) ?? 0) + 1);
    holder.onEnd(() => this.#giveBack(client, keys, key));
  }

  #giveBack(client: string, keys: Map<string, number>, key: string): void {
    const rest = (keys.get(key) ?? 1) - 1;
    if (rest > 0) keys.set(key, rest);
    else keys.delete(key);
    if (keys.size === 0 && this.#held.get(client) === keys) this.#held.delete(client);
  }
}
