import { Backoff, type Clock, type Random, type Timer, type VenuePause } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { within } from '../../core/within.js';
import { type VenueBanRepository } from './venue-ban.repository.js';

/** Requests wait so long for what earlier processes left: without a database venues are asked all the same. */
const READ_WITHIN_MS = 5_000;
/** Shorter ones are over before a process is started again. */
const WORTH_KEEPING_MS = 5_000;
const WRITE_BEFORE_END_MS = 1_000;

/** What a keeper works with. */
export interface VenueBanKeeperParts {
  readonly repository: Pick<VenueBanRepository, 'list' | 'save'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Takes what could not be read in time, as soon as it can. */
  readonly onLate: (pauses: readonly VenuePause[]) => void;
}

/**
 * Keeps over restarts which venues must be left alone, so that a process that dies and starts again and again does not ask
 * during a ban. What cannot be written or read is tried again until it can; meanwhile it is known in memory alone.
 */
export class VenueBanKeeper {
  readonly #unwritten = new Map<string, VenuePause>();
  /** Venues whose pause was told; they are told again once they have answered. */
  readonly #told = new Map<string, string>();
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #reread: Timer | undefined;
  #isClosed = false;

  constructor(private readonly parts: VenueBanKeeperParts) {}

  /** Pauses that are not in the database yet. */
  get unwritten(): number {
    return this.#unwritten.size;
  }

  /** What earlier processes left. Never rejects; empty where it cannot be read in time, and then given to `onLate`. */
  async read(): Promise<readonly VenuePause[]> {
    let pauses: readonly VenuePause[] | undefined;
    let isLate = false;
    const reading = this.#read(new Backoff(this.parts.random), (read) => {
      pauses = read;
      if (isLate) this.parts.onLate(read);
    });
    await within(this.parts.clock, READ_WITHIN_MS, reading);
    isLate = true;
    return pauses ?? [];
  }

  /** A pause began, or became longer: it is written, and told once. */
  keep(pause: VenuePause): void {
    const { venue, failure, words, status, untilMs } = pause;
    if (this.#told.get(venue) !== failure) {
      this.#told.set(venue, failure);
      const until = new Date(untilMs).toISOString();
      this.parts.log.warn({ venue, failure, status, until }, `a venue is not asked for a time: it ${words}`);
    }
    // A venue that is out of service wants nothing; asking it once at the start does no harm.
    if (failure === 'UNAVAILABLE' || untilMs - this.parts.clock.nowMs() < WORTH_KEEPING_MS) return;
    this.#unwritten.set(venue, pause);
    this.#write();
  }

  /** A venue answers: a pause that it was told to be in is over. */
  answered(venue: string): void {
    if (this.#told.delete(venue)) this.parts.log.info({ venue }, 'a venue answers requests again');
  }

  /** Writes what is still to be written, as far as the database answers soon. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reread?.cancel();
    this.#retry?.cancel();
    if (this.#writing === undefined) this.#write();
    await within(this.parts.clock, WRITE_BEFORE_END_MS, this.#writing);
  }

  /** Tries until it can be read; resolves after the first try. */
  async #read(
    backoff: Backoff,
    onRead: (pauses: readonly VenuePause[]) => void,
    isFirst = true,
  ): Promise<void> {
    const { repository, clock, log } = this.parts;
    try {
      onRead(await repository.list());
    } catch (err) {
      if (isFirst)
        log.warn({ err }, 'which venues must be left alone cannot be read; they are asked as if none had to');
      if (this.#isClosed) return;
      this.#reread = clock.after(backoff.nextDelayMs(), () => void this.#read(backoff, onRead, false));
    }
  }

  #write(backoff = new Backoff(this.parts.random)): void {
    if (this.#writing !== undefined) return;
    this.#retry?.cancel();
    this.#writing = this.#writeAll(backoff).finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(backoff: Backoff): Promise<void> {
    const { repository, clock, log } = this.parts;
    try {
      for (let [first] = this.#unwritten; first !== undefined; [first] = this.#unwritten) {
        const [venue, pause] = first;
        await repository.save(pause);
        // A longer one may have come meanwhile.
        if (this.#unwritten.get(venue) === pause) this.#unwritten.delete(venue);
      }
    } catch (err) {
      log.warn({ err }, 'a ban of a venue cannot be kept for the next start yet');
      if (!this.#isClosed) this.#retry = clock.after(backoff.nextDelayMs(), () => this.#write(backoff));
    }
  }
}
