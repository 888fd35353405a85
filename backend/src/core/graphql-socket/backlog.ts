import { MessageBatch } from './message-batch.js';

/** Messages and the time since which the oldest of them waits, in ms of the monotonic clock. */
interface Waiting {
  readonly batch: MessageBatch;
  readonly sinceMs: number;
}

/** Largest write: small enough that its leaving says something about the messages in it. */
const WRITE_BYTES = 64 * 1_024;

/**
 * What has not left for one reader: the write under way, and behind it, by reference, what was handed over since. It
 * exists from the first write that did not leave at once until nothing is left.
 */
export class Backlog {
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #waitingMessages = 0;
  #messagesUnderWay: number;
  #excusedBytes: number;
  #oldestMs: number;
  /** Whether the reader has been told that it lags; once per backlog. */
  wasTold = false;

  /** Begins with a write of so many messages, of which so many bytes are not held against the reader. */
  constructor(messages: number, excusedBytes: number, nowMs: number) {
    this.#messagesUnderWay = messages;
    this.#excusedBytes = excusedBytes;
    this.#oldestMs = nowMs;
  }

  /** Bytes behind the write under way. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Bytes of the write under way that are not held against the reader. */
  get excusedBytes(): number {
    return this.#excusedBytes;
  }

  /** Messages behind the write under way and in it. */
  get messages(): number {
    return this.#waitingMessages + this.#messagesUnderWay;
  }

  /** Since when the oldest message waits: monotonic ms. */
  get oldestMs(): number {
    return this.#oldestMs;
  }

  /** Adds what was handed over last. */
  add(batch: MessageBatch, nowMs: number): void {
    this.#waiting.push({ batch, sinceMs: nowMs });
    this.#waitingBytes += batch.bytes;
    this.#waitingMessages += batch.messages;
  }

  /** To be called when the write under way has left: what to write next, undefined if nothing waits. */
  next(): MessageBatch | undefined {
    this.#excusedBytes = 0;
    const first = this.#waiting[0];
    if (first === undefined) return undefined;
    const together = new MessageBatch();
    let taken = 0;
    for (const { batch } of this.#waiting) {
      if (taken > 0 && together.bytes + batch.bytes > WRITE_BYTES) break;
      together.append(batch);
      taken += 1;
    }
    this.#waiting.splice(0, taken);
    this.#waitingBytes -= together.bytes;
    this.#waitingMessages -= together.messages;
    this.#messagesUnderWay = together.messages;
    this.#oldestMs = first.sinceMs;
    return together;
  }
}
