import { type StreamEnd, type StreamEntry, type StreamKind } from './stream-entry.js';

/** What the record holds behind a place. */
export interface RecordPage {
  /** Ascending, every one of them committed. */
  readonly entries: readonly StreamEntry[];
  /** Up to here everything is in `entries`. */
  readonly reached: number;
  /** There is more behind that already. */
  readonly hasMore: boolean;
}

/** The record that a stream is the newest part of. Everything rejects with what `pg` throws when the database is away. */
export interface TailSource {
  readonly key: string;
  readonly kind: StreamKind;
  /** Whose record: a symbol, or a contract of a venue. Another one under the same key begins anew. */
  readonly name: string;
  /** A place behind which the newest so many entries lie: an empty stream begins there. */
  begin(entries: number): Promise<number>;
  /** What follows a place, some hundreds at most. */
  after(place: number): Promise<RecordPage>;
  /** Why a stream that ends so cannot be of this record; undefined where it can. */
  objection?(end: StreamEnd): Promise<string | undefined>;
}
