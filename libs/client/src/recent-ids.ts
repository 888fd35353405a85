/** Remembers the last `limit` ids, so that an event which reaches us twice is noticed. */
export class RecentIds {
  readonly #ids = new Set<string>();

  constructor(private readonly limit: number) {}

  /** Notes `id`; false when it was noted before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.limit) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#ids.clear();
  }
}
