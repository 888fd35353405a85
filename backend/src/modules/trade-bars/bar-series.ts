import {
  addDecimals,
  bucketStartMs,
  joinBars,
  nextBucketStartMs,
  subtractDecimals,
  ZERO,
  type DecimalString,
  type TradeBar,
} from '@orderfox/domain';
import { type BucketQuality } from '../volume/bucket-quality.js';
import { type BarPiece } from './bar-piece.js';
import { dayOf, type BarQuery } from './bar-select.js';
import { type FreshBars } from './market-bars.js';
import { type MissingTrades } from './missing-trades.js';
import { type BarGroup, type StoredBars } from './trade-bar.repository.js';

/** A bar as it is shown. */
export interface ShownBar extends TradeBar {
  readonly venue: string;
  readonly symbol: string;
  /** Epoch ms at which its bucket begins. */
  readonly startMs: number;
  /** Dollars bought minus dollars sold since 00:00 UTC of the day in which it begins, this bar included. */
  readonly cvd: DecimalString;
  /** Something of that day up to the end of this bar is missing. */
  readonly isCvdPartial: boolean;
  readonly quality: BucketQuality;
  /** Its time is over: it changes only where trades come late. */
  readonly isClosed: boolean;
}

/** Of which something is missing, both ends included. */
type Stretch = Pick<MissingTrades, 'fromMs' | 'toMs'>;

/** Whose bars, and whether their venue counts its trades, so that nothing is missing without being known. */
export interface ShownSeries {
  readonly venue: string;
  readonly symbol: string;
  readonly isNumbered: boolean;
}

/**
 * The bars of a range, one after the other: what is stored, and what is in memory only. Empty buckets have none. Thousands
 * take long: who reads so many lets others in between.
 */
export function* shownBars(
  series: ShownSeries,
  query: BarQuery,
  stored: StoredBars,
  fresh?: FreshBars,
): Generator<ShownBar, void, undefined> {
  const groups = joinedGroups(query, stored.groups, fresh?.pieces ?? []);
  const coveredMs = Math.max(stored.coveredMs, fresh?.coveredMs ?? 0);
  const unknown = new UnknownTime(unknownStretches(stored, fresh));
  const { venue, symbol, isNumbered } = series;
  let total = ZERO;
  /** The sum before the first group of each day. */
  const before = new Map<number, DecimalString>();
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at];
    if (group === undefined) break;
    const { startMs } = group;
    const atStart = total;
    let bar = group.bar;
    total = withDay(group, total, before);
    for (
      let next = groups[at + 1];
      startMs !== undefined && next?.startMs === startMs;
      next = groups[at + 1]
    ) {
      total = withDay(next, total, before);
      bar = joinGroups(bar, next.bar);
      at += 1;
    }
    if (startMs === undefined) continue;
    const endMs = nextBucketStartMs(query.timeframe, startMs);
    const dayMs = dayOf(startMs);
    const unknownToMs = unknown.before(endMs);
    yield {
      ...bar,
      venue,
      symbol,
      startMs,
      cvd: subtractDecimals(total, before.get(dayMs) ?? atStart),
      isCvdPartial: unknownToMs >= dayMs,
      quality: unknownToMs >= startMs ? 'PARTIAL' : isNumbered ? 'EXACT' : 'FLOOR',
      isClosed: endMs <= coveredMs,
    };
  }
}

/** Stretches of which something is missing, gone along once beside bars. */
class UnknownTime {
  readonly #stretches: readonly Stretch[];
  #next = 0;
  #toMs = -Infinity;

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches.toSorted((a, b) => a.fromMs - b.fromMs);
  }

  /** How far those reach that begin before a time, which must not be less than the one before; -Infinity: there is none. */
  before(ms: number): number {
    for (;;) {
      const stretch = this.#stretches[this.#next];
      if (stretch === undefined || stretch.fromMs >= ms) return this.#toMs;
      this.#toMs = Math.max(this.#toMs, stretch.toMs);
      this.#next += 1;
    }
  }
}

function withDay(
  { dayMs, bar }: BarGroup,
  total: DecimalString,
  before: Map<number, DecimalString>,
): DecimalString {
  if (!before.has(dayMs)) before.set(dayMs, total);
  return addDecimals(total, subtractDecimals(bar.buyUsd, bar.sellUsd));
}

/** Stretches of which something is missing, or may be: what is known, and all that nobody has listened to. */
function unknownStretches(stored: StoredBars, fresh: FreshBars | undefined): readonly Stretch[] {
  const known = [
    ...stored.gaps.filter(({ number }) => fresh?.filled.has(number) !== true),
    ...(fresh?.gaps ?? []),
  ];
  const doubtfulMs = fresh === undefined ? stored.coveredMs : fresh.doubtfulMs;
  return doubtfulMs === undefined ? known : [...known, { fromMs: doubtfulMs, toMs: Infinity }];
}

function joinedGroups(
  query: BarQuery,
  stored: readonly BarGroup[],
  pieces: readonly BarPiece[],
): readonly BarGroup[] {
  const firstDayMs = dayOf(query.fromMs);
  const byKey = new Map(stored.map((group) => [keyOf(group), group]));
  for (const piece of pieces) {
    const { minuteMs } = piece;
    if (minuteMs < firstDayMs || minuteMs >= query.toMs) continue;
    const group = groupOf(
      piece,
      minuteMs < query.fromMs ? undefined : bucketStartMs(query.timeframe, minuteMs),
    );
    const known = byKey.get(keyOf(group));
    byKey.set(keyOf(group), known === undefined ? group : withPiece(known, group));
  }
  return [...byKey.values()].sort((a, b) => (a.startMs ?? -1) - (b.startMs ?? -1) || a.dayMs - b.dayMs);
}

function keyOf({ startMs, dayMs }: BarGroup): string {
  return `${startMs ?? ''} ${dayMs}`;
}

function groupOf(piece: BarPiece, startMs: number | undefined): BarGroup {
  const { minuteMs, firstKey, lastKey, ...bar } = piece;
  return {
    startMs,
    dayMs: dayOf(minuteMs),
    first: { minuteMs, key: firstKey },
    last: { minuteMs, key: lastKey },
    bar,
  };
}

/** Minutes come in the order of time; within one the places of the trades decide, and what came later. */
function withPiece(known: BarGroup, piece: BarGroup): BarGroup {
  const begins = compare(piece.first, known.first) < 0;
  const ends = compare(piece.last, known.last) >= 0;
  const joined = joinGroups(known.bar, piece.bar);
  return {
    ...known,
    first: begins ? piece.first : known.first,
    last: ends ? piece.last : known.last,
    bar: {
      ...joined,
      open: begins ? piece.bar.open : joined.open,
      close: ends ? joined.close : known.bar.close,
    },
  };
}

function compare(a: BarGroup['first'], b: BarGroup['first']): number {
  return a.minuteMs - b.minuteMs || a.key - b.key;
}

/** Two bars of which the first comes first. */
function joinGroups(a: TradeBar, b: TradeBar): TradeBar {
  return joinBars([a, b]) ?? a;
}
