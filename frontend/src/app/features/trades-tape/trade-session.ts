import {
  BufferOverflowError,
  ApiError,
  TradeAddedDocument,
  TradesDocument,
  type OrderFoxClient,
  type TradeAddedSubscriptionVariables,
} from '@orderfox/client';
import { type Clock } from '../../core/clock.js';
import { Attempts } from '../../graphql/attempts.js';
import { TradeSeam, type TapedTrade, type Trade } from './trade-seam.js';

/** As many trades as the server keeps; it says so where it keeps fewer. */
const MOST_ASKED = 500;

/** What a session tells while it runs. */
export interface TradeListener {
  /** What comes next, oldest first; with none the server has answered that there are none. */
  trades(trades: readonly TapedTrade[]): void;
  /** The connection to the server was lost at that time, epoch milliseconds of the viewer's clock. */
  silent(sinceMs: number): void;
  /** It did not work. `isFinal`: it has stopped; else it is tried again. */
  trouble(error: unknown, isFinal: boolean): void;
}

/**
 * The trades of one market from beginning to end: the stream is opened first and the newest are asked for after, once at
 * the start, once when the first live one has come, and so again after every interruption.
 */
export class TradeSession {
  readonly #seam = new TradeSeam();
  #asking: Attempts | undefined;
  #trades: AsyncIterableIterator<{ tradeAdded: Trade }, undefined> | undefined;
  #most = MOST_ASKED;
  #isOver = false;
  readonly #unwatch: () => void;

  constructor(
    private readonly client: OrderFoxClient,
    private readonly clock: Clock,
    private readonly market: TradeAddedSubscriptionVariables,
    private readonly on: TradeListener,
  ) {
    void this.#follow();
    this.#ask();
    this.#unwatch = this.#watch();
  }

  end(): void {
    this.#isOver = true;
    this.#unwatch();
    this.#asking?.end();
    void this.#trades?.return?.();
  }

  /** At once, and not when the page gets to it: the first trade after a loss must find the seam open. */
  #watch(): () => void {
    let isLost = false;
    return this.client.watchStatus(({ state, sinceMs }) => {
      if (state === 'reconnecting' || state === 'closed') {
        this.#seam.lost();
        if (!isLost) this.on.silent(sinceMs);
        isLost = true;
      } else if (state === 'connected' && isLost) {
        isLost = false;
        this.#ask();
      }
    });
  }

  async #follow(): Promise<void> {
    const trades = this.client.subscribe(TradeAddedDocument, this.market, {
      onRetry: (error) => this.#interrupted(error),
    });
    this.#trades = trades;
    try {
      for await (const { tradeAdded } of trades) this.#hear(tradeAdded);
    } catch (error) {
      if (this.#isOver) return;
      if (error instanceof BufferOverflowError) {
        this.#interrupted(error);
        void this.#follow();
        return;
      }
      this.end();
      this.on.trouble(error, true);
    }
  }

  #hear(trade: Trade): void {
    const isFirst = !this.#seam.isWaiting();
    const told = this.#seam.live(trade);
    if (told.length > 0) this.on.trades(told);
    else if (isFirst && this.#seam.isWaiting()) this.#ask();
  }

  /** The stream is opened anew: what happens until then is not heard. */
  #interrupted(error: unknown): void {
    if (this.#isOver) return;
    this.#seam.lost();
    // A reader that was too slow has lost nothing that cannot be asked for.
    const wasSlow = error instanceof BufferOverflowError || codeOf(error) === 'SLOW_CONSUMER';
    if (!wasSlow) this.on.trouble(error, false);
    this.#ask();
  }

  /** Asks for the newest until there is an answer; who asks again takes the place of who asked before. */
  #ask(): void {
    if (this.#isOver) return;
    this.#asking?.end();
    const asking = new Attempts(this.clock);
    this.#asking = asking;
    void this.#read(asking);
  }

  async #read(asking: Attempts): Promise<void> {
    let isAfterLive = false;
    try {
      const answer = await asking.persist(
        () => {
          isAfterLive = this.#seam.isWaiting();
          return this.client.query(TradesDocument, { ...this.market, first: this.#most });
        },
        (error) => this.#failed(asking, error),
      );
      if (answer === undefined || asking.ended()) return;
      this.on.trades(this.#seam.answer(answer.trades.toReversed(), isAfterLive));
      // It was asked for before the first live one came, and does not reach up to it.
      if (this.#seam.isWaiting()) this.#ask();
    } catch (error) {
      if (asking.ended()) return;
      if (this.#learns(error)) this.#ask();
      else {
        this.end();
        this.on.trouble(error, true);
      }
    }
  }

  /** The answer is not there, and is asked for again; live trades do not wait for it. */
  #failed(asking: Attempts, error: unknown): void {
    if (asking.ended()) return;
    if (!this.#seam.isWaiting()) {
      this.on.trouble(error, false);
      return;
    }
    asking.end();
    this.on.trades(this.#seam.giveUp());
  }

  /** Whether the server said how many it keeps. */
  #learns(error: unknown): boolean {
    const maxFirst = error instanceof ApiError ? error.details.maxFirst : undefined;
    if (typeof maxFirst !== 'number' || maxFirst < 1 || maxFirst >= this.#most) return false;
    this.#most = Math.floor(maxFirst);
    return true;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof ApiError ? error.code : undefined;
}
