import { type TradeFieldsFragment } from '@orderfox/client';

/** A trade as the server tells it. */
export type Trade = TradeFieldsFragment;

/** Trades that are missing between one that is shown and the one before it, or may be. */
export interface TapeHole {
  /** How many; undefined where nobody knows, and where perhaps none are. */
  readonly missed: number | undefined;
  /** True where the server told of them and this page did not hear it. */
  readonly isOurs: boolean;
}

/** A trade in its place. */
export interface TapedTrade {
  readonly trade: Trade;
  /** What is missing before it; undefined where it follows directly. */
  readonly hole: TapeHole | undefined;
}

/** Trades that were told are known again by their ids: so many of the newest. */
const KNOWN_IDS = 1_000;
/** Live trades that wait for what lies before them. */
const MOST_WAITING = 1_000;

/**
 * Joins what a stream of trades tells with what can be asked for, in order and once each. A stream begins anywhere: its
 * trades wait for an answer that has the first of them, for that has what lies before it too. Where the two do not meet, or
 * do not reach back to what was shown last, a hole is told and not closed in silence.
 */
export class TradeSeam {
  /** In the order in which they were told, the newest `KNOWN_IDS`. */
  readonly #known = new Set<string>();
  /** Live trades without a place so far, oldest first; undefined while the stream goes on from what was told. */
  #waiting: Trade[] | undefined = [];

  /** Whether live trades wait for an answer. */
  isWaiting(): boolean {
    return (this.#waiting?.length ?? 0) > 0;
  }

  /** The stream was interrupted: where it goes on is not where it was. */
  lost(): void {
    // What waited was shown to nobody; an answer has it still, or it is missing.
    this.#waiting = [];
  }

  /** Takes over a live trade; returns what can be shown of it. */
  live(trade: Trade): readonly TapedTrade[] {
    if (this.#waiting === undefined) return this.#known.has(trade.id) ? [] : this.#tell([trade], undefined);
    this.#waiting.push(trade);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    return [];
  }

  /**
   * Takes over the newest trades as they were asked for.
   *
   * @param page oldest first
   * @param isAfterLive whether they were asked for after the first that waits had come
   * @returns what can be shown, oldest first
   */
  answer(page: readonly Trade[], isAfterLive: boolean): readonly TapedTrade[] {
    const waiting = this.#waiting ?? [];
    const [first] = waiting;
    if (first === undefined) return this.#continue(page);
    const meets = page.findIndex(({ id }) => id === first.id);
    if (meets !== -1) {
      this.#waiting = undefined;
      return this.#continue([...page.slice(0, meets), ...waiting]);
    }
    // Asked for later, it would have what came first, were there not too many since.
    return isAfterLive ? this.giveUp() : [];
  }

  /** No answer can be had: what waits is shown, with a hole before it. */
  giveUp(): readonly TapedTrade[] {
    const waiting = this.#waiting ?? [];
    if (waiting.length === 0) return [];
    this.#waiting = undefined;
    return this.#continue(waiting);
  }

  /** @param trades a stretch without a hole of its own, oldest first */
  #continue(trades: readonly Trade[]): readonly TapedTrade[] {
    const meets = trades.findLastIndex(({ id }) => this.#known.has(id));
    const isTorn = meets === -1 && this.#known.size > 0;
    return this.#tell(trades.slice(meets + 1), isTorn ? { missed: undefined, isOurs: true } : undefined);
  }

  #tell(trades: readonly Trade[], hole: TapeHole | undefined): readonly TapedTrade[] {
    for (const { id } of trades) {
      this.#known.add(id);
      const [oldest] = this.#known;
      if (this.#known.size > KNOWN_IDS && oldest !== undefined) this.#known.delete(oldest);
    }
    return trades.map((trade, at) => ({ trade, hole: (at === 0 ? hole : undefined) ?? holeBefore(trade) }));
  }
}

function holeBefore({ isAfterGap, missedBefore }: Trade): TapeHole | undefined {
  return isAfterGap ? { missed: missedBefore ?? undefined, isOurs: false } : undefined;
}
