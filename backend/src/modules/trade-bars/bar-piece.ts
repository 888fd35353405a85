import {
  joinBars,
  TradeBarMaker,
  ZERO,
  type DecimalString,
  type Trade,
  type TradeBar,
} from '@orderfox/domain';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Some trades of one minute of a contract, added up: all of them or a part. */
export interface BarPiece extends TradeBar {
  /** Epoch ms at which the minute begins, by the venue's clock. */
  readonly minuteMs: number;
  /** Places the first of them among all trades of the contract, see `tradeOrder`. */
  readonly firstKey: number;
  readonly lastKey: number;
}

/** Place of a trade among those of its contract: its number where the venue counts them, else its time in ms. */
export function tradeOrder({ aggregateId, venueTimeMs }: Trade): number {
  return aggregateId ?? venueTimeMs;
}

/** Epoch ms at which the minute of a time begins. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

/** One trade as a piece. */
export function pieceOf(trade: Trade): BarPiece {
  const { price, quantity, notionalUsd, takerSide, venueTimeMs } = trade;
  const isBought = takerSide === 'BUY';
  const of = (has: boolean, value: DecimalString): DecimalString => (has ? value : ZERO);
  const key = tradeOrder(trade);
  return {
    minuteMs: minuteOf(venueTimeMs),
    open: price,
    high: price,
    low: price,
    close: price,
    buyQuantity: of(isBought, quantity),
    sellQuantity: of(!isBought, quantity),
    buyUsd: of(isBought, notionalUsd),
    sellUsd: of(!isBought, notionalUsd),
    count: 1,
    firstKey: key,
    lastKey: key,
  };
}

/**
 * Two pieces of a minute as one, whichever came first and however their trades lie among each other; where two trades have
 * the same place, that of the second piece is the later.
 */
export function joinPieces(a: BarPiece, b: BarPiece): BarPiece {
  const [earlier, other] = b.firstKey < a.firstKey ? [b, a] : [a, b];
  const joined = joinBars([earlier, other]) ?? a;
  return {
    ...joined,
    minuteMs: a.minuteMs,
    close: b.lastKey >= a.lastKey ? b.close : a.close,
    firstKey: earlier.firstKey,
    lastKey: Math.max(a.lastKey, b.lastKey),
  };
}

/** Pieces by their minutes: what is put in is joined with what is there. */
export class PieceSet {
  readonly #byMinute = new Map<number, BarPiece>();

  get size(): number {
    return this.#byMinute.size;
  }

  put(piece: BarPiece): void {
    const known = this.#byMinute.get(piece.minuteMs);
    this.#byMinute.set(piece.minuteMs, known === undefined ? piece : joinPieces(known, piece));
  }

  /** By minute, ascending. */
  all(): readonly BarPiece[] {
    return [...this.#byMinute.values()].sort((a, b) => a.minuteMs - b.minuteMs);
  }
}

/** Makes a piece of trades in the order in which they are told; a trade costs no string and no big integer. */
export class PieceMaker {
  #maker = new TradeBarMaker();
  /** What came before that which is being made. */
  #done: BarPiece | undefined;
  #firstKey = Infinity;
  #lastKey = -Infinity;

  constructor(readonly minuteMs: number) {}

  get firstKey(): number {
    return Math.min(this.#firstKey, this.#done?.firstKey ?? Infinity);
  }

  get lastKey(): number {
    return Math.max(this.#lastKey, this.#done?.lastKey ?? -Infinity);
  }

  /** Takes a trade of this minute that comes after those before. */
  add(trade: Trade): void {
    try {
      this.#maker.add(trade.price, trade.quantity, trade.takerSide);
    } catch {
      // Wider than the numbers it counts in: added the slow way, with no digit less.
      this.#done = joined(this.piece, pieceOf(trade));
      this.#maker = new TradeBarMaker();
      [this.#firstKey, this.#lastKey] = [Infinity, -Infinity];
      return;
    }
    const key = tradeOrder(trade);
    if (key < this.#firstKey) this.#firstKey = key;
    if (key > this.#lastKey) this.#lastKey = key;
  }

  /** What came so far; undefined before the first trade. */
  get piece(): BarPiece | undefined {
    const { bar } = this.#maker;
    if (bar === undefined) return this.#done;
    const [firstKey, lastKey] = [this.#firstKey, this.#lastKey];
    return joined(this.#done, { ...bar, minuteMs: this.minuteMs, firstKey, lastKey });
  }
}

function joined(before: BarPiece | undefined, piece: BarPiece): BarPiece {
  return before === undefined ? piece : joinPieces(before, piece);
}
