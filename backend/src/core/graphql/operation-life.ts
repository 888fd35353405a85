import { setMaxListeners } from 'node:events';
import { ApiError } from '../graphql-errors.js';

/** Why nobody waits any more: the answer was given, or whoever asked has left. Nobody is told. */
const OVER = new ApiError('UNAVAILABLE', 'The answer is not wanted any more');

/**
 * Whom an operation is answered for, and how long the answer is wanted. Resolvers that ask others find it as `life` in
 * their context: what nobody waits for is not to be asked for.
 */
export class OperationLife {
  #abort: AbortController | undefined;
  #reason: ApiError | undefined;
  #held: (() => void)[] | undefined;

  /** `client`: as `clientKey` writes it. */
  constructor(readonly client: string) {}

  /** Aborted when the answer is not wanted any more; its reason is an ApiError. Made when it is first asked for. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      // All fields of an operation listen to one signal; their number is bounded elsewhere.
      setMaxListeners(0, this.#abort.signal);
      if (this.#reason !== undefined) this.#abort.abort(this.#reason);
    }
    return this.#abort.signal;
  }

  /** Something was taken for it that has to be given back. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Gives something back when this is over; at once where it is over already. */
  onEnd(giveBack: () => void): void {
    if (this.#reason === undefined) (this.#held ??= []).push(giveBack);
    else giveBack();
  }

  /** The answer is not wanted any more. May be called again: the first reason stays. */
  end(reason: ApiError = OVER): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#abort?.abort(reason);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const giveBack of held) giveBack();
  }
}
