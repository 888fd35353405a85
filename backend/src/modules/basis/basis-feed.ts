import { type Clock, type Timer } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type BookMarket } from '../books/book-market.js';
import { type BookStreams } from '../books/book-streams.js';
import { type MarketAbsence } from '../symbols/market-finder.js';
import { legOf, type BasisLeg, type LegBook } from './basis-leg.js';
import { type BasisPair, type BasisSide } from './basis-pair.js';
import { statusOf, viewBasis, type BasisStatus, type BasisView } from './basis-view.js';
import { type StableCoinRates } from './stable-coin-rates.js';

/** A basis is told at most once in this time. */
export const TELL_EVERY_MS = 100;
/** Ages pass without anybody saying anything, and a contract may be listed: so often is looked. */
const LOOK_EVERY_MS = 1_000;
/** The middle of a book is all that is wanted of it. */
const TOP = { limit: 1 };

/** What a basis is followed with. */
export interface BasisFeedParts {
  readonly pair: BasisPair;
  readonly streams: Pick<BookStreams, 'now' | 'heardMs' | 'keep' | 'stand'>;
  readonly rates: Pick<StableCoinRates, 'now' | 'want'>;
  /** The market of a side as it is listed now. */
  readonly marketOf: (side: BasisSide) => BookMarket | undefined;
  /** Why there is none. */
  readonly absenceOf: (side: BasisSide) => MarketAbsence;
  readonly clock: Clock;
  /** Nobody listens any more. */
  readonly onReleased: () => void;
}

/** A book that is kept for this. */
interface Kept {
  readonly market: BookMarket;
  readonly leave: () => void;
}

/**
 * The basis of one coin while somebody listens: both books are followed and the rate is asked for. What changes is told at
 * most ten times a second; that it is not known any more, at once.
 */
export class BasisFeed {
  readonly #listeners = new Set<() => void>();
  readonly #kept = new Map<BasisSide, Kept>();
  /** By how many it is followed whether anybody listens or not. */
  #standing = 0;
  readonly #beganMs: number;
  #status: BasisStatus | undefined;
  #sinceMs = 0;
  #told: string | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #pulse: Timer | undefined;
  #clockwork: Timer | undefined;
  #unwant: (() => void) | undefined;

  constructor(private readonly parts: BasisFeedParts) {
    this.#beganMs = parts.clock.nowMs();
  }

  /** Follows it for one more; the returned function ends that. Throws ApiError UNAVAILABLE where too many books are followed. */
  subscribe(onChanged: () => void): () => void {
    const own = () => onChanged();
    this.#listeners.add(own);
    try {
      if (this.#listeners.size === 1) this.#begin();
    } catch (error) {
      this.#leave(own);
      throw error;
    }
    return () => this.#leave(own);
  }

  /** Follows it always, until the returned function is called once: its books take no place of clients. Throws like `subscribe`. */
  stand(): () => void {
    this.#standing += 1;
    try {
      // What clients have had followed so far.
      this.#renew();
      const leave = this.subscribe(() => undefined);
      return () => this.#unstand(leave);
    } catch (error) {
      this.#standing -= 1;
      throw error;
    }
  }

  /** As it is now. */
  read(): BasisView {
    const { pair, rates, clock } = this.parts;
    const legs = { binance: this.#leg(pair.binance), okx: this.#leg(pair.okx) };
    this.#note([legs.binance, legs.okx]);
    return viewBasis(pair, legs, rates.now(), { timeMs: clock.nowMs(), sinceMs: this.#sinceMs });
  }

  #begin(): void {
    this.#unwant = this.parts.rates.want();
    this.#follow();
    this.#lookLater();
  }

  #unstand(leave: () => void): void {
    this.#standing -= 1;
    leave();
    // Its books are those of clients from now on; where they have no place for one, that is tried again.
    this.#try(() => this.#renew());
  }

  #leave(listener: () => void): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.#pulse?.cancel();
    this.#clockwork?.cancel();
    this.#unwant?.();
    for (const { leave } of this.#kept.values()) leave();
    this.#kept.clear();
    this.parts.onReleased();
  }

  /** Follows the books that are listed now, and leaves those that are not any more. */
  #follow(): void {
    const { pair, marketOf } = this.parts;
    for (const side of [pair.binance, pair.okx]) {
      const market = marketOf(side);
      const kept = this.#kept.get(side);
      const isSame = kept?.market.instrument.venueSymbol === market?.instrument.venueSymbol;
      if (kept !== undefined && !isSame) {
        this.#kept.delete(side);
        kept.leave();
      }
      if (market === undefined || (kept !== undefined && isSame)) continue;
      this.#kept.set(side, this.#keep(market));
    }
  }

  #keep(market: BookMarket): Kept {
    const { streams } = this.parts;
    const onChanged = () => this.#changed();
    const leave = this.#standing > 0 ? streams.stand(market, onChanged) : streams.keep(market, onChanged);
    return { market, leave };
  }

  /** Has books that are followed already followed as they are to be now. Throws like `subscribe`. */
  #renew(): void {
    for (const [side, { market, leave }] of [...this.#kept]) {
      this.#kept.delete(side);
      leave();
      this.#kept.set(side, this.#keep(market));
    }
  }

  #leg(side: BasisSide): BasisLeg {
    const { streams, marketOf, absenceOf, clock } = this.parts;
    const market = this.#kept.get(side)?.market ?? marketOf(side);
    const book: LegBook = {
      absence: market === undefined ? absenceOf(side) : undefined,
      view: market && streams.now(market, TOP),
      heardMs: market && streams.heardMs(market),
    };
    return legOf(side, book, {
      nowMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
      lookedAtSinceMs: this.#beganMs,
    });
  }

  /** Since when it stands as it does: of the first look, as long as the younger side does. */
  #note(legs: readonly BasisLeg[]): void {
    const { state, reason } = statusOf(legs);
    if (this.#status?.state === state && this.#status.reason === reason) return;
    const isFirst = this.#status === undefined;
    const wasLive = this.#status?.state === 'LIVE';
    this.#status = { state, reason };
    if (!isFirst && wasLive === (state === 'LIVE')) return;
    const sinceMs = legs.filter(({ mid }) => state === 'LIVE' || mid === undefined).map((leg) => leg.sinceMs);
    if (isFirst) this.#sinceMs = state === 'LIVE' ? Math.max(...sinceMs) : Math.min(...sinceMs);
    else this.#sinceMs = this.parts.clock.nowMs();
  }

  #lookLater(): void {
    this.#clockwork = this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.#lookLater();
      this.#try(() => this.#follow());
      this.#changed();
    });
  }

  /** One of the books may be one too many now: that is said, and tried again. */
  #try(follow: () => void): void {
    try {
      follow();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #changed(): void {
    if (this.#pulse !== undefined) return;
    const waitMs = this.#toldMs + TELL_EVERY_MS - this.parts.clock.monotonicMs();
    if (waitMs <= 0) this.#tell();
    else this.#pulse = this.parts.clock.after(waitMs, () => this.#tell());
  }

  #tell(): void {
    this.#pulse?.cancel();
    this.#pulse = undefined;
    const news = newsOf(this.read());
    if (news === this.#told) return;
    this.#told = news;
    this.#toldMs = this.parts.clock.monotonicMs();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** All of a view but how old it is: equal texts are no news. */
function newsOf({ state, reason, binance, okx, rate }: BasisView): string {
  return JSON.stringify([
    [state, reason, rate.rate, rate.reason],
    ...[binance, okx].map((leg) => [leg.state, leg.reason, leg.sinceMs, leg.mid]),
  ]);
}
