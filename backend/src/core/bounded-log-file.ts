import { appendFileSync, renameSync, statSync } from 'node:fs';

/**
 * A log file that never grows past twice its limit: when full it becomes `<path>.1` and a new one begins. Writing never
 * throws, since nobody should fall over because the disk that holds the log is full; what was not written is counted.
 */
export class BoundedLogFile {
  #bytes: number;
  #lost = 0;

  constructor(
    private readonly path: string,
    private readonly limitBytes = 1024 * 1024,
  ) {
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes that failed. */
  get lost(): number {
    return this.#lost;
  }

  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    try {
      if (this.#bytes > 0 && this.#bytes + bytes > this.limitBytes) {
        renameSync(this.path, `${this.path}.1`);
        this.#bytes = 0;
      }
      appendFileSync(this.path, text.slice(0, this.limitBytes), { mode: 0o600 });
      this.#bytes += bytes;
    } catch {
      this.#lost += 1;
    }
  }
}
