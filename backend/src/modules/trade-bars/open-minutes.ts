import { type Trade } from '@orderfox/domain';
import { minuteOf, PieceMaker } from './bar-piece.js';

/** Minutes that wait for a store that is away. */
export const MOST_MINUTES = 600;

/** Minutes of one market to which trades are being added, until they are written. */
export class OpenMinutes {
  #makers = new Map<number, PieceMaker>();
  /** The maker of the newest trade. */
  #newest: PieceMaker | undefined;

  /** `onDropped` gets the oldest minute when there is no room for another. */
  constructor(private readonly onDropped: (maker: PieceMaker) => void) {}

  get size(): number {
    return this.#makers.size;
  }

  all(): readonly PieceMaker[] {
    return [...this.#makers.values()];
  }

  /** Those that end before a time, epoch ms. */
  before(timeMs: number): readonly PieceMaker[] {
    return this.all().filter(({ minuteMs }) => minuteMs < timeMs);
  }

  add(trade: Trade): void {
    const minuteMs = minuteOf(trade.venueTimeMs);
    if (this.#newest?.minuteMs !== minuteMs) this.#newest = this.#makerOf(minuteMs);
    this.#newest.add(trade);
  }

  /** Trades of others come before some of these: all have to be written together. */
  overlap(some: readonly PieceMaker[]): boolean {
    const lastKey = Math.max(...some.map((maker) => maker.lastKey));
    return this.all().some((maker) => !some.includes(maker) && maker.firstKey <= lastKey);
  }

  remove(some: readonly PieceMaker[]): void {
    for (const maker of some) {
      this.#makers.delete(maker.minuteMs);
      if (maker === this.#newest) this.#newest = undefined;
    }
  }

  clear(): void {
    this.remove(this.all());
  }

  #makerOf(minuteMs: number): PieceMaker {
    const known = this.#makers.get(minuteMs);
    if (known !== undefined) return known;
    if (this.#makers.size >= MOST_MINUTES) this.#dropOldest();
    const maker = new PieceMaker(minuteMs);
    this.#makers.set(minuteMs, maker);
    return maker;
  }

  #dropOldest(): void {
    const oldest = this.#makers.get(Math.min(...this.#makers.keys()));
    if (oldest === undefined) return;
    this.remove([oldest]);
    this.onDropped(oldest);
  }
}
