import { type Instrument } from '@orderfox/domain';
import { asking, VenueError, type Clock, type JsonFetch, type Timer } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { messageOf } from '../../core/error-facts.js';
import {
  contractKey,
  type PolledVenue,
  type Reading,
  type Series,
  type SeriesPoint,
  type SeriesStore,
  type Stretch,
} from './reading.js';
import { uncovered } from './uncovered.js';

/** Between two requests of a venue: the past has time. */
const PACE_MS = 500;
/** What is so young may not be published yet: having asked for it says nothing. */
const PUBLISHED_AFTER_MS = 5 * 60_000;
/** What was asked for and is not there is asked for again after this. */
const ASKED_FOR_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;

/** What a filler works with. */
export interface HoleFillerParts<R extends Reading, P extends SeriesPoint> {
  readonly series: Series<R, P>;
  readonly venue: PolledVenue<R>;
  readonly store: Pick<SeriesStore<P>, 'covered'>;
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps points; never rejects. */
  readonly keep: (points: readonly P[]) => Promise<void>;
  /** What is known of a contract, for what cannot have a past yet. */
  readonly standing: (key: string) => P | undefined;
  /** Told of everything that was brought, the oldest first. */
  readonly onPast: (key: string, points: readonly P[]) => void;
}

/** What was fetched afterwards. */
export interface FillCounts {
  readonly requests: number;
  readonly failed: number;
  readonly points: number;
  readonly waiting: number;
}

/**
 * Fetches what is missing of a venue's past: one stretch after the other, the newest first, with a pause in between. What
 * is stored is not asked for, and what the venue did not have only once in half an hour. Nothing waits for it.
 */
export class HoleFiller<R extends Reading, P extends SeriesPoint> {
  readonly #queue = new Map<string, { readonly instrument: Instrument; readonly done: (() => void)[] }>();
  /** Stretches that were asked for, and until when that counts (monotonic ms). */
  readonly #asked = new Map<string, (Stretch & { readonly untilMs: number })[]>();
  readonly #counts = { requests: 0, failed: 0, points: 0 };
  #isBusy = false;
  /** Monotonic ms. */
  #lastAskedMs = Number.NEGATIVE_INFINITY;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;
  #isStopped = false;

  constructor(private readonly parts: HoleFillerParts<R, P>) {}

  get counts(): FillCounts {
    return { ...this.#counts, waiting: this.#queue.size };
  }

  /** Has a contract looked at. Resolves when that was done, or was given up; never rejects. */
  want(instrument: Instrument): Promise<void> {
    if (this.#isStopped || this.#isResting) return Promise.resolve();
    const key = contractKey(instrument);
    const waiting = this.#queue.get(key) ?? { instrument, done: [] };
    this.#queue.set(key, waiting);
    const looked = new Promise<void>((resolve) => waiting.done.push(resolve));
    void this.#work();
    return looked;
  }

  /** Nobody is interested in the contract any more. */
  forget(instrument: Instrument): void {
    const key = contractKey(instrument);
    this.#asked.delete(key);
    for (const done of this.#queue.get(key)?.done ?? []) done();
    this.#queue.delete(key);
  }

  stop(): void {
    this.#isStopped = true;
    this.#pause?.timer.cancel();
    this.#pause?.end();
    this.#letGo();
  }

  get #isResting(): boolean {
    return this.parts.clock.nowMs() < this.#restsUntilMs;
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      const [key, { instrument, done }] = first;
      this.#queue.delete(key);
      await this.#fill(key, instrument);
      for (const each of done) each();
      if (this.#isStopped || this.#isResting) this.#letGo();
    }
    this.#isBusy = false;
  }

  /** Never rejects. */
  async #fill(key: string, instrument: Instrument): Promise<void> {
    try {
      const holes = await this.#holes(key, instrument);
      for (const hole of holes.toReversed()) {
        await this.#rest();
        if (this.#isStopped) return;
        await this.#ask(key, instrument, hole);
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  async #holes(key: string, instrument: Instrument): Promise<readonly Stretch[]> {
    const { series, venue, store, standing, clock } = this.parts;
    const nowMs = clock.nowMs();
    const { maxHours } = venue.source.history;
    const reachMs = Math.min(series.reachMs, maxHours === undefined ? Infinity : maxHours * HOUR_MS);
    const window = { fromMs: nowMs - reachMs, toMs: nowMs };
    const asked = (this.#asked.get(key) ?? []).filter(({ untilMs }) => untilMs > clock.monotonicMs());
    this.#asked.set(key, asked);
    const covered = await store.covered(instrument.venue, instrument.venueSymbol, window.fromMs);
    const point = standing(key);
    const needless = point === undefined ? [] : (series.needless?.(point) ?? []);
    return uncovered(window, [...covered, ...asked, ...needless], series.holeMs);
  }

  /** Rejects with VenueError. */
  async #ask(key: string, instrument: Instrument, hole: Stretch): Promise<void> {
    const { series, venue, instrumentNow, clock, log, keep, onPast } = this.parts;
    const http = asking(this.parts.http, { kind: 'HISTORY', party: `past ${series.name}` });
    const problems: string[] = [];
    this.#counts.requests += 1;
    const request = { instrument: instrumentNow(instrument), ...hole, nowMs: clock.nowMs() };
    const readings = await venue.source.history.list(http, venue.roots, request, (problem) =>
      problems.push(problem),
    );
    this.#lastAskedMs = clock.monotonicMs();
    if (this.#isStopped) return;
    const points = readings.flatMap((reading): readonly P[] => {
      const point = series.pointOf(reading, clock.nowMs(), true);
      if (!('problem' in point)) return [point];
      problems.push(point.problem);
      return [];
    });
    this.#counts.points += points.length;
    await keep(points);
    onPast(key, points);
    const toMs = Math.min(hole.toMs, request.nowMs - PUBLISHED_AFTER_MS);
    this.#asked.get(key)?.push({ ...hole, toMs, untilMs: clock.monotonicMs() + ASKED_FOR_MS });
    const [problem] = problems;
    if (problem !== undefined)
      log.warn({ venue: venue.id, problem, rows: problems.length }, `past ${series.name} could not be read`);
  }

  /** Not sooner after the last request than the past has time for. */
  #rest(): Promise<void> {
    const { clock } = this.parts;
    const waitMs = this.#lastAskedMs + PACE_MS - clock.monotonicMs();
    if (this.#isStopped || waitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#pause = { timer: clock.after(waitMs, resolve), end: resolve };
    });
  }

  #failed(err: unknown): void {
    const { venue, series, log } = this.parts;
    this.#counts.failed += 1;
    if (err instanceof VenueError && err.untilMs !== undefined) this.#restsUntilMs = err.untilMs;
    log.warn({ venue: venue.id, problem: messageOf(err) }, `past ${series.name} could not be fetched`);
  }

  #letGo(): void {
    for (const { done } of this.#queue.values()) for (const each of done) each();
    this.#queue.clear();
  }
}
