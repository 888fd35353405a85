/** Rendered events of all renderers, by renderer and position; bounded in bytes, the oldest rendering goes first. */
export class BodyCache {
  readonly #bodies = new Map<string, Uint8Array>();
  #bytes = 0;
  #renderers = 0;

  /** `limitBytes`: the most that all bodies together may take. */
  constructor(readonly limitBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** A number that no other renderer has. */
  nextRenderer(): number {
    this.#renderers += 1;
    return this.#renderers;
  }

  get(renderer: number, position: number): Uint8Array | undefined {
    return this.#bodies.get(`${renderer}/${position}`);
  }

  put(renderer: number, position: number, body: Uint8Array): void {
    if (body.byteLength > this.limitBytes) return;
    const key = `${renderer}/${position}`;
    this.#forget(key);
    this.#bodies.set(key, body);
    this.#bytes += body.byteLength;
    while (this.#bytes > this.limitBytes) {
      const [oldest] = this.#bodies.keys();
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  /** To be called when positions are given anew. */
  clear(): void {
    this.#bodies.clear();
    this.#bytes = 0;
  }

  #forget(key: string): void {
    const body = this.#bodies.get(key);
    if (body === undefined) return;
    this.#bodies.delete(key);
    this.#bytes -= body.byteLength;
  }
}
