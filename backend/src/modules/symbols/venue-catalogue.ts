import { type DecimalString, type Instrument, type InstrumentLookup, type VenueId } from '@orderfox/domain';
import { VenueError, type Clock, type JsonFetch, type Random, type Timer } from '@orderfox/feed';
import { type VenueAdapter, type VenueRoots } from '@orderfox/venues';
import { type Log } from '../../core/log.js';
import { CATALOGUE_TTL_MS, planRetry, type RetryPlan } from './catalogue-retry.js';
import {
  keepDelisted,
  suspiciouslyVanished,
  type CatalogueCounts,
  type CatalogueProblem,
  type CatalogueState,
  type CatalogueStore,
} from './catalogue-state.js';
import { type SymbolSource } from './market-symbol.js';

/** A turnover older than this says nothing of today any more and counts as unknown. */
const VOLUME_KEPT_MS = 30 * 60_000;

/** What one venue's catalogue works with. */
export interface VenueCatalogueParts {
  readonly adapter: VenueAdapter;
  readonly roots: VenueRoots;
  readonly http: JsonFetch;
  readonly store: CatalogueStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called after every change of `state`. */
  readonly onChange: (venue: VenueId) => void;
}

/**
 * Keeps the contracts of one venue: asks at the start and every five minutes, never twice at once, never while the
 * venue wants to be left alone. A failure changes nothing but `problem`: what was known stays in use.
 */
export class VenueCatalogue {
  readonly venue: VenueId;
  /** Always the newest: `all` is what the venue lists now, `get` also knows what it has stopped listing. */
  readonly lookup: InstrumentLookup;
  #instruments: readonly Instrument[] = [];
  #listed: readonly Instrument[] = [];
  #byVenueSymbol: ReadonlyMap<string, Instrument> = new Map();
  #volumes: ReadonlyMap<string, DecimalString> = new Map();
  #volumesFetchedMs = Number.NEGATIVE_INFINITY;
  #fetchedMs: number | undefined;
  #source: SymbolSource = 'FALLBACK';
  #problem: CatalogueProblem | undefined;
  #plan: RetryPlan | undefined;
  #inFlight: Promise<void> | undefined;
  #timer: Timer | undefined;
  #running = false;
  #failuresInARow = 0;
  /** Venue symbols that the last answer lacked and that are wanted until the next one lacks them too. */
  #missedOnce: ReadonlySet<string> = new Set();
  readonly #counts = { calls: 0, failures: 0, duplicatesPrevented: 0, cacheHits: 0, unreadableRows: 0 };

  constructor(private readonly parts: VenueCatalogueParts) {
    this.venue = parts.adapter.id;
    this.lookup = {
      get: (venueSymbol) => this.#byVenueSymbol.get(venueSymbol),
      all: () => this.#listed,
    };
  }

