import { asking, WithheldError, type JsonFetch, type RequestAsk } from '@orderfox/feed';

/** Counts what one part of the program asks of venues, beside what the limiter counts by venue and kind. */
export class RequestTally {
  #waiting = 0;
  #made = 0;
  #failed = 0;
  #withheld = 0;

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Requests that were made. */
  get made(): number {
    return this.#made;
  }

  /** Of those: which the venue did not answer, or not with what was wanted. */
  get failed(): number {
    return this.#failed;
  }

  /** Requests that were not made because the venue's limit left no place for them in time. */
  get withheld(): number {
    return this.#withheld;
  }

  /** Runs what makes one request through the `http` that it is given; gives its outcome. */
  async count<R>(http: JsonFetch, ask: RequestAsk, task: (http: JsonFetch) => Promise<R>): Promise<R> {
    const request = { hasBegun: false };
    const onTurn = () => {
      request.hasBegun = true;
      this.#waiting -= 1;
      this.#made += 1;
    };
    this.#waiting += 1;
    try {
      return await task(asking(http, { ...ask, onTurn }));
    } catch (error) {
      if (request.hasBegun) this.#failed += 1;
      else if (error instanceof WithheldError) this.#withheld += 1;
      throw error;
    } finally {
      if (!request.hasBegun) this.#waiting -= 1;
    }
  }
}
