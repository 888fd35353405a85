import { type Trade } from '@orderfox/domain';
import { pieceOf, PieceSet, tradeOrder, type BarPiece } from './bar-piece.js';

/** Trades of one gap that are asked for, the newest: more would take a venue's budget for too long. */
export const MOST_REFILLED = 60_000;

/** Trades of a contract that did not come. Those with ids can be asked for still. */
export interface MissingTrades {
  /** Tells it from others of the contract. */
  readonly number: number;
  /** Epoch ms by the venue's clock; what is missing was made between the two, both included. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The first and the last that are missing, where the venue counts its trades and may still have them. */
  readonly ids?: { readonly from: number; readonly to: number };
  /** How many; undefined where nobody knows. */
  readonly missed?: number;
  /** Why, for people. */
  readonly reason: string;
  /** Epoch ms at which it was noticed, by our clock. */
  readonly notedMs: number;
}

/** What was asked for of a gap, and what came. */
export interface Refill {
  /** Ascending by number. */
  readonly trades: readonly Trade[];
  /** The number from which on they were asked for. */
  readonly fromId: number;
  /** The venue has no more than these. */
  readonly isAll: boolean;
}

/** A gap after a refill: what came of it, and what is still missing. */
export interface Refilled {
  readonly pieces: readonly BarPiece[];
  readonly count: number;
  readonly rest: readonly Omit<MissingTrades, 'number'>[];
}

/** Why a trade is left out. */
export const ODD_TIME = 'a trade has a time that cannot be';
const HAS_NO_MORE = 'the venue has them no more';

/**
 * Takes out of a gap what came. Trades that do not belong to it are passed over; those whose time cannot be stay missing, and
 * are not asked for again.
 */
export function refill(
  gap: MissingTrades,
  { trades, fromId, isAll }: Refill,
  isPossible: (timeMs: number) => boolean = () => true,
): Refilled {
  const { ids = { from: 0, to: -1 }, notedMs, reason } = gap;
  const pieces = new PieceSet();
  const rest: Omit<MissingTrades, 'number'>[] = [];
  let [nextId, atMs, count] = [ids.from, gap.fromMs, 0];
  const leaveOut = (toId: number, toMs: number, why: string, canAsk: boolean): void => {
    if (toId < nextId) return;
    const left = { from: nextId, to: toId };
    rest.push({
      fromMs: Math.min(atMs, toMs),
      toMs: Math.max(atMs, toMs),
      missed: toId - nextId + 1,
      reason: why,
      notedMs,
      ...(canAsk && { ids: left }),
    });
  };
  for (const trade of trades) {
    const id = tradeOrder(trade);
    if (id < Math.max(nextId, fromId) || id > ids.to) continue;
    // Numbers from before the first that was asked for are left to the reason that they are missing for.
    const isOdd = !isPossible(trade.venueTimeMs);
    leaveOut(id - 1, isOdd ? gap.toMs : trade.venueTimeMs, nextId < fromId ? reason : HAS_NO_MORE, false);
    if (isOdd) {
      nextId = id;
      leaveOut(id, gap.toMs, ODD_TIME, false);
      nextId = id + 1;
      continue;
    }
    pieces.put(pieceOf(trade));
    [nextId, atMs, count] = [id + 1, trade.venueTimeMs, count + 1];
  }
  leaveOut(ids.to, gap.toMs, isAll ? HAS_NO_MORE : reason, !isAll);
  return { pieces: pieces.all(), count, rest };
}
