import { type Trade } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type HeardMarket, type TradeHearer } from '../trades/trade-hearing.js';
import { NewNumbering } from '../trades/new-numbering.js';
import { COUNTS_ANEW, type TradeGap } from '../trades/trade-tape.js';
import { MINUTE_MS, minuteOf, PieceSet, type BarPiece, type PieceMaker } from './bar-piece.js';
import { ClockSkew } from './clock-skew.js';
import { GapBook, withoutIds } from './gap-book.js';
import { ODD_TIME, refill, type MissingTrades, type Refill } from './missing-trades.js';
import { MOST_MINUTES, OpenMinutes } from './open-minutes.js';
import { type BarProgress, type BarSeries, type BarWrite } from './trade-bar.repository.js';

/** So long after its end, by the venue's clock, a minute counts as over: trades of it may still be on their way. */
export const GRACE_MS = 2_000;
/** Trades that wait until it is known what was stored before. */
const MOST_BUFFERED = 2_000;
/** Times before this are none. */
const EARLIEST_MS = Date.parse('2017-01-01T00:00:00Z');
/** Venues' clocks are ahead of ours by this at most. */
const AHEAD_MS = 5 * MINUTE_MS;

/** What is in memory and not in the store that somebody has read. */
export interface FreshBars {
  readonly pieces: readonly BarPiece[];
  readonly gaps: readonly MissingTrades[];
  /** Numbers of stored gaps that are none any more. */
  readonly filled: ReadonlySet<number>;
  /** Every trade before this, epoch ms by the venue's clock, is known or in a gap. */
  readonly coveredMs: number;
  /** From then on trades may be missing that nobody knows of yet; undefined while all is well. */
  readonly doubtfulMs: number | undefined;
}

/** What is counted of a market. */
export interface MarketBarCounts {
  readonly trades: number;
  /** Trades that came again, and are stored already. */
  readonly known: number;
  readonly refilled: number;
  readonly gaps: number;
  /** Trades whose time cannot be. */
  readonly odd: number;
}

/** What a market works with. */
export interface MarketBarsParts {
  readonly series: BarSeries;
  readonly clock: Clock;
  /** Names this process among those that write. */
  readonly writer: string;
}

/**
 * The bars of one market that are not stored yet. Trades are added to their minutes as they are told; what is over is taken
 * from here, written, and forgotten when it is stored. Where the venue counts its trades, their numbers say what is missing,
 * whatever happened: a lost connection, a restart, a time in which nobody listened. Elsewhere each of these is a gap.
 */
export class MarketBars implements TradeHearer {
  readonly #counts = { trades: 0, known: 0, refilled: 0, gaps: 0, odd: 0 };
  #heard: HeardMarket | undefined;
  /** As it is stored; undefined until that was read. */
  #progress: BarProgress | undefined;
  #buffer: (readonly [Trade, TradeGap | undefined])[] = [];
  readonly #minutes = new OpenMinutes((minute) => this.#dropped(minute));
  #refilled = new PieceSet();
  readonly #gaps = new GapBook();
  readonly #skew = new ClockSkew();
  #writing: BarWrite | undefined;
  /** The venue counts its trades. */
  #isNumbered = false;
  #lastKey = -Infinity;
  readonly #numbering = new NewNumbering();
  #lastTimeMs = 0;
  #coveredMs = 0;
  /** Whether trades are missing before the next one is not known. */
  #isDoubtful = true;
  /** Nobody has listened before the next trade. */
  #isNew = true;
  #changes = 0;

  constructor(private readonly parts: MarketBarsParts) {}

  get series(): BarSeries {
    return this.parts.series;
  }

  get counts(): MarketBarCounts {
    return this.#counts;
  }

  /** What is stored is known, so that what comes can be added to it. */
  get isReady(): boolean {
    return this.#progress !== undefined;
  }

  get isFollowed(): boolean {
    return this.#heard !== undefined;
  }

  /** Rises with everything that a bar could show. */
  get changes(): number {
    return this.#changes;
  }

  /** Minutes that are not stored. */
  get minutes(): number {
    return this.#minutes.size + this.#refilled.size + (this.#writing?.pieces.length ?? 0);
  }

