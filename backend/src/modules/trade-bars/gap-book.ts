import { type MissingTrades } from './missing-trades.js';

/** Gaps that wait for a store that is away; more become one. */
const MOST_GAPS = 500;

/** The gaps of one market that are not stored as they are, and those that may be asked for. */
export class GapBook {
  #added: MissingTrades[] = [];
  #filled: MissingTrades[] = [];
  readonly #fillable = new Map<number, MissingTrades>();
  #last = 0;

  /** Number of the newest gap. */
  get last(): number {
    return this.#last;
  }

  /** Gaps that are not stored yet. */
  get added(): readonly MissingTrades[] {
    return this.#added;
  }

  /** Gaps that are stored and are none any more. */
  get filled(): readonly MissingTrades[] {
    return this.#filled;
  }

  /** Whether the store has all of them as they are. */
  get isStored(): boolean {
    return this.#added.length + this.#filled.length === 0;
  }

  /** Those that may be asked for, the newest first. */
  get fillable(): readonly MissingTrades[] {
    return [...this.#fillable.values()].reverse();
  }

  get fillableCount(): number {
    return this.#fillable.size;
  }

  /** Goes on from what is stored; `fillable`: the newest first. */
  begin(last: number, fillable: readonly MissingTrades[]): void {
    this.#last = last;
    for (const gap of fillable.toReversed()) this.#fillable.set(gap.number, gap);
  }

  isFillable(gap: MissingTrades): boolean {
    return this.#fillable.get(gap.number) === gap;
  }

  add(given: Omit<MissingTrades, 'number'>): void {
    const gap = { ...given, number: ++this.#last };
    this.#added.push(gap);
    if (gap.ids !== undefined) this.#fillable.set(gap.number, gap);
    if (this.#added.length > MOST_GAPS) this.#join();
  }

  /** Puts what is still missing of a gap in its place. */
  replace(gap: MissingTrades, rest: readonly Omit<MissingTrades, 'number'>[]): void {
    this.#fillable.delete(gap.number);
    const at = this.#added.indexOf(gap);
    if (at >= 0) this.#added.splice(at, 1);
    else this.#filled.push(gap);
    for (const one of rest) this.add(one);
  }

  /** What the store has yet to learn; it is forgotten here. */
  take(): { readonly gaps: readonly MissingTrades[]; readonly filled: readonly MissingTrades[] } {
    const taken = { gaps: this.#added, filled: this.#filled };
    [this.#added, this.#filled] = [[], []];
    return taken;
  }

  /** Forgets all. */
  clear(): void {
    this.take();
    this.#fillable.clear();
  }

  /** One gap of all that are not stored: too many to be asked for one by one. */
  #join(): void {
    const gaps = this.#added;
    for (const { number } of gaps) this.#fillable.delete(number);
    const missed = gaps.reduce((sum, gap) => sum + (gap.missed ?? NaN), 0);
    this.#added = [
      {
        number: this.#last,
        fromMs: Math.min(...gaps.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...gaps.map(({ toMs }) => toMs)),
        reason: 'there were many gaps while the store was away',
        notedMs: gaps.at(-1)?.notedMs ?? 0,
        ...(!Number.isNaN(missed) && { missed }),
      },
    ];
  }
}
