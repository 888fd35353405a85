import { type StateSource } from '@orderfox/fanout';
import { VenueError, type Clock, type Timer } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type CandleBoard } from './candle-board.js';
import { type CandleSeries } from './candle-market.js';
import { type CandleNews } from './candles-missed.js';

/** How often it looks whether the venue is reached. */
const LOOK_MS = 5_000;
/** A venue that is not reached for so long is left for another. */
const PATIENCE_MS = 60_000;
/** So long another venue has to show that it is reached. */
const TRIAL_MS = 30_000;

/** What a switcher works with. */
export interface VenueSwitcherParts {
  /** The same market at each venue that has it, in order of preference. */
  readonly all: readonly CandleSeries[];
  /** Throws ApiError where no more can be followed. */
  readonly boardOf: (series: CandleSeries) => CandleBoard;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Nobody listens any more. */
  readonly onReleased: () => void;
}

/** A board that is followed. */
interface Followed {
  readonly index: number;
  readonly board: CandleBoard;
  readonly sinceMs: number;
  readonly leave: () => void;
}

/**
 * The candles of a market for those who named no venue: from one at a time. Where that cannot be reached for a minute, the
 * next that is reached and has candles takes over, and everything begins anew; until then nothing is let go of.
 */
export class VenueSwitcher implements StateSource<CandleNews> {
  readonly #listeners = new Set<(key: string) => void>();
  #current: Followed | undefined;
  /** Another venue that may take over. */
  #trial: Followed | undefined;
  #reachedMs = 0;
  /** The venue that was tried last. */
  #tried: number;
  #timer: Timer | undefined;

  /** `first`: which of all is followed at first. */
  constructor(
    private readonly parts: VenueSwitcherParts,
    private readonly first: number,
  ) {
    this.#tried = first;
  }

  /** Which of all is followed now, or would be. */
  get index(): number {
    return this.#current?.index ?? this.first;
  }

  keys(): Iterable<string> {
    return this.#current?.board.keys() ?? [];
  }

  read(key: string): CandleNews | undefined {
    return this.#current?.board.read(key);
  }

  /** Throws what following the venue throws. */
  subscribe(onChanged: (key: string) => void): () => void {
    const own = (key: string) => onChanged(key);
    this.#listeners.add(own);
    try {
      if (this.#current === undefined) this.#begin();
    } catch (error) {
      this.#leave(own);
      throw error;
    }
    return () => this.#leave(own);
  }

  /** Follows nothing any more. */
  end(): void {
    this.#timer?.cancel();
    this.#endTrial();
    this.#current?.leave();
    this.#current = undefined;
    this.parts.onReleased();
  }

  #begin(): void {
    this.#current = this.#follow(this.first);
    this.#reachedMs = this.#current.sinceMs;
    this.#lookLater();
  }

  #leave(listener: (key: string) => void): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.end();
  }

  #follow(index: number): Followed {
    const series = this.parts.all[index];
    if (series === undefined) throw new RangeError(`there is no series ${index}`);
    const board = this.parts.boardOf(series);
    const leave = board.subscribe((key) => {
      if (this.#current?.board === board) this.#tell([key]);
    });
    return { index, board, leave, sinceMs: this.parts.clock.monotonicMs() };
  }

  #tell(keys: Iterable<string>): void {
    for (const key of keys) for (const listener of [...this.#listeners]) listener(key);
  }

  #lookLater(): void {
    this.#timer = this.parts.clock.after(LOOK_MS, () => {
      this.#lookLater();
      this.#look();
    });
  }

  #look(): void {
    const nowMs = this.parts.clock.monotonicMs();
    if (this.#current?.board.isReached === true) {
      this.#reachedMs = nowMs;
      this.#endTrial();
      return;
    }
    if (nowMs - this.#reachedMs < PATIENCE_MS) return;
    const trial = this.#trial;
    if (trial === undefined) this.#try();
    else if (trial.board.isReached && [...trial.board.keys()].length > 0) this.#switchTo(trial);
    else if (nowMs - trial.sinceMs >= TRIAL_MS) {
      this.#endTrial();
      this.#try();
    }
  }

  #endTrial(): void {
    this.#trial?.leave();
    this.#trial = undefined;
  }

  /** Begins to follow the next venue beside the present one. */
  #try(): void {
    const count = this.parts.all.length;
    do this.#tried = (this.#tried + 1) % count;
    while (this.#tried === this.#current?.index && count > 1);
    if (this.#tried === this.#current?.index) return;
    try {
      this.#trial = this.#follow(this.#tried);
    } catch (error) {
      // Its address is refused, or too much is followed already: then nothing changes, and the next one is tried later.
      if (!(error instanceof ApiError) && !(error instanceof VenueError)) this.parts.onError(error);
    }
  }

  #switchTo(next: Followed): void {
    const before = this.#current;
    this.#current = next;
    this.#trial = undefined;
    this.#reachedMs = this.parts.clock.monotonicMs();
    // What the new venue does not have is gone, and its newest take the place of the others.
    this.#tell(new Set([...(before?.board.allKeys() ?? []), ...next.board.keys()]));
    before?.leave();
  }
}
