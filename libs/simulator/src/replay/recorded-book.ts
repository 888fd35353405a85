/** Prices and quantities as the venue wrote them. */
export type BookLevels = readonly (readonly [price: string, quantity: string])[];

/** What a recording says of a book at one moment: the whole of it, or what changed. */
export interface RecordedBookUpdate {
  readonly venueSymbol: string;
  readonly isWhole: boolean;
  /** Number of the newest change in it. */
  readonly lastId: number;
  /** The venue's time, epoch ms. */
  readonly timeMs: number;
  readonly bids: BookLevels;
  readonly asks: BookLevels;
}

/** A whole book of a recording as REST tells it, best first. */
export type RecordedWhole = Pick<RecordedBookUpdate, 'lastId' | 'timeMs' | 'bids' | 'asks'>;

/**
 * A book of a recording as far as it was played, what was kept back from the listeners included. Before it reaches the whole
 * book that was recorded, it is that one: ahead of the stream, as a venue's answer is.
 */
export class RecordedBook {
  private readonly bids = new Map<string, string>();
  private readonly asks = new Map<string, string>();
  private lastId: number;
  private timeMs: number;

  constructor(private readonly whole: RecordedBookUpdate) {
    this.lastId = whole.lastId;
    this.timeMs = whole.timeMs;
    this.write(whole);
  }

  /** Takes a change; what the whole book holds already is left out. */
  take(change: RecordedBookUpdate): void {
    if (change.isWhole || change.lastId < this.whole.lastId) return;
    this.write(change);
    this.lastId = change.lastId;
    this.timeMs = change.timeMs;
  }

  /** The best `limit` prices of each side. */
  now(limit: number): RecordedWhole {
    const { lastId, timeMs } = this;
    return { lastId, timeMs, bids: best(this.bids, limit, -1), asks: best(this.asks, limit, 1) };
  }

  private write({ bids, asks }: RecordedBookUpdate): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const)
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(price);
        else side.set(price, quantity);
      }
  }
}

function best(side: ReadonlyMap<string, string>, limit: number, sign: 1 | -1): BookLevels {
  return [...side].sort(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, limit);
}
