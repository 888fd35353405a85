import { type Clock } from '@orderfox/feed';
import { type ClientLimits, type ClientShare } from './client-limits.js';
import { TokenBucket } from './token-bucket.js';

/** What one client holds, and what it has taken lately. Buckets are made when they are first needed. */
export class ClientAccount {
  sockets = 0;
  subscriptions = 0;
  /** Neighbours in the order in which clients were last seen; see ClientBook. */
  older: ClientAccount | undefined;
  newer: ClientAccount | undefined;
  #connections: TokenBucket | undefined;
  #requests: TokenBucket | undefined;
  #pages: TokenBucket | undefined;
  #cost: TokenBucket | undefined;

  constructor(
    readonly client: string,
    readonly share: ClientShare,
    private readonly limits: ClientLimits,
    private readonly clock: Clock,
  ) {}

  /** Sockets that are opened. */
  get connections(): TokenBucket {
    const { connectionBurst, connectionsPerMinute } = this.share;
    this.#connections ??= new TokenBucket(connectionBurst, connectionsPerMinute / 60, this.clock);
    return this.#connections;
  }

  /** Requests to the API. */
  get requests(): TokenBucket {
    const { requestBurst, requestsPerMinute } = this.share;
    this.#requests ??= new TokenBucket(requestBurst, requestsPerMinute / 60, this.clock);
    return this.#requests;
  }

  /** Requests for everything else. */
  get pages(): TokenBucket {
    const { pageFactor } = this.limits;
    const { requestBurst, requestsPerMinute } = this.share;
    this.#pages ??= new TokenBucket(
      requestBurst * pageFactor,
      (requestsPerMinute / 60) * pageFactor,
      this.clock,
    );
    return this.#pages;
  }

  /** Points of cost. */
  get cost(): TokenBucket {
    const { costPerMinute } = this.share;
    this.#cost ??= new TokenBucket(costPerMinute, costPerMinute / 60, this.clock);
    return this.#cost;
  }

  /** Holds sockets or subscriptions, which will be given back here. */
  get isHolding(): boolean {
    return this.sockets > 0 || this.subscriptions > 0;
  }

  /** Nothing would change if this account were replaced by a new one. */
  get isBlank(): boolean {
    return (
      !this.isHolding &&
      [this.#connections, this.#requests, this.#pages, this.#cost].every(
        (bucket) => (bucket?.msUntilFull ?? 0) === 0,
      )
    );
  }
}