  get state(): CatalogueState {
    const volumesFresh = this.parts.clock.nowMs() - this.#volumesFetchedMs < VOLUME_KEPT_MS;
    return {
      venue: this.venue,
      instruments: this.#instruments,
      volumes: volumesFresh ? this.#volumes : new Map(),
      ...(this.#fetchedMs !== undefined && { fetchedMs: this.#fetchedMs }),
      source: this.#source,
      ...(this.#problem && { problem: this.#problem }),
    };
  }

  get counts(): CatalogueCounts {
    return { ...this.#counts };
  }

  /** Takes the contracts kept from an earlier run, unless the venue has already answered. Never rejects. */
  async restore(): Promise<void> {
    try {
      const kept = await this.parts.store.read(this.venue);
      if (kept === undefined || this.#source === 'VENUE') return;
      const trading = kept.instruments.filter((instrument) => instrument.trading);
      this.#take(kept.instruments, trading, kept.fetchedMs, 'LAST_KNOWN');
      this.parts.onChange(this.venue);
    } catch (error) {
      this.parts.log.warn({ venue: this.venue, err: error }, 'the kept catalogue cannot be read');
    }
  }

  /** Loads now and keeps loading until `stop`. Resolves after the first attempt, whatever came of it. */
  async start(): Promise<void> {
    this.#running = true;
    await this.load();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  /** Makes sure that the contracts are fresh. Never rejects: what went wrong is in `state.problem`. */
  load(): Promise<void> {
    if (this.#inFlight === undefined && this.#isFresh()) {
      this.#counts.cacheHits += 1;
      return Promise.resolve();
    }
    return this.refresh();
  }

  /** Asks the venue however fresh the contracts are, unless it wants to be left alone. Never rejects. */
  refresh(): Promise<void> {
    if (this.#inFlight !== undefined) {
      this.#counts.duplicatesPrevented += 1;
      return this.#inFlight;
    }
    if (this.#plan?.binding === true && this.parts.clock.nowMs() < this.#plan.atMs) return Promise.resolve();
    this.#timer?.cancel();
    this.#inFlight = this.#ask().finally(() => {
      this.#inFlight = undefined;
      this.#scheduleNext();
    });
    return this.#inFlight;
  }

  async #ask(): Promise<void> {
    const { adapter, http, roots, clock, log } = this.parts;
    this.#counts.calls += 1;
    let unreadable: string | undefined;
    try {
      const answered = await adapter.listInstruments(http, roots, (problem) => {
        this.#counts.unreadableRows += 1;
        unreadable ??= problem;
      });
      if (answered.length === 0) {
        throw new VenueError('UNREADABLE', `${adapter.name} answered with a list of no contracts`);
      }
      const listed = this.#withVanished(answered);
      this.#take(keepDelisted(listed, this.#instruments), listed, clock.nowMs(), 'VENUE');
      this.#problem = undefined;
      this.#plan = undefined;
      this.#failuresInARow = 0;
      log.info({ venue: this.venue, contracts: listed.length }, 'catalogue loaded');
      // One line per kind and load; every row is counted.
      if (unreadable !== undefined)
        log.warn({ venue: this.venue, problem: unreadable }, 'contracts cannot be read');
    } catch (error) {
      this.#fail(error);
      this.parts.onChange(this.venue);
      return;
    }
    // Feeds can begin with the contracts alone; turnover and the copy on disk follow.
    this.parts.onChange(this.venue);
    await Promise.all([this.#askVolumes(), this.#keep()]);
  }

  /** A venue may send a part of its list: what it lacks all at once is given up when it lacks it twice in a row. */
  #withVanished(answered: readonly Instrument[]): readonly Instrument[] {
    const held = suspiciouslyVanished(answered, this.#listed).filter(
      ({ venueSymbol }) => !this.#missedOnce.has(venueSymbol),
    );
    this.#missedOnce = new Set(held.map(({ venueSymbol }) => venueSymbol));
    if (held.length === 0) return answered;
    const fields = { venue: this.venue, contracts: answered.length, missing: held.length };
    this.parts.log.warn(
      fields,
      'the list of contracts seems cut short; what is missing stays in use for one load',
    );
    return [...answered, ...held];
  }

  async #askVolumes(): Promise<void> {
    const { adapter, http, roots, clock, log } = this.parts;
    try {
      this.#volumes = await adapter.listVolumes24h(http, roots);
      this.#volumesFetchedMs = clock.nowMs();
      this.parts.onChange(this.venue);
    } catch (error) {
      // Only the order of the list and one figure depend on it. The next round tries again, but not during a ban.
      const plan = planRetry(error, 1, clock.nowMs(), this.parts.random);
      if (plan.binding) this.#plan = plan;
      this.parts.onChange(this.venue);
      log.warn({ venue: this.venue, err: error }, 'the 24 h turnover cannot be read');
    }
  }

  async #keep(): Promise<void> {
    if (this.#fetchedMs === undefined) return;
    try {
      await this.parts.store.write(this.venue, {
        fetchedMs: this.#fetchedMs,
        instruments: this.#instruments,
      });
    } catch (error) {
      this.parts.log.warn(
        { venue: this.venue, err: error },
        'the catalogue cannot be kept for the next start',
      );
    }
  }

  #fail(error: unknown): void {
    const { clock, random, log } = this.parts;
    const nowMs = clock.nowMs();
    this.#failuresInARow += 1;
    this.#counts.failures += 1;
    this.#plan = planRetry(error, this.#failuresInARow, nowMs, random);
    const message = error instanceof Error ? error.message : String(error);
    this.#problem = {
      ...(error instanceof VenueError && { failure: error.failure }),
      message,
      sinceMs: this.#problem?.sinceMs ?? nowMs,
      retryAtMs: this.#plan.atMs,
    };
    // One line per outage, not per attempt.
    if (this.#failuresInARow === 1)
      log.warn({ venue: this.venue, err: error }, 'the catalogue cannot be loaded');
  }

  #take(
    instruments: readonly Instrument[],
    listed: readonly Instrument[],
    fetchedMs: number,
    source: SymbolSource,
  ): void {
    this.#instruments = instruments;
    this.#listed = listed;
    this.#byVenueSymbol = new Map(instruments.map((instrument) => [instrument.venueSymbol, instrument]));
    this.#fetchedMs = fetchedMs;
    this.#source = source;
  }

  #isFresh(): boolean {
    if (this.#source !== 'VENUE' || this.#fetchedMs === undefined) return false;
    return this.#problem === undefined && this.parts.clock.nowMs() - this.#fetchedMs < CATALOGUE_TTL_MS;
  }

  #scheduleNext(): void {
    if (!this.#running) return;
    const { clock } = this.parts;
    const nowMs = clock.nowMs();
    const dueMs = Math.max(this.#problem ? 0 : nowMs + CATALOGUE_TTL_MS, this.#plan?.atMs ?? 0);
    this.#timer = clock.after(Math.max(dueMs - nowMs, 0), () => void this.refresh());
  }
}
