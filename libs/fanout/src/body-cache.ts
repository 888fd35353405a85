/** Rendered events of all renderers, by renderer and position; bounded in bytes, the oldest rendering goes first. */
export class BodyCache {
  readonly #bodies = new Map<string, Uint8Array>();
  /** Stands before the oldest, for good. A new one for each eviction would go through the places of all that are gone. */
  readonly #oldestFirst = this.#bodies.keys();
  #bytes = 0;
  #renderers = 0;
  #generation = 0;

  /** `limitBytes`: the most that all bodies together may take; what they are found by comes on top. */
  constructor(readonly limitBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** How often positions were given anew: what was begun in an earlier one is of other events. */
  get generation(): number {
    return this.#generation;
  }

  /** A number that no other renderer has. */
  nextRenderer(): number {
    this.#renderers += 1;
    return this.#renderers;
  }

  /** Undefined where it is not kept, or no longer. */
  get(renderer: number, position: number): Uint8Array | undefined {
    return this.#bodies.get(`${renderer}/${position}`);
  }

  /** Keeps a body in the place of an older one; one that is larger than the limit is not kept. */
  put(renderer: number, position: number, body: Uint8Array): void {
    const key = `${renderer}/${position}`;
    this.#forget(key);
    if (body.byteLength > this.limitBytes) return;
    this.#bodies.set(key, body);
    this.#bytes += body.byteLength;
    while (this.#bytes > this.limitBytes && this.#bodies.size > 0) this.#forgetOldest();
  }

  /** To be called when positions are given anew. */
  clear(): void {
    this.#bodies.clear();
    this.#bytes = 0;
    this.#generation += 1;
  }

  #forgetOldest(): void {
    const oldest = this.#oldestFirst.next();
    if (oldest.done !== true) this.#forget(oldest.value);
  }

  #forget(key: string): void {
    const body = this.#bodies.get(key);
    if (body === undefined) return;
    this.#bodies.delete(key);
    this.#bytes -= body.byteLength;
  }
}
