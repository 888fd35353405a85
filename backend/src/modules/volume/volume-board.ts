import { ALL_SYMBOLS, type FeedGap, type Liquidation } from '@orderfox/domain';
import { Turnstile, type ChangesSource } from '@orderfox/fanout';
import { type Clock, type Timer } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type MarketBus } from '../../core/market-bus.js';
import { endOfTurn } from '../../core/turns.js';
import { VolumeFeed, type VolumeChoice, type VolumeFeedParts, type VolumeUpdate } from './volume-feed.js';
import { newestRange } from './volume-range.js';
import { type VolumeReader } from './volume-reader.js';

/** Least time between two updates of the same buckets. */
export const UPDATE_EVERY_MS = 250;
/** Pause before something that could not be read is tried again. */
export const RETRY_AFTER_MS = 1_000;
/** Readings at the same time, so that connections are left for everything else. */
const READINGS = 3;

/** What the board works with. */
export interface VolumeBoardParts {
  readonly reader: Pick<VolumeReader, 'buckets' | 'touched'>;
  readonly bus: MarketBus;
  readonly clock: Clock;
  /** The most feeds that are followed at once. */
  readonly maxFeeds: number;
}

/**
 * Knows which buckets somebody follows and which of these were touched, and nothing of what is in them: that is read from
 * the database, after the commit that the bus tells of, at most every 250 ms per feed. Commits of other processes reach
 * the bus too. Nothing is kept, or listened to, for what nobody follows.
 */
export class VolumeBoard {
  readonly #feeds = new Map<string, VolumeFeed>();
  readonly #bySymbol = new Map<string, Set<VolumeFeed>>();
  /** Feeds with something to tell. */
  readonly #due = new Set<VolumeFeed>();
  /** Feeds of which something could not be read. */
  readonly #failed = new Set<VolumeFeed>();
  readonly #turnstile = new Turnstile(READINGS);
  #lastUpdateMs = -Infinity;
  #updateTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #stops: (() => void)[] = [];
  #refused = 0;
  #updates = 0;

  constructor(private readonly parts: VolumeBoardParts) {}

  /** Different choices that somebody follows. */
  get feedCount(): number {
    return this.#feeds.size;
  }

  /** The markets that somebody follows. */
  symbols(): Iterable<string> {
    return this.#bySymbol.keys();
  }

  /** How often somebody was refused because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Updates that were read for a feed, whoever follows it. */
  get updates(): number {
    return this.#updates;
  }

  /**
   * The buckets of a choice as a source for a topic. `subscribe` throws ApiError RATE_LIMITED when too many other choices
   * are followed already.
   */
  changes(choice: VolumeChoice): ChangesSource<number, VolumeUpdate> {
    let feed: VolumeFeed | undefined;
    const followed = () => {
      if (feed === undefined) throw new Error('nobody follows these buckets yet');
      return feed;
    };
    return {
      snapshot: () => followed().snapshot(),
      read: (startsMs) => followed().read(startsMs),
      subscribe: (onTouched) => {
        // All who choose the same share one, and with it what is read.
        const shared = this.#take(choice);
        feed = shared;
        const stop = shared.listen(onTouched);
        return () => {
          stop();
          if (shared.listenerCount === 0) this.#release(shared);
        };
      },
    };
  }

