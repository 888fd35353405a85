import { bucketStartMs, nextBucketStartMs, type FeedGap, type Liquidation } from '@orderfox/domain';
import { EVERYTHING, SharedAnswer, type ChangesSource } from '@orderfox/fanout';
import { LIQUIDATION_STREAM } from '../feeds/missing-stretches.js';
import { type QualifiedBucket } from './bucket-quality.js';
import { type VolumeQuery } from './volume-query.js';

/** Which buckets somebody follows: VolumeQuery without a range. */
export type VolumeChoice = Pick<VolumeQuery, 'symbol' | 'timeframe' | 'venues'>;

/** What a subscriber is told: the newest buckets first, then those that were touched. */
export interface VolumeUpdate extends Pick<VolumeChoice, 'symbol' | 'timeframe'> {
  /** False: this is all there is to begin with. True: these buckets have changed. */
  readonly isUpdate: boolean;
  readonly buckets: readonly QualifiedBucket[];
}

/** What a feed is made with. What it reads comes from the database at that moment, never from memory. */
export interface VolumeFeedParts {
  newest(choice: VolumeChoice): Promise<readonly QualifiedBucket[]>;
  touched(choice: VolumeChoice, startsMs: readonly number[]): Promise<readonly QualifiedBucket[]>;
  /** Resolves when this turn of the event loop is over. */
  turn(): Promise<void>;
  /** Something could not be read: its listeners should be told again later. */
  onFailed(feed: VolumeFeed): void;
}

type Listener = Parameters<ChangesSource<number, VolumeUpdate>['subscribe']>[0];

/** Touched buckets that are noted one by one; with more it is cheaper, and enough, to begin anew. */
export const MAX_TOUCHED = 2_000;

/** What has happened to one choice of buckets since it was last told, and the reading of it, once for all who follow. */
export class VolumeFeed {
  readonly #listeners = new Set<Listener>();
  readonly #touched = new Set<number>();
  readonly #newest: SharedAnswer<readonly QualifiedBucket[]>;
  /** Asked for and not yet begun, by what is asked for. */
  readonly #asked = new Map<string, Promise<readonly QualifiedBucket[]>>();
  #hasTooMany = false;

  constructor(
    readonly choice: VolumeChoice,
    private readonly parts: VolumeFeedParts,
  ) {
    this.#newest = new SharedAnswer(() => parts.newest(choice));
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  listen(listener: Listener): () => void {
    // Of its own, so that a function that listens twice is told twice, and stops each by itself.
    const own: Listener = (keys) => listener(keys);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Notes an event; false if none of these buckets holds it. The symbol is the caller's matter. */
  note({ venue, venueTimeMs }: Pick<Liquidation, 'venue' | 'venueTimeMs'>): boolean {
    const { venues, timeframe } = this.choice;
    if (venues !== undefined && !venues.includes(venue)) return false;
    this.#touch(bucketStartMs(timeframe, venueTimeMs));
    return true;
  }

  /**
   * Notes that the quality of buckets may be another, from the beginning of a gap to the present, also when it has ended
   * before: what was read while it was open was called PARTIAL. False if none of these buckets is concerned.
   */
  noteGap({ venue, stream, fromMs, toMs }: FeedGap, nowMs: number): boolean {
    const { venues, timeframe } = this.choice;
    if (stream !== LIQUIDATION_STREAM || (venues !== undefined && !venues.includes(venue))) return false;
    // One more than the present: a venue's clock may be ahead.
    const endMs = Math.max(toMs ?? nowMs, nextBucketStartMs(timeframe, nowMs));
    let startMs = bucketStartMs(timeframe, fromMs);
    do {
      this.#touch(startMs);
      startMs = nextBucketStartMs(timeframe, startMs);
    } while (startMs <= endMs && !this.#hasTooMany);
    return true;
  }

  #touch(startMs: number): void {
    if (this.#hasTooMany) return;
    this.#touched.add(startMs);
    this.#hasTooMany = this.#touched.size > MAX_TOUCHED;
  }

  /** Tells the listeners what was touched; an empty list where there is only something to be tried again. */
  tell(): void {
    const keys = this.#hasTooMany ? EVERYTHING : [...this.#touched];
    this.#touched.clear();
    this.#hasTooMany = false;
    for (const listener of [...this.#listeners]) listener(keys);
  }

  async snapshot(): Promise<VolumeUpdate> {
    return this.#update(false, await this.#watched(this.#newest.get()));
  }

  async read(startsMs: readonly number[]): Promise<VolumeUpdate | undefined> {
    const buckets = await this.#watched(this.#readOnce(startsMs));
    // A gap may lie in buckets without an event: of these nothing is shown.
    return buckets.length === 0 ? undefined : this.#update(true, buckets);
  }

  /** Once for all who ask for the same in the same turn, and begun after each of them has asked. */
  #readOnce(startsMs: readonly number[]): Promise<readonly QualifiedBucket[]> {
    const key = startsMs.join(' ');
    const begin = async () => {
      await this.parts.turn();
      this.#asked.delete(key);
      return this.parts.touched(this.choice, startsMs);
    };
    const answer = this.#asked.get(key) ?? begin();
    this.#asked.set(key, answer);
    return answer;
  }

  async #watched<R>(answer: Promise<R>): Promise<R> {
    try {
      return await answer;
    } catch (error) {
      this.parts.onFailed(this);
      throw error;
    }
  }

  #update(isUpdate: boolean, buckets: readonly QualifiedBucket[]): VolumeUpdate {
    const { symbol, timeframe } = this.choice;
    return { symbol, timeframe, isUpdate, buckets };
  }
}
