import { parseTimeframe, type Timeframe } from '@orderfox/domain';
import { endOfTurn } from '../../core/turns.js';
import { type BarQuery } from './bar-select.js';
import { shownBars, type ShownBar } from './bar-series.js';
import { type BarRecorder } from './bar-recorder.js';
import { type FreshBars, type MarketBars } from './market-bars.js';
import { seriesOf, type BarMarket } from './bar-market.js';
import { type MissingTrades } from './missing-trades.js';
import { type StoredBars, type TradeBarRepository } from './trade-bar.repository.js';

/** The store and the memory are looked at again so often where one has moved on between the two. */
const MOST_LOOKS = 20;
/** After so many bars everybody else has a turn. */
const BARS_PER_TURN = 250;

/** Gaps are those of the shortest bars: they are kept least long. */
const MINUTE = parseTimeframe('1m');

/** Nothing of a contract is stored. */
const NOTHING: StoredBars = { version: 0, coveredMs: 0, groups: [], gaps: [] };

/** A wish for bars, all but whose. */
export type BarRange = Omit<BarQuery, 'venue' | 'venueSymbol'>;

/** A stretch in which trades are missing or may be, as it is shown. */
export interface ShownGap {
  readonly fromMs: number;
  /** Undefined while it is not over. */
  readonly toMs: number | undefined;
  /** Undefined where nobody knows. */
  readonly missed: number | undefined;
  readonly reason: string;
  /** The venue is still being asked. */
  readonly isBeingFilled: boolean;
}

/** What is stored, and what in memory comes to just that. */
export interface BarState {
  readonly stored: StoredBars;
  /** Undefined for a contract that is not recorded now. */
  readonly fresh: FreshBars | undefined;
}

/** Minutes as they are committed. */
export interface CommittedBars {
  /** Those that are over, the oldest first. */
  readonly bars: readonly ShownBar[];
  /** Every minute that ended by then, epoch ms, is over: with a bar, or nothing was traded in it that is known. */
  readonly coveredMs: number;
  /** Gaps whose trades the venue may still be asked for. */
  readonly fillable: readonly MissingTrades[];
}

/**
 * Bars as they are now: those that are stored and what has come since. Each write of a contract has a number, and so has
 * what is read: so nothing is added twice or left out, whatever is being written meanwhile.
 */
export class BarReader {
  constructor(
    private readonly repository: Pick<TradeBarRepository, 'stored'>,
    private readonly recorder: Pick<BarRecorder, 'marketOf'>,
    /** The time of which bars of a timeframe are not kept any more; undefined: all are. */
    private readonly droppedOf: (timeframe: Timeframe) => MissingTrades | undefined,
  ) {}

  /** Bars of a range, the oldest first. Rejects with what `pg` throws when the server is away. */
  async bars(market: BarMarket, range: BarRange): Promise<readonly ShownBar[]> {
    const { stored, fresh } = await this.state(market, range);
    return inTurns(shownBars(shownSeries(market), queryOf(market, range), stored, fresh));
  }

  /**
   * Minutes of a range as they are in the store, nothing of what is in memory; undefined for a contract that was never
   * recorded. Rejects with what `pg` throws when the server is away.
   */
  async committed(
    market: BarMarket,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): Promise<CommittedBars | undefined> {
    const query = queryOf(market, { timeframe: MINUTE, fromMs, toMs });
    const found = await this.repository.stored(query);
    if (found === undefined) return undefined;
    const stored = this.#withDropped(found, MINUTE);
    const bars = await inTurns(shownBars(shownSeries(market), query, stored));
    return {
      bars: bars.filter(({ isClosed }) => isClosed),
      coveredMs: stored.coveredMs,
      fillable: stored.gaps.filter(({ ids }) => ids !== undefined),
    };
  }

