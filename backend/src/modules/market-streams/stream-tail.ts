import { type Clock } from '@orderfox/feed';
import { isWrongType } from './redis-failure.js';
import { type RedisLink } from './redis-link.js';
import { append, endOf, setAside } from './redis-streams.js';
import { idOf, NO_ENTRY, placeOf } from './stream-entry.js';
import { type TailSource } from './tail-source.js';

/** What a tail works with. */
export interface StreamTailParts {
  readonly source: TailSource;
  readonly link: Pick<RedisLink, 'run'>;
  /** Entries that the stream keeps, about. */
  readonly most: number;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  /** A stream of another record was found, and put under another name. */
  readonly onAside: (aside: string, why: string) => void;
}

/**
 * Keeps one stream the newest part of its record, without a hole and without a double. Where the stream ends is read from
 * Redis and checked with every entry that is added; what follows is read from the database. So nothing is kept in memory,
 * and it does not matter what was lost, or where.
 */
export class StreamTail {
  /** Where the stream ends, as far as is known; undefined: to be read. */
  #end: string | undefined;
  /** Up to which place the record has been read. */
  #reached = 0;
  #dirtySinceMs: number | undefined;
  /** The same of what is being published now. */
  #underWaySinceMs: number | undefined;
  #objection: string | undefined;
  #wasAside = false;
  #published = 0;
  #resyncs = 0;

  constructor(private readonly parts: StreamTailParts) {
    this.touch();
  }

  get source(): TailSource {
    return this.parts.source;
  }

  /** There may be something to publish. */
  get isDirty(): boolean {
    return this.#dirtySinceMs !== undefined;
  }

  /** For how long something has been waiting, ms; 0: nothing is. */
  get lagMs(): number {
    const sinceMs = this.#underWaySinceMs ?? this.#dirtySinceMs;
    return sinceMs === undefined ? 0 : this.parts.clock.monotonicMs() - sinceMs;
  }

  /** Why nothing is published here; undefined while all is well. It stands while `end` is to be read, and no longer. */
  get objection(): string | undefined {
    return this.#objection;
  }

  /** Entries that were added by us. */
  get published(): number {
    return this.#published;
  }

  /** How often the stream did not end where it was believed to. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** The newest ID of the stream, as far as is known; undefined: it is to be read, or nothing is published here. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Something was recorded, or may have been. */
  touch(): void {
    this.#dirtySinceMs ??= this.parts.clock.monotonicMs();
  }

  /** Where the stream ends is not known any more. */
  doubt(): void {
    this.#end = undefined;
    this.#objection = undefined;
    this.touch();
  }

  /** Publishes the next of what is waiting. Rejects with what the database or Redis says; then it is to be tried again. */
  async step(): Promise<void> {
    const { source, link, most } = this.parts;
    const sinceMs = this.#dirtySinceMs;
    // Whoever touches it from here on is not overlooked.
    this.#dirtySinceMs = undefined;
    this.#underWaySinceMs = sinceMs;
    try {
      if (this.#end === undefined && !(await this.#find())) return;
      const after = this.#end ?? NO_ENTRY;
      const { entries, reached, hasMore } = await source.after(this.#reached);
      const last = entries.at(-1);
      if (last !== undefined) {
        const batch = { after, most, entries };
        if (!(await link.run((redis) => append(redis, source.key, batch)))) {
          this.#resyncs += 1;
          this.#end = undefined;
          this.#dirtySinceMs = sinceMs;
          return;
        }
        this.#published += entries.length;
        this.#end = idOf(last);
      }
      this.#reached = reached;
      if (hasMore) this.#dirtySinceMs = sinceMs;
    } catch (error) {
      this.#dirtySinceMs = sinceMs;
      if (!isWrongType(error)) throw error;
      this.#object('the key is there and holds no stream');
    } finally {
      this.#underWaySinceMs = undefined;
    }
  }

  /** Reads where the stream ends; false where nothing can be added to it. */
  async #find(): Promise<boolean> {
    const { source, link, most, clock, onAside } = this.parts;
    const end = await link.run((redis) => endOf(redis, source.key));
    const objection = end.id === NO_ENTRY ? undefined : await source.objection?.(end);
    if (objection !== undefined && this.#wasAside) {
      this.#object(`${objection}, and it was set aside before: somebody else publishes here`);
      return false;
    }
    if (objection !== undefined) {
      const aside = await link.run((redis) => setAside(redis, source.key, end.id, clock.nowMs()));
      if (aside === undefined) {
        // It is another one by now.
        this.touch();
        return false;
      }
      this.#wasAside = true;
      onAside(aside, objection);
    }
    const isNew = end.id === NO_ENTRY || objection !== undefined;
    this.#reached = isNew ? await source.begin(most) : placeOf(end.id);
    this.#end = isNew ? NO_ENTRY : end.id;
    this.#objection = undefined;
    return true;
  }

  #object(why: string): void {
    this.#objection = why;
    this.#dirtySinceMs = undefined;
  }
}
