import { type Instrument } from '@orderfox/domain';
import {
  asking,
  Backoff,
  RareReport,
  type Clock,
  type JsonFetch,
  type Random,
  type Timer,
} from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { statusOfFailure, type PollStatus } from './poll-status.js';
import { POLL_MS, PolledContract } from './polled-contract.js';
import { contractKey, type PolledVenue, type Reading, type Series, type SeriesPoint } from './reading.js';

/** The first time a contract is asked for, anything up to this is waited, so that not all come at once. */
const START_WITHIN_MS = 1_000;
/** A slot that is nearer than this is left out: the contract has just been asked for. */
const TOO_NEAR_MS = 5_000;
/** Soonest another try. */
const AGAIN_AFTER_MS = 500;
/** A long wait is looked at again now and then: the clock may have been set. */
const LONGEST_WAIT_MS = 10 * POLL_MS;
/** A fraction whose multiples spread evenly however many there are. */
const GOLDEN = 0.618_033_988_75;

/** What a poller works with. */
export interface VenuePollerParts<R extends Reading, P extends SeriesPoint> {
  readonly series: Series<R, P>;
  readonly venue: PolledVenue<R>;
  /** A contract as the newest catalogue has it. */
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Keeps points; never rejects. */
  readonly keep: (points: readonly P[]) => Promise<void>;
}

/** What was asked and what came of it. */
export interface PollCounts {
  readonly polls: number;
  readonly failed: number;
  readonly points: number;
  /** Readings that no point could be made of. */
  readonly refused: number;
  /** Readings that were older than what was known. */
  readonly late: number;
}

interface Followed<P extends SeriesPoint> {
  readonly instrument: Instrument;
  readonly contract: PolledContract<P>;
}

/** Contracts that are asked for together. */
interface Batch<P extends SeriesPoint> {
  readonly contracts: Map<string, Followed<P>>;
  /** When in a minute, ms. */
  readonly phaseMs: number;
  readonly backoff: Backoff;
  timer: Timer | undefined;
  isAsking: boolean;
}

/**
 * Asks one venue for one series, every contract once a minute, each at its own moment of it, or all with one request where
 * the venue allows that. A failure is tried again ever more seldom; a venue that wants no requests gets none.
 */
export class VenuePoller<R extends Reading, P extends SeriesPoint> {
  readonly #contracts = new Map<string, { readonly contract: PolledContract<P>; readonly batch: Batch<P> }>();
  readonly #batches = new Set<Batch<P>>();
  readonly #reports: RareReport;
  readonly #counts = { polls: 0, failed: 0, points: 0, refused: 0, late: 0 };
  readonly #firstPhase: number;
  #made = 0;
  #refusal: (PollStatus & { readonly untilMs: number }) | undefined;
  #isStopped = false;

  constructor(private readonly parts: VenuePollerParts<R, P>) {
    this.#reports = new RareReport(parts.clock);
    this.#firstPhase = parts.random();
  }

  get counts(): PollCounts {
    return this.#counts;
  }

  /** Begins to ask for a contract; the same one is asked for once. */
  follow(instrument: Instrument): PolledContract<P> {
    const key = contractKey(instrument);
    const known = this.#contracts.get(key);
    if (known !== undefined) return known.contract;
    const { series, clock, random } = this.parts;
    const contract = new PolledContract<P>(series.name, clock);
    const batch = this.#batchFor();
    batch.contracts.set(key, { instrument, contract });
    this.#contracts.set(key, { contract, batch });
    if (!batch.isAsking) this.#askAfter(batch, random() * START_WITHIN_MS);
    return contract;
  }

  release(instrument: Instrument): void {
    const key = contractKey(instrument);
    const followed = this.#contracts.get(key);
    if (followed === undefined) return;
    const { batch, contract } = followed;
    contract.end();
    this.#contracts.delete(key);
    batch.contracts.delete(key);
    if (batch.contracts.size > 0) return;
    batch.timer?.cancel();
    this.#batches.delete(batch);
  }

  /** Asks no more; an answer that is on its way is not taken. */
  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#batches) timer?.cancel();
    for (const { contract } of this.#contracts.values()) contract.end();
  }

