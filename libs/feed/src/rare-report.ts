import { type Clock } from './clock.js';

const MAX_KINDS = 50;
const REPORT_EVERY_MS = 60_000;

interface Kind {
  count: number;
  reportedAtMs: number;
}

/**
 * Counts what should not happen, by kind, and says which of it is to be reported: the first of a kind, then at most
 * one a minute. Trouble must show in the log without flooding it. Kinds beyond fifty are counted together as `other`,
 * for a kind may carry text of a venue.
 */
export class RareReport {
  readonly #kinds = new Map<string, Kind>();

  constructor(private readonly clock: Clock) {}

  /** Counts one; returns the kind it was counted as and how many of it there were, when it is to be reported. */
  add(name: string): { readonly kind: string; readonly count: number } | undefined {
    const known = this.#kinds.has(name) || this.#kinds.size < MAX_KINDS ? name : 'other';
    const kind = this.#kinds.get(known) ?? { count: 0, reportedAtMs: -Infinity };
    this.#kinds.set(known, kind);
    kind.count += 1;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - kind.reportedAtMs < REPORT_EVERY_MS) return undefined;
    kind.reportedAtMs = nowMs;
    return { kind: known, count: kind.count };
  }

  /** How many of each kind so far. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#kinds].map(([name, { count }]) => [name, count]));
  }
}
