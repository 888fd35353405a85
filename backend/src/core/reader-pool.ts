import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { ApiError } from './graphql-errors.js';

/** Queries that may wait for a connection. At the pace of a healthy database they wait for a fraction of a second. */
export const MAX_WAITING = 100;
/** When it may be worth asking again, in ms. */
const RETRY_AFTER_MS = 1_000;

type Connected = Parameters<typeof Pool.prototype.connect>[0];

/**
 * The API's connections. When all are busy and too many queries wait already, one more is refused at once instead of
 * making everybody wait longer: UNAVAILABLE, which says when to ask again. Waiting itself ends with the connection
 * timeout of the pool.
 */
export class ReaderPool extends Pool {
  #refused = 0;

  constructor(
    config: PoolConfig,
    private readonly maxWaiting = MAX_WAITING,
  ) {
    super(config);
  }

  /** Queries that were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Every query comes by here for its connection; those that find an idle one count as waiting for a moment too. */
  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | undefined {
    if (this.waitingCount - this.idleCount < this.maxWaiting) {
      if (connected === undefined) return super.connect();
      super.connect(connected);
      return undefined;
    }
    this.#refused += 1;
    const error = new ApiError(
      'UNAVAILABLE',
      'The database is busy with other queries; try again in a moment, and more slowly',
      { retryAfterMs: RETRY_AFTER_MS },
    );
    if (connected === undefined) return Promise.reject(error);
    connected(error, undefined, () => undefined);
    return undefined;
  }
}
