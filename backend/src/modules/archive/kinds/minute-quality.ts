const MINUTE_MS = 60_000;

/** Of which something is missing, both ends included. */
export interface GapStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the minutes of a contract are judged by. */
export interface MinuteFacts {
  /** Gaps that touch the day, in whatever order. */
  readonly gaps: readonly GapStretch[];
  /** All before it is in a bar or in a gap. */
  readonly coveredMs: number;
  /** 00:00 UTC of the day. */
  readonly dayMs: number;
  /** The venue counts its trades, so that nothing is missing unseen. */
  readonly isNumbered: boolean;
}

/** How far a bar can be trusted, in the columns that say so. */
export interface MinuteMarks {
  readonly quality: 'EXACT' | 'FLOOR' | 'PARTIAL';
  readonly is_closed: boolean;
  readonly is_cvd_partial: boolean;
}

/** Judges the minutes of one contract of one day as the API does: each at least as late as the one before. */
export class MinuteQuality {
  readonly #gaps: readonly GapStretch[];
  #next = 0;
  /** How far the gaps reach that were passed. */
  #unknownToMs = -Infinity;

  constructor(private readonly facts: MinuteFacts) {
    this.#gaps = facts.gaps.toSorted((a, b) => a.fromMs - b.fromMs);
  }

  of(minuteMs: number): MinuteMarks {
    const { coveredMs, dayMs, isNumbered } = this.facts;
    const endMs = minuteMs + MINUTE_MS;
    for (;;) {
      const gap = this.#gaps[this.#next];
      if (gap === undefined || gap.fromMs >= endMs) break;
      this.#unknownToMs = Math.max(this.#unknownToMs, gap.toMs);
      this.#next += 1;
    }
    const isClosed = endMs <= coveredMs;
    const isWhole = isClosed && this.#unknownToMs < minuteMs;
    return {
      quality: !isWhole ? 'PARTIAL' : isNumbered ? 'EXACT' : 'FLOOR',
      is_closed: isClosed,
      is_cvd_partial: !isClosed || this.#unknownToMs >= dayMs,
    };
  }
}
