import { type DecimalString } from '@orderfox/domain';
import { asking, VenueError, type Clock, type JsonFetch, type Timer } from '@orderfox/feed';
import { type VenueIndexPrices, type VenueRoots } from '@orderfox/venues';
import { type Log } from '../../core/log.js';

/** While somebody wants it, the rate is asked for so often: one request, or three where the pair has no index. */
export const ASK_EVERY_MS = 10_000;
/** A rate that is older counts for nothing. */
export const MAX_RATE_AGE_MS = 60_000;
/** The coin whose indices give the rate where the pair has none of its own. */
const THROUGH = 'BTC';

/** Where the rate comes from. */
export interface RateSource {
  readonly indexPrices: VenueIndexPrices;
  readonly roots: VenueRoots;
}

/** What the rate is kept with. */
export interface StableCoinRatesParts {
  /** Undefined: the venue that tells it is not configured. */
  readonly source: RateSource | undefined;
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly log: Log;
}

/** USDC in USDT as it is known now, or why it is not. */
export interface RateNow {
  /** Absent where it is not known, or too old. */
  readonly rate?: DecimalString;
  /** Since when the venue has told another one, in ms. Of a rate that is too old, too. */
  readonly ageMs?: number;
  /** One sentence for people. */
  readonly reason: string;
}

interface Known {
  readonly rate: DecimalString;
  readonly timestampMs: number;
  readonly indices: readonly string[];
}

/** What one USDC is worth in USDT by the indices of OKX, asked for while somebody wants it and a little longer. */
export class StableCoinRates {
  #known: Known | undefined;
  #trouble: VenueError | undefined;
  #wanted = 0;
  #timer: Timer | undefined;
  #asking: Promise<void> | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #failed = 0;

  constructor(private readonly parts: StableCoinRatesParts) {}

  /** Times that it was asked for, and of those which failed. */
  get counts(): { readonly requests: number; readonly failed: number } {
    return { requests: this.#requests, failed: this.#failed };
  }

  /** Has it asked for from now on; the returned function ends that. */
  want(): () => void {
    this.#wanted += 1;
    if (this.#wanted === 1) void this.#round();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#wanted -= 1;
      if (this.#wanted > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  /** Resolves when what is being asked for is there, or could not be had. */
  async settled(): Promise<void> {
    await this.#asking;
  }

  now(): RateNow {
    const { source, clock } = this.parts;
    if (source === undefined) return { reason: 'okx, whose indices tell the rate, is not configured' };
    if (this.#known === undefined) {
      return {
        reason: this.#trouble
          ? `it could not be asked for: ${this.#trouble.message}`
          : 'waiting for the first rate',
      };
    }
    const { rate, timestampMs, indices } = this.#known;
    const ageMs = Math.max(0, clock.nowMs() - timestampMs);
    if (ageMs <= MAX_RATE_AGE_MS) return { rate, ageMs, reason: `by the index ${indices.join(' and ')}` };
    const why = this.#trouble ? `: ${this.#trouble.message}` : '';
    return { ageMs, reason: `the newest rate is more than ${MAX_RATE_AGE_MS / 1_000} seconds old${why}` };
  }

  async #round(): Promise<void> {
    const { clock } = this.parts;
    const waitMs = this.#askedMs + ASK_EVERY_MS - clock.monotonicMs();
    // Somebody wanted it a moment ago.
    if (waitMs <= 0) await this.#ask();
    if (this.#wanted === 0 || this.#timer !== undefined) return;
    this.#timer = clock.after(Math.max(waitMs <= 0 ? ASK_EVERY_MS : waitMs, this.#pauseMs()), () => {
      this.#timer = undefined;
      void this.#round();
    });
  }

  /** As long as the venue wants to be left alone. */
  #pauseMs(): number {
    return (this.#trouble?.untilMs ?? 0) - this.parts.clock.nowMs();
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#read().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #read(): Promise<void> {
    const { source, http, clock, log } = this.parts;
    if (source === undefined) return;
    this.#askedMs = clock.monotonicMs();
    this.#requests += 1;
    try {
      const request = { coin: 'USDC', quote: 'USDT', through: THROUGH, nowMs: clock.nowMs() };
      this.#known = await source.indexPrices.stableCoinRate(
        asking(http, { kind: 'POLLING' }),
        source.roots,
        request,
      );
      this.#trouble = undefined;
    } catch (err) {
      this.#failed += 1;
      if (err instanceof VenueError) this.#trouble = err;
      else log.error({ err }, 'the rate between dollar coins could not be read');
    }
  }
}
