import { type FeedGap } from '@orderfox/domain';
import { type Backoff, type Clock, type Timer } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { within } from '../../core/within.js';
import { type FeedGapRepository, type FeedProgress } from './feed-gap.repository.js';

/** The most gaps that wait for the database; beyond it the newest waiting gap of the stream is widened instead. */
export const MAX_WAITING_GAPS = 1_000;
/** The database may come back at any time, so it is never waited for longer than this. */
const LONGEST_WAIT_MS = 5_000;
/** How long `stop` waits for a database that does not answer. */
export const STOP_WITHIN_MS = 2_000;

/** What the writer works with. */
export interface CoverageWriterParts {
  readonly repository: Pick<FeedGapRepository, 'save' | 'saveProgress'>;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Log;
  /** Called with every gap, and every new end of one, once it is in the database. Must not throw. */
  readonly onSaved?: (gap: FeedGap) => void;
}

/**
 * Brings gaps and progress into the database, in that order, and keeps trying while it is away. Memory is bounded
 * without losing a hole: of a stream's progress only the newest counts, and gaps that find no room are merged.
 */
export class CoverageWriter {
  readonly #gaps = new Map<string, FeedGap>();
  readonly #progress = new Map<string, FeedProgress>();
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #stopped = false;
  #failing = false;
  #merged = 0;

  constructor(private readonly parts: CoverageWriterParts) {}

  /** Gaps that are not in the database yet. */
  get waitingGaps(): number {
    return this.#gaps.size;
  }

  /** Gaps that lost their own bounds because too many waited; the wider gap covers them. */
  get mergedGaps(): number {
    return this.#merged;
  }

  /** Takes a gap or its new end. */
  saveGap(gap: FeedGap): void {
    const key = gapKey(gap);
    if (this.#gaps.size >= MAX_WAITING_GAPS && !this.#gaps.has(key)) this.#widen(gap);
    else this.#gaps.set(key, gap);
    this.#write();
  }

  /** Takes the newest moment at which a stream was good. */
  saveProgress(progress: FeedProgress): void {
    this.#progress.set(`${progress.venue} ${progress.stream}`, progress);
    this.#write();
  }

  /**
   * Tries once more to write what waits and stops, within two seconds. Resolves with the number of gaps that could not
   * be written; the gap that the next start opens, from the last good moment that was written, covers them.
   */
  async stop(): Promise<number> {
    this.#stopped = true;
    this.#retry?.cancel();
    await within(this.parts.clock, STOP_WITHIN_MS, this.#finish());
    return this.#gaps.size;
  }

  async #finish(): Promise<void> {
    await this.#writing;
    await this.#writeAll();
  }

  #write(): void {
    if (this.#stopped || this.#writing !== undefined || this.#retry !== undefined) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    const { repository, log, backoff, onSaved } = this.parts;
    try {
      // Progress after gaps: a crash in between leaves a hole too wide, never one too narrow.
      for (let next = first(this.#gaps); next !== undefined; next = first(this.#gaps)) {
        const [key, gap] = next;
        await repository.save(gap);
        // What was changed meanwhile has to be written again.
        if (this.#gaps.get(key) === gap) this.#gaps.delete(key);
        onSaved?.(gap);
      }
      for (const [key, progress] of this.#progress) {
        await repository.saveProgress(progress);
        if (this.#progress.get(key) === progress) this.#progress.delete(key);
      }
      if (this.#failing) log.info({}, 'coverage of the feeds is written again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        log.warn({ err: error }, 'coverage of the feeds cannot be written; it waits in memory');
      this.#failing = true;
      if (!this.#stopped) this.#tryLater(backoff.nextDelayMs(LONGEST_WAIT_MS));
      return;
    }
    if (this.#gaps.size + this.#progress.size > 0 && !this.#stopped) this.#tryLater(0);
  }

  #tryLater(delayMs: number): void {
    this.#retry = this.parts.clock.after(delayMs, () => {
      this.#retry = undefined;
      this.#write();
    });
  }

  #widen(gap: FeedGap): void {
    this.#merged += 1;
    const neighbours = [...this.#gaps].filter(
      ([, waiting]) => waiting.venue === gap.venue && waiting.stream === gap.stream,
    );
    const last = neighbours.at(-1);
    // Another stream holds all the room: this one gap is taken all the same, there are only a few streams.
    if (last === undefined) this.#gaps.set(gapKey(gap), gap);
    else this.#gaps.set(last[0], widened(last[1], gap));
  }
}

function first<K, V>(map: ReadonlyMap<K, V>): readonly [K, V] | undefined {
  return map.entries().next().value;
}

function gapKey({ venue, stream, fromMs, cause }: FeedGap): string {
  return `${venue} ${stream} ${fromMs} ${cause}`;
}

/** An open end stays open until its own end comes; a gap that is only beginning is covered when it ends. */
function widened(waiting: FeedGap, added: FeedGap): FeedGap {
  if (waiting.toMs === undefined || added.toMs === undefined) return waiting;
  return { ...waiting, toMs: Math.max(waiting.toMs, added.toMs) };
}
