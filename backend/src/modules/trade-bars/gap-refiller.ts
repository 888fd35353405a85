import { VenueError, type Clock } from '@orderfox/feed';
import { DAY_MS } from './bar-piece.js';
import { type MarketBars } from './market-bars.js';
import { MOST_REFILLED } from './missing-trades.js';

/** While the budget is kept for what is more urgent, nobody asks. */
const BUDGET_PAUSE_MS = 5_000;
const FAILED_PAUSE_MS = 30_000;

/** What a refiller works with. */
export interface GapRefillerParts {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/**
 * Asks venues for trades that were missed and that nobody waits for any more: after a restart, or where the refill of the
 * tape came too late. One request per venue at a time, markets by turns, the newest gap of each first.
 */
export class GapRefiller {
  readonly #busy = new Set<string>();
  /** Monotonic ms until which a venue is left alone. */
  readonly #pausedUntil = new Map<string, number>();
  /** At which turn each market was asked for last. */
  readonly #asked = new WeakMap<MarketBars, number>();
  #turn = 0;
  #requests = 0;
  #failed = 0;
  #isStopped = false;

  constructor(private readonly parts: GapRefillerParts) {}

  /** Requests that were made, and those that were not answered. */
  get counts(): { readonly requests: number; readonly failed: number } {
    return { requests: this.#requests, failed: this.#failed };
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Asks for the next of these markets, where a venue is not being asked. */
  look(markets: readonly MarketBars[]): void {
    const nowMs = this.parts.clock.monotonicMs();
    const inTurn = markets
      .filter(({ fillableCount, isFull }) => fillableCount > 0 && !isFull)
      .toSorted((a, b) => (this.#asked.get(a) ?? 0) - (this.#asked.get(b) ?? 0));
    for (const market of inTurn) {
      const { venue } = market.series;
      const isPaused = (this.#pausedUntil.get(venue) ?? 0) > nowMs;
      if (this.#isStopped || isPaused || this.#busy.has(venue) || !market.isFollowed) continue;
      this.#busy.add(venue);
      this.#asked.set(market, ++this.#turn);
      void this.#refill(market).finally(() => this.#busy.delete(venue));
    }
  }

  /** Never rejects. */
  async #refill(market: MarketBars): Promise<void> {
    const { clock, onError } = this.parts;
    const { venue } = market.series;
    const [gap] = market.fillable;
    if (gap?.ids === undefined) return;
    const { ids } = gap;
    if (market.pageRows === 0 || gap.notedMs < clock.nowMs() - DAY_MS) {
      market.giveUp(gap, `${gap.reason}, and it is too late to ask for them`);
      return;
    }
    const fromId = Math.max(ids.from, ids.to - MOST_REFILLED + 1);
    const rows = Math.min(market.pageRows, ids.to - fromId + 1);
    try {
      this.#requests += 1;
      const trades = await market.past(fromId, rows);
      if (trades === undefined) {
        this.#requests -= 1;
        this.#pause(venue, BUDGET_PAUSE_MS);
        return;
      }
      const lastId = trades.at(-1)?.aggregateId ?? ids.to;
      market.takeRefill(gap, { trades, fromId, isAll: trades.length < rows || lastId >= ids.to });
    } catch (error) {
      this.#failed += 1;
      if (!(error instanceof VenueError)) onError(error);
      const untilMs = error instanceof VenueError ? (error.untilMs ?? 0) : 0;
      this.#pause(venue, Math.max(FAILED_PAUSE_MS, untilMs - clock.nowMs()));
    }
  }

  #pause(venue: string, ms: number): void {
    this.#pausedUntil.set(venue, this.parts.clock.monotonicMs() + ms);
  }
}
