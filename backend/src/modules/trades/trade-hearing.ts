import { type Trade } from '@orderfox/domain';
import { type TradeMarket } from './trade-market.js';
import { type TradeGap } from './trade-tape.js';

/** Who hears all trades of one market while it is followed, whoever wanted it. Must not throw. */
export interface TradeHearer {
  /** Called for each trade once, in order, before subscribers are told; `gap`: what is missing between it and the last. */
  onTrade(trade: Trade, gap: TradeGap | undefined): void;
  /** The connection was lost: whether trades are missing will be known with the next one. */
  onLost(): void;
  /** It is not followed any more. */
  onEnd(): void;
}

/** A market that begins to be followed, as one who hears it can ask about it. */
export interface HeardMarket {
  readonly market: TradeMarket;
  /**
   * Epoch ms, by our clock, at which the connection said something last: all that was traded before has come. Undefined while
   * that cannot be said: the connection is lost or in doubt, its venue refused the market, or trades wait for a refill.
   */
  readonly provenMs: () => number | undefined;
  /**
   * Past trades by their numbers, ascending, `rows` of them at most; undefined while the budget is kept for more urgent
   * wishes. Rejects with VenueError.
   */
  readonly past: (fromId: number, rows: number) => Promise<readonly Trade[] | undefined>;
}

/** Is asked for a hearer whenever a market begins to be followed. */
export type HearTrades = (heard: HeardMarket) => TradeHearer;
