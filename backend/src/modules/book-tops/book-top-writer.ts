import { type Clock, type Timer } from '@orderfox/feed';
import { isDataError } from '../../core/database-errors.js';
import { type Log } from '../../core/log.js';
import { within } from '../../core/within.js';
import { type BookTop } from './book-top.js';
import { type BookTopRepository } from './book-top.repository.js';

/** What came meanwhile is written at once. */
export const WRITE_EVERY_MS = 5_000;
/** Rows of one statement. */
const BATCH = 1_000;
/** Rows that wait for the database at most; beyond it the oldest go. Half an hour of nine markets. */
export const MAX_WAITING_TOPS = 16_000;
/** How long the end waits for the last of them. */
const PATIENCE_MS = 2_000;

/** What the writer works with. */
export interface BookTopWriterParts {
  readonly repository: Pick<BookTopRepository, 'save'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rows that are stored, that wait, and that will never be stored. */
export interface BookTopCounts {
  readonly saved: number;
  readonly waiting: number;
  readonly dropped: number;
}

/** Stores tops in batches. While the database is away they wait, within bounds. Nothing here throws or rejects. */
export class BookTopWriter {
  readonly #waiting: BookTop[] = [];
  #saved = 0;
  #dropped = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isInTrouble = false;
  #isStopped = false;

  constructor(private readonly parts: BookTopWriterParts) {}

  get counts(): BookTopCounts {
    return { saved: this.#saved, waiting: this.#waiting.length, dropped: this.#dropped };
  }

  /** Takes rows; they are stored within some seconds. */
  take(tops: readonly BookTop[]): void {
    this.#waiting.push(...tops);
    const over = this.#waiting.length - MAX_WAITING_TOPS;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#dropped += over;
    }
    if (this.#timer === undefined && !this.#isStopped) this.#timer = this.#later();
  }

  /** Stores what is left, if the database takes it within two seconds. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await within(this.parts.clock, PATIENCE_MS, this.#write());
  }

  #later(): Timer {
    return this.parts.clock.after(WRITE_EVERY_MS, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  /** One at a time. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      const isLeft = this.#waiting.length > 0 && this.#timer === undefined && !this.#isStopped;
      if (isLeft) this.#timer = this.#later();
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await this.parts.repository.save(batch);
        this.#saved += batch.length;
        this.#isInTrouble = false;
      } catch (err) {
        this.#failed(batch, err);
        if (!isDataError(err)) return;
      }
    }
  }

  /** What the database refuses for what it is would be refused again; anything else is tried again. */
  #failed(batch: readonly BookTop[], err: unknown): void {
    if (!this.#isInTrouble) this.parts.log.warn({ err }, 'tops of order books could not be stored');
    this.#isInTrouble = true;
    if (isDataError(err)) {
      this.#dropped += batch.length;
      return;
    }
    const room = Math.max(0, MAX_WAITING_TOPS - this.#waiting.length);
    const kept = batch.slice(Math.max(0, batch.length - room));
    this.#dropped += batch.length - kept.length;
    this.#waiting.unshift(...kept);
  }
}
