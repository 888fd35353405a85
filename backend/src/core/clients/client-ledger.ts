import { type Clock } from '@orderfox/feed';
import { ClientAccount } from './client-account.js';
import { ClientBook } from './client-book.js';
import { LOOPBACK_CLIENT } from './client-key.js';
import { loopbackShare, type ClientLimits, type ClientShare } from './client-limits.js';
import { type Arrival, type ProxyTrust } from './proxy-trust.js';
import { TokenBucket } from './token-bucket.js';

/** Gives back what was taken. To call it twice does no harm. */
export type Release = () => void;

/** Whose share is used up: the client's own, or that of all clients together. */
export type Shortage = 'client' | 'process';

/** What is counted of a client. */
export type Budget = 'connections' | 'sockets' | 'subscriptions' | 'requests' | 'pages' | 'cost';

/** Whether a request may go on, and what is left of its budget. */
export interface RequestPermit {
  readonly allowed: boolean;
  /** Requests that may be made at once after a pause. */
  readonly limit: number;
  /** Requests that may be made at once now. */
  readonly remaining: number;
  /** Until `remaining` is `limit` again, if no request is made. */
  readonly resetMs: number;
  /** Until one request may be made; 0 if one may be made now. */
  readonly retryAfterMs: number;
}

/**
 * Who asks, and how much each has taken: one book for HTTP and for sockets. Clients are known by the key that
 * `clientOf` gives. Nothing here waits or throws; every refusal is counted.
 */
export class ClientLedger {
  readonly #book: ClientBook;
  readonly #loopback: ClientShare;
  readonly #refused = new Map<`${Budget} ${Shortage}`, number>();
  #sockets = 0;
  #subscriptions = 0;

  constructor(
    readonly limits: ClientLimits,
    private readonly trust: ProxyTrust,
    private readonly clock: Clock,
  ) {
    this.#loopback = loopbackShare(limits);
    this.#book = new ClientBook(
      limits.clients,
      (client) => new ClientAccount(client, this.shareOf(client), limits, clock),
    );
  }

  /** The client that a request comes from. */
  clientOf(request: Arrival): string {
    return this.trust.clientOf(request);
  }

  /** What a client may take. */
  shareOf(client: string): ClientShare {
    return client === LOOPBACK_CLIENT ? this.#loopback : this.limits;
  }

  /** Counts a request for a socket: what a socket may do is not to be had anew by opening another again and again. */
  takeConnection(client: string): RequestPermit {
    return this.#permit('connections', this.#book.open(client).connections);
  }

  /** Takes a socket, to be given back when it is closed; or says whose share is used up. */
  takeSocket(client: string): Release | Shortage {
    const account = this.#book.open(client);
    const shortage =
      account.sockets >= account.share.socketsPerClient
        ? 'client'
        : this.#sockets >= this.limits.sockets
          ? 'process'
          : undefined;
    if (shortage !== undefined) return this.#refuse('sockets', shortage, account);
    account.sockets += 1;
    this.#sockets += 1;
    return once(() => {
      account.sockets -= 1;
      this.#sockets -= 1;
      this.#book.settle(account);
    });
  }

  /** Takes a subscription, to be given back when it ends; or says whose share is used up. */
  takeSubscription(client: string): Release | Shortage {
    const account = this.#book.open(client);
    const shortage =
      account.subscriptions >= account.share.subscriptionsPerClient
        ? 'client'
        : this.#subscriptions >= this.limits.subscriptions
          ? 'process'
          : undefined;
    if (shortage !== undefined) return this.#refuse('subscriptions', shortage, account);
    account.subscriptions += 1;
    this.#subscriptions += 1;
    return once(() => {
      account.subscriptions -= 1;
      this.#subscriptions -= 1;
      this.#book.settle(account);
    });
  }

  /** Counts a request to the API: over HTTP, or a query or mutation over a socket. */
  takeRequest(client: string): RequestPermit {
    return this.#permit('requests', this.#book.open(client).requests);
  }

  /** Counts a request for anything else: pages, files, schema, metrics. */
  takePage(client: string): RequestPermit {
    return this.#permit('pages', this.#book.open(client).pages);
  }

  /** Spends points of cost: undefined if the client has them, else the milliseconds until it will, nothing spent. */
  spend(client: string, points: number): number | undefined {
    const { cost } = this.#book.open(client);
    if (cost.take(points)) return undefined;
    this.#count('cost', 'client');
    return cost.msUntil(points);
  }

  /** Whether a client has points to spend now. */
  canSpend(client: string, points: number): boolean {
    return this.#book.open(client).cost.msUntil(points) === 0;
  }

  /** A bucket for the messages of one socket. Each socket has its own; it lives as long as the socket. */
  messageBucket(): TokenBucket {
    return new TokenBucket(this.limits.messageBurst, this.limits.messagesPerSecond, this.clock);
  }

  /** Sockets that are held now. */
  get sockets(): number {
    return this.#sockets;
  }

  /** Subscriptions that are held now. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** Clients that are remembered now. */
  get clients(): number {
    return this.#book.size;
  }

  /** Clients that were forgotten before their budget was whole again, since the start. */
  get forgotten(): number {
    return this.#book.forgotten;
  }

  /** Refusals since the start, by budget and whose share was used up. */
  *refusals(): Generator<{ readonly budget: string; readonly share: string; readonly count: number }> {
    for (const [key, count] of this.#refused) {
      const [budget = '', share = ''] = key.split(' ');
      yield { budget, share, count };
    }
  }

  #permit(budget: 'connections' | 'requests' | 'pages', bucket: TokenBucket): RequestPermit {
    const allowed = bucket.take();
    if (!allowed) this.#count(budget, 'client');
    return {
      allowed,
      limit: bucket.capacity,
      remaining: bucket.level,
      resetMs: bucket.msUntilFull,
      retryAfterMs: bucket.msUntil(),
    };
  }

  #refuse(budget: Budget, shortage: Shortage, account: ClientAccount): Shortage {
    this.#count(budget, shortage);
    this.#book.settle(account);
    return shortage;
  }

  #count(budget: Budget, shortage: Shortage): void {
    const key = `${budget} ${shortage}` as const;
    this.#refused.set(key, (this.#refused.get(key) ?? 0) + 1);
  }
}

function once(action: () => void): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
