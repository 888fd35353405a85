const HOUR_MS = 3_600_000;
/** Intervals in hours that a contract can be given. */
export const INTERVAL_HOURS: readonly number[] = [1, 2, 4, 6, 8, 12, 24];
/** The usual interval is 8 h; venues settle what is traded heavily more often. */
const BUILT_IN_HOURS: Readonly<Record<string, number>> = { WIF: 4, TRUMP: 4, FARTCOIN: 1 };
/** A coin whose interval fell from 8 h to 4 h not long before the simulation began. */
const CHANGED_COIN = 'ENA';
const CHANGED_BEFORE_MS = 12 * HOUR_MS;

interface Stretch {
  /** A settlement; the first stretch has no beginning. */
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** When a contract is settled: in UTC, at the multiples of an interval that may be changed. */
export class FundingSchedule {
  private readonly first: Stretch;
  private readonly stretches: Stretch[];

  constructor(coin: string, startMs: number) {
    this.first = { fromMs: Number.NEGATIVE_INFINITY, lengthMs: (BUILT_IN_HOURS[coin] ?? 8) * HOUR_MS };
    this.stretches = [this.first];
    if (coin === CHANGED_COIN) this.change(4, startMs - CHANGED_BEFORE_MS);
  }

  /** The interval that the venue states: the newest, even where it begins only with the next settlement. */
  get statedMs(): number {
    return this.newest.lengthMs;
  }

  /** From the first settlement after a moment on, the interval is so many hours. Throws RangeError where they do not divide a day. */
  change(hours: number, timeMs: number): void {
    if (!INTERVAL_HOURS.includes(hours)) throw new RangeError(`no interval of ${hours} hours`);
    const lengthMs = hours * HOUR_MS;
    const fromMs = this.nextAfter(timeMs);
    while (this.newest.fromMs >= fromMs) this.stretches.pop();
    if (lengthMs !== this.newest.lengthMs) this.stretches.push({ fromMs, lengthMs });
  }

  /** The first settlement after a moment. */
  nextAfter(timeMs: number): number {
    const at = this.stretches.findLastIndex(({ fromMs }) => fromMs <= timeMs);
    const { lengthMs } = this.stretches[at] ?? this.newest;
    const regularMs = (Math.floor(timeMs / lengthMs) + 1) * lengthMs;
    return Math.min(regularMs, this.stretches[at + 1]?.fromMs ?? regularMs);
  }

  /** The last settlement at a moment or before it. */
  lastUntil(timeMs: number): number {
    const { fromMs, lengthMs } = this.stretches.findLast((one) => one.fromMs <= timeMs) ?? this.newest;
    return Math.max(fromMs, Math.floor(timeMs / lengthMs) * lengthMs);
  }

  /** The settlements from `fromMs` to `toMs`, both included, ascending, and the newest of them where there are more. */
  between(fromMs: number, toMs: number, atMost: number): readonly number[] {
    const found: number[] = [];
    let settlementMs = this.lastUntil(toMs);
    while (settlementMs >= fromMs && found.length < atMost) {
      found.push(settlementMs);
      settlementMs = this.lastUntil(settlementMs - 1);
    }
    return found.reverse();
  }

  private get newest(): Stretch {
    return this.stretches.at(-1) ?? this.first;
  }
}
