import { type CachedAnswer } from './cached-answer.js';

/** How much is kept. */
export interface StoreLimits {
  readonly bytes: number;
  readonly entries: number;
}

/** For one process; the hot queries of a page and its users take a fraction of it. */
export const STORE_LIMITS: StoreLimits = { bytes: 16 * 1_024 * 1_024, entries: 2_000 };

/** An answer larger than this share of the store would push out too many others. */
const LARGEST_SHARE = 1 / 4;
/** What an entry takes besides its bytes: key, version, headers, places in maps. */
const ENTRY_BYTES = 512;

interface Entry {
  readonly version: string;
  readonly answer: CachedAnswer;
}

/** Answers by request, each of one data version. What was asked for least recently makes room for the new. */
export class AnswerStore {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #evictions = 0;

  constructor(private readonly limits: StoreLimits = STORE_LIMITS) {}

  /** The answer of this very version, or undefined. */
  get(key: string, version: string): CachedAnswer | undefined {
    const entry = this.#entries.get(key);
    if (entry?.version !== version) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  /** Keeps an answer in place of that of any other version. */
  put(key: string, version: string, answer: CachedAnswer): void {
    this.#drop(key);
    if (sizeOf({ version, answer }) > this.limits.bytes * LARGEST_SHARE) return;
    this.#entries.set(key, { version, answer });
    this.#bytes += sizeOf({ version, answer });
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.limits.bytes && this.#entries.size <= this.limits.entries) return;
      this.#drop(oldest);
      this.#evictions += 1;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Bytes of memory that the answers take, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Answers that made room for others, since the start. */
  get evictions(): number {
    return this.#evictions;
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= sizeOf(entry);
  }
}

function sizeOf({ version, answer }: Entry): number {
  return answer.bytes.byteLength + version.length + ENTRY_BYTES;
}
