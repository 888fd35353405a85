import { type FeedGap, type GapCause, type VenueId } from '@orderfox/domain';
import { type Clock, type Outage } from '@orderfox/feed';
import { formatClockTime } from '@orderfox/format';
import { type Log } from '../../core/log.js';
import { type CoverageWriter } from './coverage-writer.js';
import { DailyCount, startOfDayMs } from './daily-count.js';
import { type FeedGapRepository } from './feed-gap.repository.js';
import { RefusalHoles } from './refusal-holes.js';

/** A first start that takes longer than this to receive anything has missed something worth telling. */
export const SLOW_START_MS = 10_000;

/** Where the time before recording begins. Epoch ms. */
const BEGINNING_MS = 0;

/** What the ledger of one stream works with. */
export interface FeedCoverageParts {
  readonly venue: VenueId;
  readonly stream: string;
  readonly repository: Pick<FeedGapRepository, 'lastGoodMs' | 'openGaps' | 'countSince'>;
  readonly writer: Pick<CoverageWriter, 'saveGap' | 'saveProgress'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for every gap that opens, changes or closes. */
  readonly onGap: (gap: FeedGap) => void;
}

/** How a healthy feed stands. Both are epoch ms. */
export interface Health {
  /** Newest market data. */
  readonly dataMs: number;
  /** Everything that was received up to here is stored. At most `dataMs`. */
  readonly storedMs: number;
}

/** What an earlier process left behind. */
interface Past {
  readonly lastGoodMs: number | undefined;
  /** Gaps in the middle of which it ended. */
  readonly openGaps: readonly FeedGap[];
}

/**
 * Keeps the ledger of one recorded stream: every stretch in which events may have been missed becomes a gap that
 * begins at the last good moment and ends when data flows again, also across a crash. What was before the first data
 * that ever came is a gap too.
 */