  #batchFor(): Batch<P> {
    const [shared] = this.#batches;
    if (this.parts.venue.source.servesAll && shared !== undefined) return shared;
    const phaseMs = Math.floor(((this.#firstPhase + this.#made * GOLDEN) % 1) * POLL_MS);
    this.#made += 1;
    const backoff = new Backoff(this.parts.random);
    const batch: Batch<P> = { contracts: new Map(), phaseMs, backoff, timer: undefined, isAsking: false };
    this.#batches.add(batch);
    return batch;
  }

  #askAfter(batch: Batch<P>, delayMs: number): void {
    batch.timer?.cancel();
    if (this.#isStopped || !this.#batches.has(batch)) return;
    batch.timer = this.parts.clock.after(delayMs, () => void this.#ask(batch));
  }

  /** Never rejects. */
  async #ask(batch: Batch<P>): Promise<void> {
    const refusal = this.#refusalNow();
    if (refusal !== undefined) {
      for (const { contract } of batch.contracts.values()) contract.fail(refusal);
      this.#askAfter(batch, this.#untilOver(refusal.untilMs));
      return;
    }
    const asked = new Map(batch.contracts);
    batch.isAsking = true;
    let nextMs: number;
    try {
      await this.#poll(asked);
      batch.backoff.noteHealthy(POLL_MS);
      nextMs = this.#untilSlot(batch.phaseMs);
    } catch (error) {
      nextMs = this.#fail(batch, asked, error);
    }
    batch.isAsking = false;
    const isJoined = [...batch.contracts.keys()].some((key) => !asked.has(key));
    this.#askAfter(batch, isJoined && this.#refusal === undefined ? START_WITHIN_MS : nextMs);
  }

  async #poll(asked: ReadonlyMap<string, Followed<P>>): Promise<void> {
    const { venue, series, instrumentNow, clock, keep } = this.parts;
    const http = asking(this.parts.http, { kind: 'POLLING' });
    const instruments = [...asked.values()].map(({ instrument }) => instrumentNow(instrument));
    const problems: string[] = [];
    this.#counts.polls += 1;
    const readings = await venue.source.current(http, venue.roots, instruments, clock.nowMs(), (problem) =>
      problems.push(problem),
    );
    if (this.#isStopped) return;
    const points = readings.flatMap((reading): readonly P[] => {
      const point = series.pointOf(reading, clock.nowMs(), false);
      if (!('problem' in point)) return [point];
      this.#counts.refused += 1;
      problems.push(`${venue.name} ${reading.instrument.venueSymbol}: ${point.problem}`);
      return [];
    });
    this.#counts.points += points.length;
    await keep(points);
    const byKey = new Map(points.map((point) => [contractKey(point), point]));
    for (const key of asked.keys()) this.#tell(key, byKey.get(key), problems);
    for (const problem of problems) this.#report(problem);
  }

  #tell(key: string, point: P | undefined, problems: readonly string[]): void {
    const contract = this.#contracts.get(key)?.contract;
    if (contract === undefined) return;
    if (point !== undefined) {
      if (!contract.answer(point)) this.#counts.late += 1;
      return;
    }
    const { venue, series } = this.parts;
    const venueSymbol = key.slice(venue.id.length + 1);
    const said = problems.find((problem) => problem.includes(venueSymbol));
    const reason = said ?? `${venue.name} gave no ${series.name} of ${venueSymbol}`;
    contract.fail({ state: 'ERROR', reason });
  }

  /** Says how long to wait, ms. */
  #fail(batch: Batch<P>, asked: ReadonlyMap<string, Followed<P>>, error: unknown): number {
    this.#counts.failed += 1;
    const status = statusOfFailure(error);
    this.#report(status.reason);
    for (const key of asked.keys()) this.#contracts.get(key)?.contract.fail(status);
    const waitMs = Math.max(AGAIN_AFTER_MS, batch.backoff.nextDelayMs(POLL_MS));
    const { untilMs } = status;
    if (untilMs === undefined) return waitMs;
    this.#refusal = { ...status, untilMs };
    return Math.max(waitMs, this.#untilOver(untilMs));
  }

  #refusalNow(): (PollStatus & { readonly untilMs: number }) | undefined {
    if (this.parts.clock.nowMs() >= (this.#refusal?.untilMs ?? 0)) this.#refusal = undefined;
    return this.#refusal;
  }

  #untilOver(untilMs: number): number {
    const { clock, random } = this.parts;
    return Math.min(LONGEST_WAIT_MS, Math.max(0, untilMs - clock.nowMs()) + random() * START_WITHIN_MS);
  }

  #untilSlot(phaseMs: number): number {
    const intoMs = (this.parts.clock.monotonicMs() - phaseMs) % POLL_MS;
    const leftMs = (POLL_MS - intoMs) % POLL_MS || POLL_MS;
    return leftMs < TOO_NEAR_MS ? leftMs + POLL_MS : leftMs;
  }

  #report(problem: string): void {
    const due = this.#reports.add(problem);
    const { venue, series, log } = this.parts;
    if (due !== undefined)
      log.warn({ venue: venue.id, problem, count: due.count }, `${series.name} could not be read`);
  }
}
