/** How much a DocumentCache holds. */
export interface DocumentCacheBounds {
  readonly documents: number;
  /** Of all together, by what each says that it takes. */
  readonly bytes: number;
}

interface Sized {
  /** Heap that it takes, roughly. */
  readonly bytes: number;
}

/** Share of the room that only documents asked for twice may fill. */
const PROVEN_SHARE = 0.75;
/** One document that would take more than this share of the room is not kept. */
const LARGEST_SHARE = 1 / 8;

/**
 * What was made of a query's text, by that text. Bounded in number and in bytes; the one not used for longest goes
 * first. A text has to be asked for twice before it may push out one that was: a client with ever new texts fills a
 * quarter of the room and pushes out nothing but its own.
 */
export class DocumentCache<Document extends Sized> {
  /** Asked for once. Both maps are in the order of last use, the oldest first. */
  readonly #new = new Segment<Document>();
  readonly #proven = new Segment<Document>();
  /** Texts found, texts not found, and documents given up for others. */
  hits = 0;
  misses = 0;
  evicted = 0;

  constructor(private readonly bounds: DocumentCacheBounds) {}

  get size(): number {
    return this.#new.size + this.#proven.size;
  }

  get bytes(): number {
    return this.#new.bytes + this.#proven.bytes;
  }

  /** Whether the text is kept. Asking this does not count as use. */
  has(text: string): boolean {
    return this.#proven.has(text) || this.#new.has(text);
  }

  get(text: string): Document | undefined {
    const found = this.#proven.take(text) ?? this.#new.take(text);
    if (found === undefined) {
      this.misses += 1;
      return undefined;
    }
    this.hits += 1;
    this.#proven.put(text, found);
    while (this.#isOver(this.#proven, PROVEN_SHARE)) {
      const [oldest, document] = this.#proven.takeOldest();
      this.#new.put(oldest, document);
    }
    return found;
  }

  /** Keeps what was made of a text that `get` did not find. */
  keep(text: string, document: Document): void {
    if (document.bytes > this.bounds.bytes * LARGEST_SHARE) return;
    this.#new.put(text, document);
    while (this.size > this.bounds.documents || this.bytes > this.bounds.bytes) {
      this.#new.takeOldest();
      this.evicted += 1;
    }
  }

  #isOver(segment: Segment<Document>, share: number): boolean {
    return segment.size > this.bounds.documents * share || segment.bytes > this.bounds.bytes * share;
  }
}

/** Documents in the order in which they were put, with the sum of their bytes. */
class Segment<Document extends Sized> {
  readonly #documents = new Map<string, Document>();
  bytes = 0;

  get size(): number {
    return this.#documents.size;
  }

  has(text: string): boolean {
    return this.#documents.has(text);
  }

  put(text: string, document: Document): void {
    this.take(text);
    this.#documents.set(text, document);
    this.bytes += document.bytes;
  }

  take(text: string): Document | undefined {
    const found = this.#documents.get(text);
    if (found === undefined) return undefined;
    this.#documents.delete(text);
    this.bytes -= found.bytes;
    return found;
  }

  /** Throws when there is none. */
  takeOldest(): [string, Document] {
    for (const [text, document] of this.#documents) {
      this.take(text);
      return [text, document];
    }
    throw new RangeError('There is no document to take');
  }
}
