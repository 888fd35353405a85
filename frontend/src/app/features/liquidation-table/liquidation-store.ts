import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ApiError, type Liquidation, type LiquidationFilter } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { exactSum } from '../../core/exact-sum.js';
import { FrameBatch } from '../../core/frame-batch.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { Connection } from '../../graphql/connection.js';
import { LiquidationSession } from './liquidation-session.js';
import { Pause } from './pause.js';
import { MAX_LIQUIDATIONS, putOnTop } from './tape.js';

/** What went wrong with the rows, and when that began. */
export interface Trouble {
  readonly message: string;
  /** Epoch milliseconds of the viewer's clock. */
  readonly sinceMs: number;
  /** Symbols the server offers instead of one it does not know. */
  readonly suggestions: readonly string[];
}

/** After a longer loss the newest rows are asked for afresh instead of every event that was missed. */
const LONG_LOSS_MS = 60_000;

/** The rows of the liquidation table for the filter in the address: loaded, then live, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class LiquidationStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #pause = inject(Pause);
  readonly #filter = inject(PageAddress).filter;
  readonly #rows = signal<readonly Liquidation[] | undefined>(undefined);
  readonly #held = signal<readonly Liquidation[]>([]);
  readonly #heldCount = signal(0);
  readonly #trouble = signal<Trouble | undefined>(undefined);
  readonly #live = signal<ReadonlySet<string>>(new Set());
  readonly #batch = new FrameBatch<Liquidation>(this.#clock, MAX_LIQUIDATIONS, (items, total) =>
    this.#take(items, total),
  );
  #session: LiquidationSession | undefined;

  /** Newest first, at most 50. */
  readonly rows = computed(() => this.#rows() ?? []);
  /** False until the server has told what there is: then nothing is known, which is not the same as nothing. */
  readonly isKnown = computed(() => this.#rows() !== undefined);
  readonly isLoading = computed(() => this.#rows() === undefined && this.#trouble() === undefined);
  readonly trouble = this.#trouble.asReadonly();
  /** How many came since the table was paused. */
  readonly heldCount = this.#heldCount.asReadonly();
  /** Ids of the rows that came live and not with the first page. */
  readonly liveIds = this.#live.asReadonly();
  /** Exact sum of what is shown, in USD. */
  readonly sumUsd = computed(() => exactSum(this.rows().map(({ notionalUsd }) => notionalUsd)));
  /** What arrived live since the spoken summary last asked. */
  readonly #arrivals = signal<readonly Liquidation[]>([]);

  constructor() {
    effect(() => {
      const filter = this.#filter();
      untracked(() => this.#show(filter));
    });
    effect(() => {
      if (!this.#pause.isPaused()) untracked(() => this.release());
    });
    this.#watchLongLosses(inject(Connection));
    inject(DestroyRef).onDestroy(() => {
      this.#session?.end();
      this.#batch.clear();
    });
  }

  /** Shows what was held back, also while the table stays paused. */
  release(): void {
    const held = this.#held();
    this.#held.set([]);
    this.#heldCount.set(0);
    if (held.length > 0) this.#put([...held].reverse());
  }

  /** Tries again now. */
  retry(): void {
    this.#client.retryNow();
    this.#begin(this.#filter());
  }

  /** What arrived since the last call, at most the last 1,000. */
  takeArrivals(): readonly Liquidation[] {
    const arrivals = this.#arrivals();
    this.#arrivals.set([]);
    return arrivals;
  }

  /** Another filter: nothing of the old one stays. */
  #show(filter: LiquidationFilter): void {
    this.#rows.set(undefined);
    this.#live.set(new Set());
    this.#trouble.set(undefined);
    this.#begin(filter);
  }

  #begin(filter: LiquidationFilter): void {
    this.#session?.end();
    this.#batch.clear();
    this.#held.set([]);
    this.#heldCount.set(0);
    this.#session = new LiquidationSession(this.#client, this.#clock, filter, {
      snapshot: (liquidations) => {
        this.#rows.set(putOnTop([], liquidations.toReversed(), MAX_LIQUIDATIONS));
        this.#trouble.set(undefined);
      },
      event: (liquidation) => this.#batch.add(liquidation),
      trouble: (error, final) => this.#fail(error, final),
    });
  }

  #take(items: readonly Liquidation[], total: number): void {
    this.#arrivals.update((known) => [...known, ...items].slice(-1_000));
    if (!this.#pause.isPaused()) {
      this.#put(items);
      return;
    }
    this.#held.update((held) => putOnTop(held, items, MAX_LIQUIDATIONS));
    this.#heldCount.update((count) => count + total);
  }

  /** @param items oldest first */
  #put(items: readonly Liquidation[]): void {
    const rows = putOnTop(this.rows(), items, MAX_LIQUIDATIONS);
    const shown = new Set(rows.map(({ id }) => id));
    const live = [...this.#live(), ...items.map(({ id }) => id)].filter((id) => shown.has(id));
    this.#live.set(new Set(live));
    this.#rows.set(rows);
  }

  #fail(error: unknown, final: boolean): void {
    // The place in the record is gone, not the record: begin again from its newest rows.
    if (final && error instanceof ApiError && error.code === 'CURSOR_EXPIRED') {
      this.#begin(this.#filter());
      return;
    }
    const suggestions = error instanceof ApiError ? error.details.suggestions : undefined;
    this.#trouble.update((before) => ({
      message: error instanceof Error ? error.message : 'Something went wrong',
      sinceMs: before?.sinceMs ?? this.#clock.nowMs(),
      suggestions: Array.isArray(suggestions) ? suggestions.filter((entry) => typeof entry === 'string') : [],
    }));
  }

  #watchLongLosses(connection: Connection): void {
    let lostMs: number | undefined;
    effect(() => {
      const { state, sinceMs } = connection.status();
      if (state === 'reconnecting') lostMs = sinceMs;
      if (state !== 'connected' || lostMs === undefined) return;
      if (sinceMs - lostMs > LONG_LOSS_MS) untracked(() => this.#begin(this.#filter()));
      lostMs = undefined;
    });
  }
}
