import { RareReport, type Clock, type Timer } from '@orderfox/feed';
import { ErrorReply } from 'redis';
import { type Log } from '../../core/log.js';
import { within } from '../../core/within.js';
import { RedisLostError, type RedisLink } from './redis-link.js';
import { lastIdsOf } from './redis-streams.js';
import { type StreamTail } from './stream-tail.js';

/** All streams are looked at so often, whoever has recorded what without telling. */
const LOOK_EVERY_MS = 15_000;
/** It is looked whether the streams still end where they should so often. */
const WATCH_EVERY_MS = 1_000;
/** Pause after the database did not answer. */
const RETRY_MS = 1_000;
/** The end waits for what is under way so long. */
const END_WITHIN_MS = 500;

/** What a runner works with. */
export interface TailRunnerParts {
  readonly link: Pick<RedisLink, 'run' | 'fail' | 'isReady'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Lets each stream that has something to publish do so, one after the other: one question and one command at a time. */
export class TailRunner {
  #tails: readonly StreamTail[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #watch: Timer | undefined;
  #look: Timer | undefined;
  #isStopped = false;
  readonly #reports: RareReport;

  constructor(private readonly parts: TailRunnerParts) {
    this.#reports = new RareReport(parts.clock);
  }

  get tails(): readonly StreamTail[] {
    return this.#tails;
  }

  /** These are to be published from now on, and no others. */
  serve(tails: readonly StreamTail[]): void {
    this.#tails = tails;
    this.go();
  }

  /** Redis is there again: nothing is known of what it holds. */
  ready(): void {
    for (const tail of this.#tails) tail.doubt();
    this.#watchLater();
    this.#lookLater();
    this.go();
  }

  /** Publishes what there is to publish. */
  go(): void {
    if (this.#isStopped || this.#timer !== undefined || !this.parts.link.isReady) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // What came while the last round ended.
      if (this.#tails.some(({ isDirty }) => isDirty)) this.go();
    });
  }

  /** Ends within half a second: what was not published is published by the next process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of [this.#timer, this.#watch, this.#look]) timer?.cancel();
    await within(this.parts.clock, END_WITHIN_MS, this.#running);
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    while (!this.#isStopped && this.parts.link.isReady) {
      const due = this.#tails.filter(({ isDirty }) => isDirty);
      if (due.length === 0) return;
      for (const tail of due) if (!(await this.#step(tail))) return;
    }
  }

  /** False where it is of no use to go on now. */
  async #step(tail: StreamTail): Promise<boolean> {
    try {
      if (!this.#isStopped) await tail.step();
      return !this.#isStopped;
    } catch (error) {
      if (error instanceof RedisLostError) return false;
      if (error instanceof ErrorReply) {
        this.parts.link.fail(error);
        return false;
      }
      this.#report(error);
      this.#timer ??= this.parts.clock.after(RETRY_MS, () => {
        this.#timer = undefined;
        this.go();
      });
      return false;
    }
  }

  #report(err: unknown): void {
    const due = this.#reports.add('record');
    if (due !== undefined && !this.#isStopped)
      this.parts.log.warn({ err, count: due.count }, 'what was recorded could not be read for the streams');
  }

  #lookLater(): void {
    this.#look?.cancel();
    if (this.#isStopped) return;
    this.#look = this.parts.clock.after(LOOK_EVERY_MS, () => {
      for (const tail of this.#tails) tail.touch();
      this.go();
      this.#lookLater();
    });
  }

  #watchLater(): void {
    this.#watch?.cancel();
    if (this.#isStopped) return;
    this.#watch = this.parts.clock.after(WATCH_EVERY_MS, () => {
      void this.#lookWhetherThere().finally(() => this.#watchLater());
    });
  }

  /** What was deleted, or made anew by a reader, would else be missed only when something is added. Never rejects. */
  async #lookWhetherThere(): Promise<void> {
    const { link } = this.parts;
    const tails = this.#tails.filter(({ end }) => end !== undefined);
    if (!link.isReady || tails.length === 0) return;
    const keys = tails.map(({ source }) => source.key);
    try {
      const ids = await link.run((redis) => lastIdsOf(redis, keys));
      // What was added meanwhile is known by now, for its answer came before this one.
      for (const [at, tail] of tails.entries())
        if (tail.end !== undefined && tail.end !== ids[at]) tail.doubt();
      this.go();
    } catch (error) {
      link.fail(error);
    }
  }
}