  /** Ends everything that is under way; nothing is told any more. */
  close(): void {
    for (const feed of [...this.#feeds.values()]) this.#release(feed);
  }

  #take(choice: VolumeChoice): VolumeFeed {
    const key = choiceKey(choice);
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const { maxFeeds } = this.parts;
    if (this.#feeds.size >= maxFeeds) {
      this.#refused += 1;
      throw new ApiError(
        'RATE_LIMITED',
        `At most ${maxFeeds} different choices of symbol, timeframe and venues are followed at once on this server; try again later, or follow one that others follow`,
        { allowed: maxFeeds },
      );
    }
    const feed = new VolumeFeed(choice, this.#feedParts());
    if (this.#feeds.size === 0) this.#listen();
    this.#feeds.set(key, feed);
    const ofSymbol = this.#bySymbol.get(choice.symbol) ?? new Set();
    this.#bySymbol.set(choice.symbol, ofSymbol.add(feed));
    return feed;
  }

  #release(feed: VolumeFeed): void {
    const key = choiceKey(feed.choice);
    if (this.#feeds.get(key) !== feed) return;
    this.#feeds.delete(key);
    this.#due.delete(feed);
    this.#failed.delete(feed);
    const ofSymbol = this.#bySymbol.get(feed.choice.symbol);
    ofSymbol?.delete(feed);
    if (ofSymbol?.size === 0) this.#bySymbol.delete(feed.choice.symbol);
    if (this.#feeds.size > 0) return;
    for (const stop of this.#stops.splice(0)) stop();
    this.#updateTimer?.cancel();
    this.#retryTimer?.cancel();
    this.#updateTimer = undefined;
    this.#retryTimer = undefined;
  }

  #listen(): void {
    const { bus } = this.parts;
    this.#stops = [
      bus.subscribe('liquidation-recorded', ({ liquidation }) => this.#note(liquidation)),
      // Not before it is recorded: the quality of a bucket is read from there.
      bus.subscribe('feed-gap-recorded', ({ gap }) => this.#noteGap(gap)),
    ];
  }

  #note(liquidation: Liquidation): void {
    for (const symbol of [liquidation.symbol, ALL_SYMBOLS]) {
      for (const feed of this.#bySymbol.get(symbol) ?? []) {
        if (feed.note(liquidation)) this.#due.add(feed);
      }
    }
    this.#askForUpdate();
  }

  #noteGap(gap: FeedGap): void {
    const nowMs = this.parts.clock.nowMs();
    for (const feed of this.#feeds.values()) if (feed.noteGap(gap, nowMs)) this.#due.add(feed);
    this.#askForUpdate();
  }

  #askForUpdate(): void {
    if (this.#due.size === 0 || this.#updateTimer !== undefined) return;
    const { clock } = this.parts;
    // At once where nothing has happened for a while: only what follows has to wait.
    const waitMs = Math.max(0, this.#lastUpdateMs + UPDATE_EVERY_MS - clock.monotonicMs());
    this.#updateTimer = clock.after(waitMs, () => {
      this.#updateTimer = undefined;
      this.#lastUpdateMs = clock.monotonicMs();
      this.#tell(this.#due);
    });
  }

  #tell(feeds: Set<VolumeFeed>): void {
    const told = [...feeds];
    feeds.clear();
    for (const feed of told) feed.tell();
  }

  #tryLater(feed: VolumeFeed): void {
    if (this.#feeds.get(choiceKey(feed.choice)) !== feed) return;
    this.#failed.add(feed);
    this.#retryTimer ??= this.parts.clock.after(RETRY_AFTER_MS, () => {
      this.#retryTimer = undefined;
      this.#tell(this.#failed);
    });
  }

  #feedParts(): VolumeFeedParts {
    const { reader, clock } = this.parts;
    return {
      newest: (choice) =>
        this.#turnstile.pass(() =>
          reader.buckets({ ...choice, ...newestRange(choice.timeframe, clock.nowMs()) }),
        ),
      touched: ({ symbol, timeframe, venues }, startsMs) =>
        this.#turnstile.pass(() => {
          this.#updates += 1;
          return reader.touched(symbol, timeframe, startsMs, venues);
        }),
      turn: endOfTurn,
      onFailed: (feed) => this.#tryLater(feed),
    };
  }
}

/** The same for all who choose the same buckets, in whatever order they name the venues. */
export function choiceKey({ symbol, timeframe, venues }: VolumeChoice): string {
  // Names of venues hold no space and no comma; an empty list is not the same as none.
  return `${symbol} ${timeframe}${venues === undefined ? '' : ` ${[...new Set(venues)].sort().join(',')}`}`;
}
