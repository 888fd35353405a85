import { type Liquidation } from '@orderfox/domain';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromSpoolLine, toSpoolLine } from './spool-line.js';

const MEBIBYTE = 1024 * 1024;
const SCAN_BYTES = MEBIBYTE;
const LINE_FEED = 0x0a;

/** The spool has reached its limit; nothing was written. */
export class SpoolFullError extends Error {
  readonly code = 'SPOOL_FULL';

  constructor(limitBytes: number) {
    super(`The spool is full: ${Math.round(limitBytes / MEBIBYTE)} MiB of events wait for the database`);
    this.name = 'SpoolFullError';
  }
}

/** A place in the spool, and how many lines lie before it from the head on. */
export interface SpoolMark {
  readonly offset: number;
  readonly lines: number;
}

/** The oldest events of the spool, and the place behind them. */
export interface SpoolBatch extends SpoolMark {
  readonly events: readonly Liquidation[];
}

/** What was found broken: lines whose checksum is wrong, and bytes of a last line that was never finished. */
export interface SpoolDamage {
  readonly lines: number;
  readonly tornBytes: number;
}

/** Where the spool lies and how large it may get. */
export interface SpoolOptions {
  readonly path: string;
  /** 1 GiB unless told. */
  readonly limitBytes?: number;
  /** Called when something broken was found and left out. */
  readonly onDamage: (damage: SpoolDamage) => void;
}

/**
 * Events on disk that wait for the database: an append-only file, one checked line each, on the platter before
 * `append` resolves. It is read from its head, and emptied when all of it has been recorded. A process that dies on
 * the way begins at the head again: recording twice changes nothing. Calls may overlap; they take turns.
 */
export class LiquidationSpool {
  readonly #limitBytes: number;
  #file: FileHandle | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #head = 0;
  #size = 0;
  #waiting = 0;
  #damaged = 0;

  constructor(private readonly options: SpoolOptions) {
    this.#limitBytes = options.limitBytes ?? 1024 * MEBIBYTE;
  }

  /** Events that wait in it. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Lines that could not be read back, since the start; a torn last line counts as one. */
  get damaged(): number {
    return this.#damaged;
  }

  get bytes(): number {
    return this.#size;
  }

  /** Finds what an earlier process left. Rejects if the file cannot be opened; every later call tries again. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#opened();
    });
  }

  /** Writes events behind the others; resolves with the place behind them when they are safe. All or none. */
  append(events: readonly Liquidation[]): Promise<SpoolMark> {
    return this.#inTurn(async () => {
      const file = await this.#opened();
      const text = Buffer.from(events.map(toSpoolLine).join(''));
      if (this.#size + text.length > this.#limitBytes) throw new SpoolFullError(this.#limitBytes);
      try {
        await writeAll(file, text, this.#size);
        await file.datasync();
      } catch (error) {
        // What was half written must not stay in front of the next lines.
        await file.truncate(this.#size).catch(() => undefined);
        throw error;
      }
      this.#size += text.length;
      this.#waiting += events.length;
      return { offset: this.#size, lines: events.length };
    });
  }

  /** The oldest events, at most `limit`; none when it is empty. They stay until they are released. */
  read(limit: number): Promise<SpoolBatch> {
    return this.#inTurn(async () => {
      const file = await this.#opened();
      const events: Liquidation[] = [];
      let offset = this.#head;
      let lines = 0;
      while (lines < limit && offset < this.#size) {
        const read = await readLines(file, offset, this.#size, limit - lines);
        for (const line of read.lines) {
          const event = fromSpoolLine(line);
          if (event !== undefined) events.push(event);
        }
        lines += read.lines.length;
        offset = read.end;
      }
      const damaged = lines - events.length;
      if (damaged > 0) this.#report({ lines: damaged, tornBytes: 0 });
      return { events, offset, lines };
    });
  }

  /** Everything before the mark has been recorded. */
  release({ offset, lines }: SpoolMark): Promise<void> {
    return this.#inTurn(async () => {
      this.#head = offset;
      this.#waiting -= lines;
      if (this.#head < this.#size) return;
      this.#waiting = 0;
      await this.#file?.truncate(0);
      this.#head = this.#size = 0;
    });
  }

  /** Closes the file; what is in it stays for the next process. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  #report(damage: SpoolDamage): void {
    this.#damaged += Math.max(1, damage.lines);
    this.options.onDamage(damage);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    const file = await open(this.options.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { lines, end, size } = await survey(file);
      if (end < size) await file.truncate(end);
      // The name of a new file is on the platter only when its directory is.
      await syncDirectory(dirname(this.options.path));
      this.#head = 0;
      this.#size = end;
      this.#waiting = lines;
      this.#file = file;
      if (end < size) this.#report({ lines: 0, tornBytes: size - end });
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** Counts the lines of the file and finds the end of the last whole one. */
async function survey(file: FileHandle): Promise<{ lines: number; end: number; size: number }> {
  const buffer = Buffer.alloc(SCAN_BYTES);
  let [lines, end, size] = [0, 0, 0];
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, SCAN_BYTES, size);
    if (bytesRead === 0) return { lines, end, size };
    for (
      let at = buffer.indexOf(LINE_FEED);
      at >= 0 && at < bytesRead;
      at = buffer.indexOf(LINE_FEED, at + 1)
    ) {
      lines += 1;
      end = size + at + 1;
    }
    size += bytesRead;
  }
}

/** Reads at least one whole line from `start` on, and at most `limit`. */
async function readLines(
  file: FileHandle,
  start: number,
  end: number,
  limit: number,
): Promise<{ lines: readonly string[]; end: number }> {
  for (let length = SCAN_BYTES / 4; ; length *= 2) {
    const buffer = Buffer.alloc(Math.min(length, end - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const lines: string[] = [];
    let from = 0;
    while (lines.length < limit) {
      const at = buffer.subarray(0, bytesRead).indexOf(LINE_FEED, from);
      if (at < 0) break;
      lines.push(buffer.toString('utf8', from, at));
      from = at + 1;
    }
    if (lines.length > 0) return { lines, end: start + from };
    // A line longer than the buffer: read more of it. Without any the file was shortened by somebody else.
    if (bytesRead < buffer.length || buffer.length === end - start) return { lines: [''], end };
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
