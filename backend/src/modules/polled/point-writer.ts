import { type Clock, type Timer } from '@orderfox/feed';
import { isDataError } from '../../core/database-errors.js';
import { type Log } from '../../core/log.js';
import { within } from '../../core/within.js';
import { type SeriesPoint, type SeriesStore } from './reading.js';

/** Points that wait for the database at most; the oldest go first, and can be had from history again. */
const MAX_WAITING = 5_000;
/** Rows of one statement. */
const BATCH = 500;
/** How long whoever brings points waits for them to be kept. */
const PATIENCE_MS = 2_000;
/** How long the end may take: what is lost can be had from history again. */
const END_WITHIN_MS = 500;
const AGAIN_AFTER_MS = 5_000;

/** What was kept and what was not. */
export interface WriterCounts {
  readonly saved: number;
  readonly waiting: number;
  readonly dropped: number;
}

/** Keeps points, and has those wait that the database cannot take now. Nothing here rejects. */
export class PointWriter<P extends SeriesPoint> {
  #waiting: P[] = [];
  #saved = 0;
  #dropped = 0;
  #flushing: Promise<void> | undefined;
  #again: Timer | undefined;
  #isStopped = false;

  constructor(
    private readonly parts: {
      readonly store: Pick<SeriesStore<P>, 'save'>;
      readonly clock: Clock;
      readonly log: Log;
    },
  ) {}

  get counts(): WriterCounts {
    return { saved: this.#saved, waiting: this.#waiting.length, dropped: this.#dropped };
  }

  /** Resolves once they are kept, or after two seconds: then they wait. */
  async save(points: readonly P[]): Promise<void> {
    if (points.length === 0) return;
    this.#waiting.push(...points);
    const over = this.#waiting.length - MAX_WAITING;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#dropped += over;
    }
    await within(this.parts.clock, PATIENCE_MS, this.#flush());
  }

  /** Tries once more, and no longer than that. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#again?.cancel();
    await within(this.parts.clock, END_WITHIN_MS, this.#flush());
  }

  /** One at a time: who comes meanwhile is served by a second round. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#drain().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await this.parts.store.save(batch);
        this.#saved += batch.length;
      } catch (error) {
        if (isDataError(error)) {
          await this.#oneByOne(batch, error);
        } else {
          this.#waiting = [...batch, ...this.#waiting].slice(-MAX_WAITING);
          this.#tryLater(error);
          return;
        }
      }
    }
  }

  /** One of the rows is what the database refuses for good. */
  async #oneByOne(batch: readonly P[], first: unknown): Promise<void> {
    this.parts.log.error({ err: first }, 'a point of a series cannot be kept');
    for (const point of batch) {
      try {
        await this.parts.store.save([point]);
        this.#saved += 1;
      } catch {
        this.#dropped += 1;
      }
    }
  }

  #tryLater(err: unknown): void {
    if (this.#isStopped || this.#again !== undefined) return;
    this.parts.log.warn({ err, waiting: this.#waiting.length }, 'points of a series wait for the database');
    this.#again = this.parts.clock.after(AGAIN_AFTER_MS, () => {
      this.#again = undefined;
      void this.#flush();
    });
  }
}
