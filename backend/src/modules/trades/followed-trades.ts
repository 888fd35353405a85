import { type Trade } from '@orderfox/domain';
import { type Clock, type SocketStatus } from '@orderfox/feed';
import { type ApiError } from '../../core/graphql-errors.js';
import { RecentTrades } from './recent-trades.js';
import { type TradeFeed } from './trade-feed.js';
import { ToldTrade, type TapedTrade } from './trade-market.js';
import { tradesUnavailable } from './trade-news.js';
import { TradeTape, type TradeGap, type TradeTapeParts } from './trade-tape.js';

/** How long a question waits for the trades of a market that nobody has looked at before. */
export const WAIT_MS = 3_000;
/** States that a connection may well leave within that time. */
const PASSING: ReadonlySet<string> = new Set(['CONNECTING', 'SYNCING', 'STALE', 'RESYNCING']);
/** States in which a connection is lost, and not only slow. */
const CALM: ReadonlySet<string> = new Set(['CONNECTING', 'SYNCING', 'STALE', 'LIVE']);

/** What is needed to follow a market. */
export interface FollowedTradesParts extends Pick<
  TradeTapeParts,
  'market' | 'turns' | 'isStanding' | 'clock' | 'onError'
> {
  readonly feed: Pick<TradeFeed, 'watch' | 'status' | 'refusal' | 'lastDataMs'>;
  /** Most trades that are kept. */
  readonly kept: number;
  /** All that is told from now on comes after it. */
  readonly position: number;
  /** Announces a trade; called once for each, in order. */
  readonly announce: (trade: Trade, gap: TradeGap | undefined) => TapedTrade;
  /** Nothing comes any more, and will not until the connection is back. */
  readonly onOut: (status: SocketStatus, sinceMs: number) => void;
  /** The connection was lost; told again for every state until it is back. */
  readonly onLost: () => void;
  /** It is not followed any more. */
  readonly onEnd: () => void;
}

/** One market that is followed: its newest trades, and whether there can be any. */
export class FollowedTrades {
  readonly recent: RecentTrades;
  readonly tape: TradeTape;
  /** Monotonic ms at which somebody wanted them last. */
  wantedMs: number;
  readonly #waiting = new Set<() => void>();
  readonly #clock: Clock;
  #isSettled = false;
  #isLive = false;
  #isOut = false;
  #sinceMs: number;

  constructor(private readonly parts: FollowedTradesParts) {
    const { market, feed, turns, isStanding, clock, kept, position, announce, onError } = parts;
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
    this.wantedMs = clock.monotonicMs();
    this.recent = new RecentTrades(kept, position);
    this.tape = new TradeTape({
      market,
      feed,
      turns,
      isStanding,
      clock,
      history: kept,
      onTrade: (trade, gap) => this.recent.add(announce(trade, gap)),
      onHistory: (trades) => {
        this.recent.addOlder(trades.map((trade) => new ToldTrade(trade, 0)));
        this.#isSettled = true;
        this.#wake();
      },
      onStatus: (status) => this.#connectionChanged(status),
      onError,
    });
  }

  /** Begins. Throws VenueError (`REFUSED`). */
  start(accepts: () => boolean): void {
    this.tape.start(accepts);
    this.#connectionChanged(this.parts.feed.status);
  }

  end(): void {
    this.tape.end();
    this.parts.onEnd();
    this.#wake();
  }

  /** Epoch ms up to which nothing is missing or still to come; undefined while that cannot be said. */
  get provenMs(): number | undefined {
    const { feed, market } = this.parts;
    const isDoubtful = !this.#isLive || this.tape.isHolding || feed.refusal(market.instrument) !== undefined;
    return isDoubtful ? undefined : feed.lastDataMs;
  }

  /** The newest trades, the newest first, or why there are none. */
  newest(count: number): readonly TapedTrade[] | ApiError {
    const { feed, market } = this.parts;
    const refusal = feed.refusal(market.instrument);
    if (refusal !== undefined) {
      const reason = `the venue does not send them: ${refusal}`;
      return tradesUnavailable(market, { state: 'ERROR', reason }, this.#sinceMs);
    }
    return this.#isLive ? this.recent.newest(count) : tradesUnavailable(market, feed.status, this.#sinceMs);
  }

  /** Resolves when there are trades, when there will be none soon, after three seconds, or when the signal aborts. */
  async ready(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      // What has been missing for longer is not waited for once more.
      const waitMs = Math.max(0, this.#sinceMs + WAIT_MS - this.#clock.nowMs());
      const done = (): void => {
        timer.cancel();
        this.#waiting.delete(look);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const look = (): void => {
        if (this.#isReady) done();
      };
      const timer = this.#clock.after(waitMs, done);
      this.#waiting.add(look);
      signal?.addEventListener('abort', done);
      if (signal?.aborted === true) done();
      else look();
    });
  }

  get #isReady(): boolean {
    const { feed, market } = this.parts;
    if (feed.refusal(market.instrument) !== undefined) return true;
    return this.#isLive ? this.#isSettled : !PASSING.has(feed.status.state);
  }

  #connectionChanged(status: SocketStatus): void {
    const isLive = status.state === 'LIVE';
    if (isLive !== this.#isLive) this.#sinceMs = this.#clock.nowMs();
    this.#isLive = isLive;
    const isOut = isLive ? false : this.#isOut || !CALM.has(status.state);
    if (!CALM.has(status.state)) this.parts.onLost();
    if (isOut && !this.#isOut) this.parts.onOut(status, this.#sinceMs);
    this.#isOut = isOut;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
