import { type Refusal, type RefusalReason } from '@orderfox/domain';
import { UNREADABLE_ROWS_LIMIT } from './feed-state.js';

/** Refusals that mean that the venue's format is not what it was. The others are expected now and then. */
const UNREADABLE: ReadonlySet<RefusalReason> = new Set(['MALFORMED', 'BAD_NUMBER', 'BAD_TIME', 'BAD_SIDE']);

/** Venues tell of a liquidation up to a second and more after it happened; one that cannot be read may be as old. */
export const ROW_AGE_MS = 2_000;
/** Refused rows no further apart than this share a hole, so that holes are few however many rows come. */
export const JOIN_WITHIN_MS = 60_000;
/** The most holes whose rows are still waited for; the oldest beyond it stay holes. */
const MAX_HOLES = 1_000;

const LOST = 'Rows or frames came that could not be read.';
const WAITING = 'Rows came of contracts that are not known.';
const RECORDED = 'Rows came of contracts that were not known; they have been recorded since.';

/** A stretch in which rows were refused, or how it stands now. Times are epoch ms. */
export interface RefusalHole {
  readonly fromMs: number;
  /** Absent while no row can be read; equal to `fromMs` where it turned out that nothing is missing. */
  readonly toMs?: number;
  readonly detail: string;
  /** It is told for the first time. */
  readonly isNew: boolean;
}

interface Hole {
  readonly fromMs: number;
  /** After the newest row in it. */
  toMs: number;
  /** A row in it is lost for good. */
  isLost: boolean;
  /** Rows in it that wait for their contract to be listed. */
  waiting: number;
  /** When one of them was handed on to be stored. */
  settledMs: number;
  isTold: boolean;
  isChanged: boolean;
}

/**
 * The holes that refused rows leave in a stream: a moment for each that would have been an event, and all the time in which
 * no row at all can be read. A hole whose rows only waited for their contract, and are all recorded at last, is none.
 * Rows that are not to be recorded, such as those of other products, leave none.
 */
export class RefusalHoles {
  /** Those that may still change, the newest last. */
  #holes: Hole[] = [];
  #unreadableRows = 0;
  /** Where the rows began that cannot be read, until a good one comes. */
  #run: Hole | undefined;

  /** Rows refused as unreadable since the last good event. */
  get unreadableRows(): number {
    return this.#unreadableRows;
  }

  /** Since when no row can be read; undefined while rows can. Epoch ms. */
  get openSinceMs(): number | undefined {
    return this.#unreadableRows >= UNREADABLE_ROWS_LIMIT ? this.#run?.fromMs : undefined;
  }

  /** Rows were refused. */
  refused(refusals: readonly Refusal[]): void {
    for (const { reason, receivedTimeMs } of refusals) {
      if (reason === 'UNKNOWN_INSTRUMENT') this.#holeAt(receivedTimeMs).waiting += 1;
      else if (UNREADABLE.has(reason)) this.#unreadable(receivedTimeMs);
    }
  }

  /** Rows that had been refused as of an unknown contract do not wait for it any more; recorded, if they are, by then. */
  settled(refusals: readonly Refusal[], nowMs: number): void {
    for (const { receivedTimeMs } of refusals) {
      const hole = this.#holes.find((each) => each.waiting > 0 && holds(each, receivedTimeMs));
      if (hole === undefined) continue;
      hole.waiting -= 1;
      hole.settledMs = nowMs;
    }
  }

  /** Something that came at this moment is lost, through no fault of the venue. */
  lost(receivedTimeMs: number): void {
    this.#holeAt(receivedTimeMs).isLost = true;
  }

  /** A good event came. */
  good(receivedTimeMs: number): void {
    if (this.openSinceMs !== undefined && this.#run !== undefined) {
      this.#run.toMs = Math.max(this.#run.toMs, receivedTimeMs);
      this.#run.isChanged = true;
    }
    this.#run = undefined;
    this.#unreadableRows = 0;
  }

  /** What is new or has changed since the last call. `storedMs`: all that was received up to then is stored. */
  takeChanges(storedMs: number = Number.NEGATIVE_INFINITY): readonly RefusalHole[] {
    const changes = this.#holes.flatMap((hole) => this.#change(hole, storedMs));
    const newest = this.#holes.at(-1);
    this.#holes = this.#holes
      .filter((hole) => !isFilled(hole, storedMs) && (hole === newest || hole === this.#run || !hole.isLost))
      .slice(-MAX_HOLES);
    return changes;
  }

  #change(hole: Hole, storedMs: number): readonly RefusalHole[] {
    const { fromMs, isTold } = hole;
    if (isFilled(hole, storedMs))
      return isTold ? [{ fromMs, toMs: fromMs, detail: RECORDED, isNew: false }] : [];
    if (!hole.isChanged) return [];
    hole.isChanged = false;
    hole.isTold = true;
    const isOpen = hole === this.#run && this.openSinceMs !== undefined;
    const detail = hole.isLost ? LOST : WAITING;
    return [{ fromMs, ...(!isOpen && { toMs: hole.toMs }), detail, isNew: !isTold }];
  }

  #unreadable(receivedTimeMs: number): void {
    const hole = this.#holeAt(receivedTimeMs);
    hole.isLost = true;
    this.#run ??= hole;
    this.#unreadableRows += 1;
    if (this.#unreadableRows === UNREADABLE_ROWS_LIMIT) this.#run.isChanged = true;
  }

  #holeAt(receivedTimeMs: number): Hole {
    const toMs = receivedTimeMs + 1;
    const hole = this.#known(receivedTimeMs);
    if (hole !== undefined) {
      if (toMs > hole.toMs) {
        hole.toMs = toMs;
        // While it is open it has no end that could change.
        hole.isChanged ||= this.openSinceMs === undefined;
      }
      return hole;
    }
    const fromMs = receivedTimeMs - ROW_AGE_MS;
    const made: Hole = {
      fromMs,
      toMs,
      isLost: false,
      waiting: 0,
      settledMs: 0,
      isTold: false,
      isChanged: true,
    };
    this.#holes.push(made);
    return made;
  }

  #known(receivedTimeMs: number): Hole | undefined {
    if (this.openSinceMs !== undefined) return this.#run;
    const newest = this.#holes.at(-1);
    if (
      newest !== undefined &&
      newest.fromMs <= receivedTimeMs &&
      receivedTimeMs < newest.toMs + JOIN_WITHIN_MS
    )
      return newest;
    return this.#holes.find((hole) => holds(hole, receivedTimeMs));
  }
}

function holds({ fromMs, toMs }: Hole, timeMs: number): boolean {
  return fromMs <= timeMs && timeMs < toMs;
}

/** Every row in it has become an event, and is stored. */
function isFilled({ isLost, waiting, settledMs }: Hole, storedMs: number): boolean {
  return !isLost && waiting === 0 && storedMs >= settledMs;
}
