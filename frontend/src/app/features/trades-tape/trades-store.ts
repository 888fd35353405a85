import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { injectClock } from '../../core/clock.js';
import { FrameBatch } from '../../core/frame-batch.js';
import { Now } from '../../core/now.js';
import { PageAddress } from '../../core/page-address.js';
import { CLIENT } from '../../graphql/client.js';
import { ChartStore } from '../chart/chart-store.js';
import { TapePause } from './tape-pause.js';
import { type TapedTrade } from './trade-seam.js';
import { TradeSession } from './trade-session.js';
import { tradeTrouble, type TradeTrouble } from './trade-trouble.js';

/** Most trades that are shown. */
export const MAX_TRADES = 100;

/** Whose trades are shown. */
interface TradeQuestion {
  readonly symbol: string;
  /** The venue, where one was chosen; else the server takes the first that has trades. */
  readonly venue: string | undefined;
}

/** The newest trades of the market that the page shows, at most one change per frame. */
@Injectable({ providedIn: 'root' })
export class TradesStore {
  readonly #client = inject(CLIENT);
  readonly #clock = injectClock();
  readonly #now = inject(Now);
  readonly #pause = inject(TapePause);
  readonly #rows = signal<readonly TapedTrade[] | undefined>(undefined);
  readonly #held = signal<readonly TapedTrade[]>([]);
  readonly #heldCount = signal(0);
  readonly #trouble = signal<TradeTrouble | undefined>(undefined);
  readonly #silentSinceMs = signal<number | undefined>(undefined);
  readonly #batch = new FrameBatch<TapedTrade>(this.#clock, MAX_TRADES, (items, total) =>
    this.#take(items, total),
  );
  #session: TradeSession | undefined;
  #asked: TradeQuestion | undefined;

  /** The market; undefined until it is known which one. */
  readonly symbol = inject(ChartStore).symbol;
  /** The venue that the viewer chose by filtering for it alone. */
  readonly chosenVenue = inject(PageAddress).onlyVenue;
  /** Newest first, at most `MAX_TRADES`. */
  readonly rows = computed(() => this.#rows() ?? []);
  /** False until the server has told what there is. */
  readonly isKnown = computed(() => this.#rows() !== undefined);
  /** How many came since the tape was paused. */
  readonly heldCount = this.#heldCount.asReadonly();
  readonly trouble = this.#trouble.asReadonly();
  /** Since when the server has not been heard, epoch milliseconds of the viewer's clock. */
  readonly silentSinceMs = this.#silentSinceMs.asReadonly();

  readonly #question = computed<TradeQuestion | undefined>(
    () => {
      const symbol = this.symbol();
      return symbol === undefined ? undefined : { symbol, venue: this.chosenVenue() };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );

  constructor() {
    effect(() => {
      const question = this.#question();
      untracked(() => this.#show(question));
    });
    effect(() => {
      if (!this.#pause.isPaused()) untracked(() => this.release());
    });
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  /** Shows what was held back, also while the tape stays paused. */
  release(): void {
    const held = this.#held();
    this.#held.set([]);
    this.#heldCount.set(0);
    if (held.length > 0) this.#rows.update((rows = []) => newest([...held, ...rows]));
  }

  /** Tries again now. */
  retry(): void {
    this.#client.retryNow();
    this.#show(this.#asked);
  }

  /** Another market, or the same anew: nothing of before stays. */
  #show(question: TradeQuestion | undefined): void {
    this.#leave();
    this.#asked = question;
    this.#rows.set(undefined);
    this.#held.set([]);
    this.#heldCount.set(0);
    this.#trouble.set(undefined);
    this.#silentSinceMs.set(undefined);
    if (question === undefined) return;
    const { symbol, venue } = question;
    const market = { symbol, ...(venue !== undefined && { venue }) };
    this.#session = new TradeSession(this.#client, this.#clock, market, {
      trades: (trades) => this.#hear(trades),
      silent: (sinceMs) => this.#silentSinceMs.set(sinceMs),
      trouble: (error) => this.#fail(error),
    });
  }

  #hear(trades: readonly TapedTrade[]): void {
    for (const trade of trades) this.#batch.add(trade);
    // Those that came are there with the next frame.
    if (trades.length === 0) this.#rows.update((rows = []) => rows);
    this.#trouble.set(undefined);
    this.#silentSinceMs.set(undefined);
  }

  /** @param items oldest first; where some fell out, as many as are shown */
  #take(items: readonly TapedTrade[], total: number): void {
    const fresh = items.toReversed();
    if (!this.#pause.isPaused() || this.#rows() === undefined) {
      this.#rows.update((rows = []) => newest([...fresh, ...rows]));
      return;
    }
    this.#held.update((held) => newest([...fresh, ...held]));
    this.#heldCount.update((count) => count + total);
  }

  #fail(error: unknown): void {
    const clockLeadMs = this.#now.ms() - this.#now.viewerMs();
    const noticedMs = this.#trouble()?.sinceMs ?? this.#clock.nowMs();
    this.#trouble.set(tradeTrouble(error, noticedMs, clockLeadMs));
  }

  #leave(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#batch.clear();
  }
}

function newest(trades: readonly TapedTrade[]): readonly TapedTrade[] {
  return trades.slice(0, MAX_TRADES);
}
