import type { HttpFault } from '../server/faults.js';

/** How the history service misbehaves until told otherwise. */
export interface HistoryFaults {
  /** Answers with this status, or never (`HANG`), or with a page (`HTML`). */
  readonly http?: HttpFault | undefined;
  /** Answers so much later, ms. */
  readonly delayMs: number;
  /**
   * What the answer is: `GARBAGE` no JSON, `OBJECT` no list, `NULL_ROWS` rows that are none, `CUT` half of it, `ENDLESS`
   * larger than anybody wants, `TOO_MANY` many times the rows that were asked for.
   */
  readonly body: 'ROWS' | 'GARBAGE' | 'OBJECT' | 'NULL_ROWS' | 'CUT' | 'ENDLESS' | 'TOO_MANY';
  /** Every row is in the answer so many times, with the same id. */
  readonly copies: number;
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST' | 'SHUFFLED';
  /** False: gives all that it has, whatever is asked for. */
  readonly limits: boolean;
  /** False: rows carry no id, so nothing tells a copy from a twin. */
  readonly ids: boolean;
}

/** A service that behaves. */
export const NO_HISTORY_FAULTS: HistoryFaults = {
  delayMs: 0,
  body: 'ROWS',
  copies: 1,
  order: 'NEWEST_FIRST',
  limits: true,
  ids: true,
};
