import { minuteOf } from './bar-piece.js';
import { MOST_REFILLED, type MissingTrades } from './missing-trades.js';

/** Gaps that wait for a store that is away; more become one. */
const MOST_GAPS = 500;
/** Gaps that may be asked for, the newest: as many as are read of the store. */
const MOST_FILLABLE = 1_000;

type NewGap = Omit<MissingTrades, 'number'>;

/** The gaps of one market that are not stored as they are, and those that may be asked for. */
export class GapBook {
  #added: MissingTrades[] = [];
  #filled: MissingTrades[] = [];
  readonly #fillable = new Map<number, MissingTrades>();
  #last = 0;
  #isUrgent = false;

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

  /** Whether the store should learn of them before the next minute is over. */
  get isUrgent(): boolean {
    return this.#isUrgent;
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

  /** Notes one. Where it is as good as part of the newest one, that is made longer. `canWait`: see `isUrgent`. */
  add(given: NewGap, canWait = false): void {
    if (!canWait) this.#isUrgent = true;
    const known = this.#added.at(-1);
    const longer = known && joined(known, given);
    const gap = longer ?? { ...given, number: ++this.#last };
    if (longer !== undefined) this.#added.pop();
    this.#added.push(gap);
    if (gap.ids !== undefined) this.#fillable.set(gap.number, gap);
    if (this.#added.length > MOST_GAPS) this.#join();
    const [oldest] = this.#fillable.values();
    if (oldest === undefined || this.#fillable.size <= MOST_FILLABLE) return;
    this.replace(oldest, [withoutIds(oldest, `${oldest.reason}, and too many others are asked for`)]);
  }

  /** Puts what is still missing of a gap in its place. */
  replace(gap: MissingTrades, rest: readonly NewGap[]): void {
    this.#isUrgent = true;
    this.#fillable.delete(gap.number);
    const at = this.#added.indexOf(gap);
    if (at >= 0) this.#added.splice(at, 1);
    else this.#filled.push(gap);
    for (const one of rest) this.add(one);
  }

  /** What the store has yet to learn; it is forgotten here. */
  take(): { readonly gaps: readonly MissingTrades[]; readonly filled: readonly MissingTrades[] } {
    const taken = { gaps: this.#added, filled: this.#filled };
    [this.#added, this.#filled, this.#isUrgent] = [[], [], false];
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

/** The same gap, of which nobody is asked any more. */
export function withoutIds({ fromMs, toMs, missed, notedMs }: MissingTrades, reason: string): NewGap {
  return { fromMs, toMs, reason, notedMs, ...(missed !== undefined && { missed }) };
}

/**
 * Two gaps as one, where nothing is lost by that: both are there for the same reason, and together they touch no minute that
 * one alone does not, or no trade lies between them. Undefined where they stay two.
 */
function joined(a: MissingTrades, b: NewGap): MissingTrades | undefined {
  if (a.reason !== b.reason || b.fromMs < a.fromMs) return undefined;
  const both = { number: a.number, fromMs: a.fromMs, toMs: Math.max(a.toMs, b.toMs), reason: a.reason };
  const missed = (a.missed ?? NaN) + (b.missed ?? NaN);
  const longer = { ...both, notedMs: b.notedMs, ...(!Number.isNaN(missed) && { missed }) };
  if (a.ids === undefined && b.ids === undefined)
    return minuteOf(b.fromMs) <= minuteOf(a.toMs) ? longer : undefined;
  if (a.ids === undefined || b.ids?.from !== a.ids.to + 1 || b.ids.to - a.ids.from >= MOST_REFILLED)
    return undefined;
  return { ...longer, ids: { from: a.ids.from, to: b.ids.to } };
}
