import { type HatchRange } from './hatch-ranges.js';

/** What a viewer looks at, as it must survive that everything is drawn anew. */
export interface KeptView {
  readonly timeframe: string;
  /** Bars between the newest one and the right edge; negative where the viewer went back in history. */
  readonly position: number;
  /** Start of the rightmost bar in view, epoch milliseconds. */
  readonly rightMs: number;
}

/** Further back than this the viewer looks at history, and new bars must not push it along. */
const FOLLOWS_ABOVE = -1;

/** Whether the newest bar is in view at this position of the right edge. */
export function isFollowing(position: number): boolean {
  return position > FOLLOWS_ABOVE;
}

/** The position of the right edge that shows the same time as before, among bars that start at `times`, ascending. */
export function restoredPosition(view: KeptView, timeframe: string, times: readonly number[]): number {
  if (isFollowing(view.position)) return view.position;
  const position = indexAt(times, view.rightMs) - (times.length - 1);
  // To the fraction of a bar where bars are of the same length, to the bar where they are not.
  return view.timeframe === timeframe ? position + view.position - wholeBars(view.position) : position;
}

/** Index of the rightmost bar in view, of so many bars. */
export function rightmostBar(position: number, count: number): number {
  return Math.min(count - 1, Math.max(0, count - 1 + wholeBars(position)));
}

/** A drawing gives back the position that it was given, but for the last digits of a floating-point number. */
function wholeBars(position: number): number {
  return Math.floor(position + 0.001);
}

/**
 * Remembers what the viewer chose to look at: what is drawn may not reach so far, in a market that is younger for instance,
 * and the next may again.
 */
export class ViewMemory {
  #chosen: KeptView | undefined;
  /** The rightmost bar that was put in view instead of the chosen one. */
  #insteadMs: number | undefined;

  /** What to show when everything is drawn anew; undefined where nothing was looked at yet. */
  get chosen(): KeptView | undefined {
    return this.#chosen;
  }

  /** Everything was drawn anew, with this in view: the chosen one, or what is nearest to it. */
  restored(view: KeptView | undefined): void {
    const isChosen = view?.rightMs === this.#chosen?.rightMs || isFollowing(this.#chosen?.position ?? 0);
    this.#insteadMs = isChosen ? undefined : view?.rightMs;
  }

  /** This is in view now; returns whether the viewer chose that. */
  seen(view: KeptView): boolean {
    if (view.rightMs === this.#insteadMs) return false;
    this.#insteadMs = undefined;
    this.#chosen = view;
    return true;
  }
}

/** The bars of a range, as indexes into `times`; nothing where none of them is drawn. */
export function barsOf(
  range: HatchRange,
  times: readonly number[],
): { readonly first: number; readonly last: number } | undefined {
  const last = indexAt(times, range.lastMs);
  const before = indexAt(times, range.firstMs - 1);
  const first = (times[before] ?? Infinity) < range.firstMs ? before + 1 : before;
  const lastMs = times[last];
  return lastMs !== undefined && lastMs >= range.firstMs && lastMs <= range.lastMs
    ? { first, last }
    : undefined;
}

/** Index of the last time that is not after `ms`; of the first one where all are. */
export function indexAt(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] ?? Infinity) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}