export class FeedCoverage {
  /** What is missing because its rows were refused; told with every `tick`. */
  readonly refusals = new RefusalHoles();
  readonly #open = new Map<GapCause, FeedGap>();
  readonly #gapCount: DailyCount;
  readonly #startedMs: number;
  #past: Past | undefined;
  #reading: Promise<void> | undefined;
  #readFailed = false;
  #firstDataMs: number | undefined;
  #startSettled = false;
  #gapsBegun = 0;
  #progressMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: FeedCoverageParts) {
    this.#startedMs = parts.clock.nowMs();
    this.#gapCount = new DailyCount(parts.clock);
  }

  /** The earliest beginning of a gap that has no end yet. Epoch ms. */
  get openSinceMs(): number | undefined {
    const past = this.#startSettled ? [] : (this.#past?.openGaps ?? []);
    const begins = [...this.#open.values(), ...past].map(({ fromMs }) => fromMs);
    if (this.refusals.openSinceMs !== undefined) begins.push(this.refusals.openSinceMs);
    return begins.length === 0 ? undefined : Math.min(...begins);
  }

  /** Gaps that began since 00:00 UTC, earlier processes included. */
  get gapsToday(): number {
    return this.#gapCount.value;
  }

  /** Gaps that began since this process started. */
  get gapsBegun(): number {
    return this.#gapsBegun;
  }

  /** The socket noticed an outage, or its end. */
  outage({ fromMs, toMs, cause, detail }: Outage): void {
    const gap = this.#gap(fromMs, cause, detail);
    this.#put(toMs === undefined ? gap : ended(gap, toMs));
  }

  /** Events are being lost because they cannot be stored. `fromMs`: when the first of them was received. */
  storageLost(fromMs: number): void {
    if (this.#open.has('STORAGE')) return;
    this.#put(
      this.#gap(fromMs, 'STORAGE', 'The database was away and the room for waiting events was full.'),
    );
  }

  /** Events can be stored again. */
  storageRecovered(toMs: number): void {
    this.#close('STORAGE', toMs);
  }

  /** To be called about once a second, and when the feed becomes healthy. `health` is absent while it is not. */
  tick(health?: Health): void {
    this.#firstDataMs ??= health?.dataMs;
    this.#tellRefusals(health?.storedMs);
    if (this.#past === undefined) {
      // Until the past is known nothing may be written over it.
      void this.begin();
      return;
    }
    if (!this.#startSettled) this.#settleStart(this.#past);
    const isOpen = this.#open.size > 0 || this.refusals.openSinceMs !== undefined;
    if (health === undefined || health.storedMs <= this.#progressMs || isOpen) return;
    this.#progressMs = health.storedMs;
    const { writer, venue, stream } = this.parts;
    writer.saveProgress({ venue, stream, lastGoodMs: health.storedMs });
  }

  /** Reads what an earlier process left. Never rejects; while the database is away `tick` asks again. */
  begin(): Promise<void> {
    this.#reading ??= this.#readPast().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readPast(): Promise<void> {
    const { repository, venue, stream, clock, log } = this.parts;
    if (this.#past !== undefined) return;
    try {
      const [lastGoodMs, openGaps, gapsBefore] = await Promise.all([
        repository.lastGoodMs(venue, stream),
        repository.openGaps(venue, stream),
        repository.countSince(venue, stream, startOfDayMs(clock.nowMs())),
      ]);
      this.#gapCount.add(gapsBefore);
      this.#past = { lastGoodMs, openGaps };
      this.#settleStart(this.#past);
    } catch (error) {
      if (!this.#readFailed)
        log.warn({ venue, stream, err: error }, 'the coverage so far cannot be read yet');
      this.#readFailed = true;
    }
  }

  /** Opens the gap between the end of the earlier process and the first data of this one, and closes it. */
  #settleStart({ lastGoodMs, openGaps }: Past): void {
    const dataMs = this.#firstDataMs;
    // A gap in the middle of which the earlier process ended is the same hole: it goes on until now.
    if (openGaps.length === 0) this.#openStartGap(lastGoodMs, dataMs);
    if (dataMs === undefined) return;
    this.#startSettled = true;
    if (lastGoodMs === undefined) this.#tellNotRecorded(dataMs);
    for (const gap of openGaps) this.#tell(ended(gap, dataMs));
    this.#close('STARTED', dataMs);
  }

  #openStartGap(lastGoodMs: number | undefined, dataMs: number | undefined): void {
    if (this.#open.has('STARTED')) return;
    if (lastGoodMs !== undefined) {
      const since = formatClockTime(lastGoodMs);
      const detail = `The program was not running, or not receiving yet, after ${since} UTC.`;
      this.#put(this.#gap(lastGoodMs, 'STARTED', detail));
      return;
    }
    const waitedMs = (dataMs ?? this.parts.clock.nowMs()) - this.#startedMs;
    if (waitedMs < SLOW_START_MS) return;
    // Known so far; the first data makes it longer.
    this.#tellNotRecorded(this.#startedMs);
    this.#put(this.#gap(this.#startedMs, 'STARTED', 'Nothing could be received yet after the first start.'));
  }

  /** Not counted among the gaps that begin: it begins before there is anything to count. */
  #tellNotRecorded(toMs: number): void {
    const gap = this.#gap(BEGINNING_MS, 'NOT_RECORDED', 'Recording of this feed had not begun.');
    this.#tell({ ...gap, toMs });
  }

  #gap(fromMs: number, cause: GapCause, detail: string): FeedGap {
    return { type: 'feed-gap', venue: this.parts.venue, stream: this.parts.stream, fromMs, cause, detail };
  }

  #close(cause: GapCause, toMs: number): void {
    const gap = this.#open.get(cause);
    if (gap !== undefined) this.#put(ended(gap, toMs));
  }

  #put(gap: FeedGap): void {
    const known = this.#open.get(gap.cause)?.fromMs === gap.fromMs;
    if (gap.toMs === undefined) this.#open.set(gap.cause, gap);
    else if (known) this.#open.delete(gap.cause);
    if (!known) this.#countBegun(gap.fromMs);
    this.#tell(gap);
  }

  #tellRefusals(storedMs: number | undefined): void {
    for (const { fromMs, toMs, detail, isNew } of this.refusals.takeChanges(storedMs)) {
      if (isNew) this.#countBegun(fromMs);
      this.#tell({ ...this.#gap(fromMs, 'REFUSED', detail), ...(toMs !== undefined && { toMs }) });
    }
  }

  #countBegun(fromMs: number): void {
    this.#gapsBegun += 1;
    if (fromMs >= startOfDayMs(this.parts.clock.nowMs())) this.#gapCount.add(1);
  }

  #tell(gap: FeedGap): void {
    this.parts.writer.saveGap(gap);
    this.parts.onGap(gap);
  }
}

/** Never of no length, also when the clock is set back: such a gap would be one that was taken back. */
function ended(gap: FeedGap, toMs: number): FeedGap {
  return { ...gap, toMs: Math.max(toMs, gap.fromMs + 1) };
}
