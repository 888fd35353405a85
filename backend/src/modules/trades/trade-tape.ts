import { type Trade } from '@orderfox/domain';
import { VenueError, type Clock, type SocketState, type SocketStatus, type Timer } from '@orderfox/feed';
import { ShedNumbers } from './shed-numbers.js';
import { type TradeFeed } from './trade-feed.js';
import { type TradeMarket } from './trade-market.js';
import { TradeSequence } from './trade-sequence.js';
import { type TradeTurns } from './trade-turns.js';

/** A hole of more trades is not filled: that would take a venue's budget from everybody else. */
const MOST_REFILLED = 5_000;
/** So long the trades behind a hole wait for what is missing. */
const REFILL_WITHIN_MS = 10_000;
/** More of them do not wait. */
const MOST_HELD = 5_000;
/** Why trades are left out by us. */
const TOO_MANY = 'more trades came than this server takes';
/** Why nobody knows how many are missing before a trade with a number. */
export const COUNTS_ANEW = 'the venue has begun to count anew';
/** States without a loss so far. What is STALE may come back without one. */
const MAY_FLOW: ReadonlySet<SocketState> = new Set<SocketState>(['CONNECTING', 'SYNCING', 'LIVE', 'STALE']);

/** Trades that did not come and will not. */
export interface TradeGap {
  /** How many; undefined where that is not known. */
  readonly missing: number | undefined;
  /** Why, for people. */
  readonly reason: string;
  /** Some of them came and were left out because too many did: nobody is to ask for them. */
  readonly isShed?: boolean;
}

/** What a tape is made with. */
export interface TradeTapeParts {
  readonly market: TradeMarket;
  readonly feed: Pick<TradeFeed, 'watch' | 'status' | 'refusal'>;
  readonly turns: Pick<TradeTurns, 'list'>;
  /** The market is followed whether any client wants it or not. */
  readonly isStanding: () => boolean;
  readonly clock: Clock;
  /** Trades from before anybody listened that are asked for, where the venue can be asked. */
  readonly history: number;
  /** Takes each trade once, in order. */
  readonly onTrade: (trade: Trade, gap: TradeGap | undefined) => void;
  /** Takes, once and after the first trade, what happened before it, ascending; none where that cannot be had. */
  readonly onHistory: (trades: readonly Trade[]) => void;
  /** The connection was lost, or is back. */
  readonly onStatus: (status: SocketStatus) => void;
  readonly onError: (error: unknown) => void;
}

/** What a tape counted. */
export interface TradeTapeCounts {
  readonly told: number;
  /** Trades that came again. */
  readonly known: number;
  readonly refilled: number;
  /** Holes that could not be filled. */
  readonly gaps: number;
  /** Trades that were left out because too many came. */
  readonly shed: number;
}

/**
 * The trades of one market in order, each once. Where the venue numbers them, what was missed is asked for, and what came
 * behind it waits so long; what cannot be had is told as a gap with the trade that follows it. Where it does not, a lost
 * connection is a gap.
 */
export class TradeTape {
  readonly #sequence = new TradeSequence();
  readonly #counts = { told: 0, known: 0, refilled: 0, gaps: 0, shed: 0 };
  /** Trades behind a hole, while that is being filled. */
  #held: Trade[] | undefined;
  #giveUp: Timer | undefined;
  /** To be told with the next trade. */
  #gap: TradeGap | undefined;
  readonly #shedNumbers = new ShedNumbers();
  #hasAsked = false;
  #leave: (() => void) | undefined;

  constructor(private readonly parts: TradeTapeParts) {}

  get counts(): TradeTapeCounts {
    return this.#counts;
  }