  /**
   * What is known of a range, with the time of which bars of a timeframe are not kept any more: nothing there does not mean
   * that nothing was traded. Rejects with what `pg` throws when the server is away.
   */
  async state(market: BarMarket, range: BarRange, keptAs = range.timeframe): Promise<BarState> {
    for (let look = 1; ; look += 1) {
      const found = (await this.repository.stored(queryOf(market, range))) ?? NOTHING;
      const stored = this.#withDropped(found, keptAs);
      const live = this.liveOf(market);
      const fresh = live?.fresh(stored.version);
      if (fresh !== undefined || live?.isReady !== true || look >= MOST_LOOKS) return { stored, fresh };
    }
  }

  /**
   * Stretches of a range in which trades are missing or may be, the oldest first; what is not over has no end yet. Where
   * there are more than `most`, the oldest are told as one. Rejects with what `pg` throws when the server is away.
   */
  async gaps(market: BarMarket, range: BarRange, most = Infinity): Promise<readonly ShownGap[]> {
    const { stored, fresh } = await this.state(market, range, MINUTE);
    const { fromMs, toMs } = range;
    const known = stored.gaps.filter(({ number }) => fresh?.filled.has(number) !== true);
    const gaps = [...known, ...(fresh?.gaps ?? [])].map(shownGap);
    const doubtfulMs = fresh === undefined ? stored.coveredMs : fresh.doubtfulMs;
    if (doubtfulMs !== undefined) {
      const reason = fresh === undefined ? 'nobody listens now' : 'the connection is lost or in doubt';
      gaps.push({ fromMs: doubtfulMs, toMs: undefined, missed: undefined, isBeingFilled: false, reason });
    }
    const told = gaps
      .filter((gap) => (gap.toMs ?? Infinity) >= fromMs && gap.fromMs < toMs)
      .sort((a, b) => a.fromMs - b.fromMs);
    const tooMany = told.length - most;
    return tooMany <= 0 ? told : [joined(told.slice(0, tooMany + 1)), ...told.slice(tooMany + 1)];
  }

  #withDropped(stored: StoredBars, keptAs: Timeframe): StoredBars {
    const dropped = this.droppedOf(keptAs);
    return dropped === undefined ? stored : { ...stored, gaps: [dropped, ...stored.gaps] };
  }

  /** What is in memory of a market; undefined for one that is not followed. */
  liveOf(market: BarMarket): MarketBars | undefined {
    return this.recorder.marketOf(seriesOf(market));
  }
}

/** All that are made, with turns for everybody else in between. */
async function inTurns(made: Iterable<ShownBar>): Promise<readonly ShownBar[]> {
  const bars: ShownBar[] = [];
  for (const bar of made) {
    bars.push(bar);
    if (bars.length % BARS_PER_TURN === 0) await endOfTurn();
  }
  return bars;
}

function shownGap({ fromMs, toMs, missed, reason, ids }: MissingTrades): ShownGap {
  return { fromMs, toMs, missed, reason, isBeingFilled: ids !== undefined };
}

/** All gaps as one, that begins with the first: nothing is left out unseen. */
function joined(gaps: readonly ShownGap[]): ShownGap {
  const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
  const ends = known(gaps.map(({ toMs }) => toMs));
  const counts = known(gaps.map(({ missed }) => missed));
  return {
    fromMs: gaps[0]?.fromMs ?? 0,
    toMs: ends.length < gaps.length ? undefined : Math.max(...ends),
    missed: counts.length < gaps.length ? undefined : counts.reduce((sum, count) => sum + count, 0),
    isBeingFilled: gaps.some(({ isBeingFilled }) => isBeingFilled),
    reason: `there are ${gaps.length} gaps in this time, more than were asked for`,
  };
}

/** The wish with whose it is. */
export function queryOf({ venue, instrument }: BarMarket, range: BarRange): BarQuery {
  return { ...range, venue: venue.id, venueSymbol: instrument.venueSymbol };
}

/** What bars say of their market. */
export function shownSeries({ venue, instrument }: BarMarket): {
  readonly venue: string;
  readonly symbol: string;
  readonly isNumbered: boolean;
} {
  return { venue: venue.id, symbol: instrument.symbol, isNumbered: venue.trades.history !== undefined };
}