  /** So much waits for the store that nobody should ask for more. */
  get isFull(): boolean {
    return this.#minutes.size + this.#refilled.size >= MOST_MINUTES;
  }

  /** Gaps that may be asked for, the newest first. */
  get fillable(): readonly MissingTrades[] {
    return this.#gaps.fillable;
  }

  /** How many there are. */
  get fillableCount(): number {
    return this.#gaps.fillableCount;
  }

  /** Trades of one request for past ones; 0 where the venue cannot be asked. */
  get pageRows(): number {
    return this.#heard?.market.venue.trades.history?.maxRows ?? 0;
  }

  /** It is followed, perhaps again. */
  follow(heard: HeardMarket): void {
    this.#heard = heard;
    [this.#isNew, this.#isDoubtful] = [true, true];
  }

  /** Past trades of the venue, see HeardMarket; undefined where nobody listens to the market any more. */
  async past(fromId: number, rows: number): Promise<readonly Trade[] | undefined> {
    return this.#heard?.past(fromId, rows);
  }

  onTrade(trade: Trade, gap: TradeGap | undefined): void {
    if (this.#progress === undefined) {
      // What is dropped is a gap when the next is added: by its number, or because nobody has listened before.
      if (this.#buffer.length >= MOST_BUFFERED) this.#buffer.splice(0, MOST_BUFFERED / 2);
      this.#buffer.push([trade, gap]);
      return;
    }
    this.#add(trade, gap);
  }

  onLost(): void {
    this.#isDoubtful = true;
    this.#changes += 1;
  }

  onEnd(): void {
    this.#heard = undefined;
    this.onLost();
  }

  /** Goes on from what is stored: nothing yet, where `progress` is undefined. `fillable`: gaps that are stored. */
  begin(progress: BarProgress | undefined, fillable: readonly MissingTrades[] = []): void {
    const { writer } = this.parts;
    this.#progress = progress ?? { version: 0, writer, coveredMs: 0, lastKey: 0, lastTimeMs: 0, lastGap: 0 };
    if (progress !== undefined) {
      this.#lastKey = progress.lastKey;
      this.#numbering.madeBy(progress.lastTimeMs);
    }
    this.#lastTimeMs = this.#progress.lastTimeMs;
    this.#gaps.begin(this.#progress.lastGap, fillable);
    this.#coveredMs = this.#progress.coveredMs;
    for (const [trade, gap] of this.#buffer.splice(0)) this.#add(trade, gap);
    this.#changes += 1;
  }

  /** Forgets all that is not stored: somebody else writes. Nothing is taken until `begin`. */
  drop(): void {
    this.#progress = undefined;
    this.#buffer = [];
    this.#minutes.clear();
    this.#refilled = new PieceSet();
    this.#writing = undefined;
    this.#gaps.clear();
    this.#lastKey = -Infinity;
    this.#numbering.forget();
    [this.#isNew, this.#isDoubtful] = [true, true];
    this.#changes += 1;
  }

  /** Takes out of a gap what the venue had of it. */
  takeRefill(gap: MissingTrades, given: Refill): void {
    if (!this.#gaps.isFillable(gap)) return;
    const { pieces, count, rest } = refill(gap, given, (timeMs) => this.#isPossible(timeMs));
    for (const piece of pieces) this.#refilled.put(piece);
    this.#counts.refilled += count;
    this.#gaps.replace(gap, rest);
    this.#changes += 1;
  }

  /** Nobody can be asked for it any more. */
  giveUp(gap: MissingTrades, reason: string): void {
    if (!this.#gaps.isFillable(gap)) return;
    this.#gaps.replace(gap, [withoutIds(gap, reason)]);
    this.#changes += 1;
  }

  /**
   * What is to be written now: minutes that are over, or all that there is where `isLast`, or where something came to a
   * minute that is stored. The same again until `written` or `drop`; undefined where there is nothing.
   */
  take(isLast = false): BarWrite | undefined {
    if (this.#writing !== undefined) return this.#writing;
    const progress = this.#progress;
    // Before the first trade there is nothing to say.
    if (progress === undefined || this.#lastTimeMs === 0) return undefined;
    this.#look();
    const coveredMs = Math.max(progress.coveredMs, this.#coveredMs);
    const isSteady = !this.#gaps.isUrgent && this.#refilled.size === 0;
    const hasMore = this.#minutes.size > 0 || !this.#gaps.isStored;
    const isDue = coveredMs >= progress.coveredMs + MINUTE_MS || (progress.version === 0 && coveredMs > 0);
    if (isSteady && !isDue && !(isLast && hasMore)) return undefined;
    const over = this.#minutes.before(coveredMs);
    const isWhole = isLast || !isSteady || !this.#gaps.isStored || this.#minutes.overlap(over);
    const makers = isWhole ? this.#minutes.all() : over;
    this.#writing = this.#write(progress, coveredMs, makers, isWhole);
    return this.#writing;
  }

  /** What `take` gave is stored. */
  written(): void {
    if (this.#writing === undefined) return;
    this.#progress = this.#writing.progress;
    this.#writing = undefined;
    this.#changes += 1;
  }

  /** What a reader of the store at this version does not see; undefined where it is another one than those that are known. */
  fresh(version: number): FreshBars | undefined {
    const progress = this.#progress;
    const writing = this.#writing;
    if (progress === undefined) return undefined;
    const hasWritten = writing?.progress.version === version;
    if (version !== progress.version && !hasWritten) return undefined;
    const pending = hasWritten ? undefined : writing;
    const pieces = new PieceSet();
    for (const piece of pending?.pieces ?? []) pieces.put(piece);
    for (const { piece } of this.#minutes.all()) if (piece !== undefined) pieces.put(piece);
    for (const piece of this.#refilled.all()) pieces.put(piece);
    this.#look();
    const filled = [...(pending?.filled ?? []), ...this.#gaps.filled].map(({ number }) => number);
    return {
      pieces: pieces.all(),
      gaps: [...(pending?.gaps ?? []), ...this.#gaps.added].filter(({ number }) => !filled.includes(number)),
      filled: new Set(filled),
      coveredMs: this.#coveredMs,
      doubtfulMs: this.#isSure() ? undefined : Math.max(this.#lastTimeMs, 0),
    };
  }

  #add(trade: Trade, gap: TradeGap | undefined): void {
    const { venueTimeMs, aggregateId } = trade;
    this.#isNumbered = aggregateId !== undefined;
    if (this.#isKnown(trade)) {
      this.#counts.known += 1;
      return;
    }
    if (!this.#isPossible(venueTimeMs)) {
      this.#leaveOut(trade, gap);
      return;
    }
    this.#noteMissing(trade, gap);
    [this.#isNew, this.#isDoubtful] = [false, false];
    this.#skew.note(venueTimeMs, trade.receivedTimeMs);
    this.#minutes.add(trade);
    this.#numbering.goesOn(trade);
    this.#lastKey = Math.max(aggregateId ?? venueTimeMs, aggregateId === undefined ? this.#lastKey : 0);
    this.#lastTimeMs = Math.max(this.#lastTimeMs, venueTimeMs);
    this.#counts.trades += 1;
    this.#changes += 1;
  }

  /** Its time cannot be: it was made between the one before and now. */
  #leaveOut(trade: Trade, gap: TradeGap | undefined): void {
    const nowMs = this.parts.clock.nowMs();
    this.#counts.odd += 1;
    // Before the first trade all is missing anyway.
    if (this.#lastTimeMs === 0) return;
    this.#noteMissing({ ...trade, venueTimeMs: nowMs }, gap);
    this.#note(this.#lastTimeMs, nowMs, { missed: 1, reason: ODD_TIME });
    if (trade.aggregateId === undefined) return;
    this.#lastKey = trade.aggregateId;
    // When it was made is not known, but not after this.
    this.#numbering.madeBy(nowMs + AHEAD_MS);
  }

  #isPossible(timeMs: number): boolean {
    return timeMs >= EARLIEST_MS && timeMs <= this.parts.clock.nowMs() + AHEAD_MS;
  }

  #isKnown(trade: Trade): boolean {
    const { aggregateId: id } = trade;
    return id !== undefined && id <= this.#lastKey && !this.#numbering.isOf(trade, id, this.#lastKey);
  }

  #noteMissing({ venueTimeMs: toMs, aggregateId: id }: Trade, gap: TradeGap | undefined): void {
    if (this.#lastTimeMs === 0) {
      this.#note(0, toMs, { reason: 'nobody has listened before' });
      return;
    }
    const fromMs = this.#lastTimeMs;
    if (id === undefined) {
      const reason = gap?.reason ?? 'nobody has listened meanwhile';
      if (gap !== undefined || this.#isNew) this.#note(fromMs, toMs, { reason });
      return;
    }
    const missed = id - this.#lastKey - 1;
    if (missed === 0) return;
    if (missed < 0) {
      // What is missing of the old numbers cannot be asked for by them: they are those of other trades now.
      for (const old of this.fillable) this.giveUp(old, `${old.reason}; ${COUNTS_ANEW} since`);
      this.#note(fromMs, toMs, { reason: COUNTS_ANEW });
      return;
    }
    const reason = gap?.reason ?? 'nobody has listened meanwhile';
    // What was left out by us is not asked for: that would bring it by the dearer way. It lies next to this trade.
    const shed = gap?.isShed === true ? Math.min(missed, gap.missing ?? missed) : 0;
    const ids = { from: this.#lastKey + 1, to: id - 1 - shed };
    if (missed > shed) this.#note(fromMs, toMs, { missed: missed - shed, reason, ids });
    if (shed > 0) this.#note(fromMs, toMs, { missed: shed, reason }, true);
  }

  /** `canWait`: the store need not learn of it at once. Until then it does not know of what came after, either. */
  #note(
    aMs: number,
    bMs: number,
    what: Pick<MissingTrades, 'missed' | 'reason' | 'ids'>,
    canWait = false,
  ): void {
    const [fromMs, toMs] = [Math.min(aMs, bMs), Math.max(aMs, bMs)];
    this.#gaps.add({ ...what, fromMs, toMs, notedMs: this.parts.clock.nowMs() }, canWait);
    this.#counts.gaps += 1;
    this.#changes += 1;
  }

  #isSure(): boolean {
    return !this.#isDoubtful && this.#heard?.provenMs() !== undefined;
  }

  /** Notes which minutes are over. */
  #look(): void {
    const provenMs = this.#isDoubtful ? undefined : this.#heard?.provenMs();
    if (provenMs === undefined) return;
    const coveredMs = minuteOf(provenMs + this.#skew.ms - GRACE_MS);
    if (coveredMs <= this.#coveredMs) return;
    this.#coveredMs = coveredMs;
    this.#changes += 1;
  }

  #write(
    progress: BarProgress,
    coveredMs: number,
    makers: readonly PieceMaker[],
    isWhole: boolean,
  ): BarWrite {
    const pieces = new PieceSet();
    this.#minutes.remove(makers);
    for (const { piece } of makers) if (piece !== undefined) pieces.put(piece);
    for (const piece of this.#refilled.all()) pieces.put(piece);
    const { gaps, filled } = this.#gaps.take();
    this.#refilled = new PieceSet();
    const lastKey = Math.max(progress.lastKey, ...makers.map((maker) => maker.lastKey));
    return {
      series: this.series,
      pieces: pieces.all(),
      gaps,
      filled,
      progress: {
        version: progress.version + 1,
        writer: this.parts.writer,
        coveredMs,
        lastKey: isWhole ? this.#lastKey : lastKey,
        lastTimeMs: isWhole ? this.#lastTimeMs : Math.min(this.#lastTimeMs, coveredMs),
        lastGap: this.#gaps.last,
      },
    };
  }

  /** The store has been away for so long that a minute cannot be kept: it is a gap, to be asked for where that can be. */
  #dropped({ minuteMs, firstKey, lastKey, piece }: PieceMaker): void {
    const missed = piece?.count ?? 0;
    // Where other trades lie among them, or some are missing, those would be asked for as well.
    const isAll = this.#isNumbered && lastKey - firstKey + 1 === missed;
    const what = { missed, reason: 'the store was away for too long' };
    const ids = { ...(isAll && { ids: { from: firstKey, to: lastKey } }) };
    this.#note(minuteMs, minuteMs + MINUTE_MS - 1, { ...what, ...ids });
  }
}