  /** Trades wait behind a hole that is being filled. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Begins to listen. Throws VenueError (`REFUSED`). */
  start(accepts: () => boolean): void {
    const { feed, market } = this.parts;
    this.#leave = feed.watch(market.instrument, {
      onTrade: (trade) => {
        if (accepts()) this.#take(trade);
        else this.#shed(trade);
      },
      onUnreadable: () => this.#mayMiss('what the venue sent could not be read'),
      onStatus: (status) => this.#connectionChanged(status),
    });
  }

  /** Lets go of the venue. */
  end(): void {
    this.#giveUp?.cancel();
    this.#held = undefined;
    this.#leave?.();
    this.#leave = undefined;
  }

  #connectionChanged(status: SocketStatus): void {
    if (!MAY_FLOW.has(status.state)) this.#mayMiss('the connection to the venue was lost');
    this.parts.onStatus(status);
  }

  /** Numbers tell by themselves what is missing. */
  #mayMiss(reason: string): void {
    if (this.#sequence.hasBegun && !this.#sequence.isNumbered) this.#gap ??= { missing: undefined, reason };
  }

  #shed(trade: Trade): void {
    this.#counts.shed += 1;
    const { aggregateId } = trade;
    if (aggregateId !== undefined && this.#sequence.place(trade).kind !== 'KNOWN')
      this.#shedNumbers.add(aggregateId);
    this.#mayMiss(TOO_MANY);
  }

  #take(trade: Trade): void {
    if (this.#held !== undefined) {
      this.#held.push(trade);
      if (this.#held.length > MOST_HELD) this.#fail('too many trades came meanwhile');
      return;
    }
    const place = this.#sequence.place(trade);
    if (place.kind === 'KNOWN') {
      this.#counts.known += 1;
      return;
    }
    if (place.kind === 'NEXT') {
      this.#tell(trade);
      return;
    }
    const { fromId, missing } = place;
    if (fromId === undefined) this.#shedNumbers.clear();
    const isShed = fromId !== undefined && this.#shedNumbers.hasAny(fromId, (trade.aggregateId ?? 0) - 1);
    const canAsk = this.parts.market.venue.trades.history !== undefined && !isShed;
    if (canAsk && fromId !== undefined && (missing ?? Infinity) <= MOST_REFILLED) {
      this.#hold(trade, fromId);
      return;
    }
    this.#sequence.skipTo(trade);
    this.#gap = isShed
      ? { missing, reason: TOO_MANY, isShed }
      : { missing, reason: fromId === undefined ? COUNTS_ANEW : 'the venue left out numbers' };
    this.#tell(trade);
  }

  #tell(trade: Trade): void {
    const gap = this.#gap;
    this.#gap = undefined;
    if (gap !== undefined) this.#counts.gaps += 1;
    this.#counts.told += 1;
    this.#sequence.add(trade);
    if (trade.aggregateId !== undefined) this.#shedNumbers.forget(trade.aggregateId);
    this.parts.onTrade(trade, gap);
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    void this.#askBefore(trade);
  }

  /** What lies between the newest trade and this one is not to be had. */
  #skipTo(trade: Trade, missing: number | undefined, reason: string): void {
    this.#sequence.skipTo(trade);
    this.#gap = { missing, reason };
  }

  #hold(trade: Trade, fromId: number): void {
    this.#held = [trade];
    this.#giveUp = this.parts.clock.after(REFILL_WITHIN_MS, () =>
      this.#fail('the venue did not answer in time'),
    );
    void this.#refill(this.#held, fromId);
  }

  /** Asks for what is missing before the first that is held, page by page. Never rejects. */
  async #refill(held: readonly Trade[], fromId: number): Promise<void> {
    const isWanted = () => this.#held === held;
    const endId = held[0]?.aggregateId ?? 0;
    try {
      for (let nextId = fromId; nextId < endId;) {
        const page = await this.#list(nextId, endId, isWanted);
        if (!isWanted()) return;
        const last = page?.at(-1)?.aggregateId;
        if (page === undefined || last === undefined) {
          this.#fail('the venue has them no more');
          return;
        }
        for (const trade of page) this.#tellMissed(trade);
        nextId = last + 1;
      }
      this.#release();
    } catch (error) {
      if (!(error instanceof VenueError)) this.parts.onError(error);
      if (isWanted()) this.#fail(error instanceof VenueError ? error.message : 'they could not be asked for');
    }
  }

  async #list(fromId: number, endId: number, isWanted: () => boolean): Promise<readonly Trade[] | undefined> {
    const { turns, market, isStanding } = this.parts;
    const rows = Math.min(endId - fromId, market.venue.trades.history?.maxRows ?? 0);
    const { instrument } = market;
    const page = await turns.list({ instrument, fromId, rows, isMissed: true, isStanding }, isWanted);
    return page?.filter(({ aggregateId = endId }) => aggregateId < endId);
  }

  #tellMissed(trade: Trade): void {
    const place = this.#sequence.place(trade);
    if (place.kind === 'KNOWN') return;
    if (place.kind === 'GAP') this.#skipTo(trade, place.missing, 'the venue has some of them no more');
    this.#counts.refilled += 1;
    this.#tell(trade);
  }

  /** The hole stays; what waits behind it goes on. */
  #fail(reason: string): void {
    const [first] = this.#held ?? [];
    const place = first && this.#sequence.place(first);
    if (first !== undefined && place?.kind === 'GAP') this.#skipTo(first, place.missing, reason);
    this.#release();
  }

  #release(): void {
    this.#giveUp?.cancel();
    const held = this.#held ?? [];
    this.#held = undefined;
    // Another hole among them holds those behind it anew.
    for (const trade of held) this.#take(trade);
  }

  /** What happened before the first trade, so that a market begins with more than one. Never rejects. */
  async #askBefore({ aggregateId: firstId = 0 }: Trade): Promise<void> {
    const { market, turns, history, onHistory, onError } = this.parts;
    const maxRows = market.venue.trades.history?.maxRows ?? 0;
    const fromId = Math.max(0, firstId - Math.min(history, maxRows));
    const wish = { instrument: market.instrument, fromId, rows: firstId - fromId, isMissed: false };
    let before: readonly Trade[] = [];
    try {
      if (wish.rows > 0) before = (await turns.list(wish, () => this.#leave !== undefined)) ?? [];
    } catch (error) {
      // Nothing was promised of that time.
      if (!(error instanceof VenueError)) onError(error);
    }
    if (this.#leave !== undefined)
      onHistory(before.filter(({ aggregateId = firstId }) => aggregateId < firstId));
  }
}
