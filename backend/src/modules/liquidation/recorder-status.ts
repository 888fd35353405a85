/**
 * How recording stands. `RECORDING`: what comes is committed at once. `BUFFERING`: the database is away and events wait
 * in memory. `SPOOLING`: events wait on disk, or are being replayed from there. `FULL`: neither has room, and events
 * are being lost.
 */
export type RecorderState = 'RECORDING' | 'BUFFERING' | 'SPOOLING' | 'FULL';

/** Everything that can be told about recording. Counts are since the start of this process. */
export interface RecorderStatus {
  readonly state: RecorderState;
  /** Since when it is in this state. Epoch ms. */
  readonly sinceMs: number;
  /** Events in memory, those on their way to the database included. */
  readonly waiting: number;
  /** Events on disk. */
  readonly spooled: number;
  /** Events that were new and are in the database. */
  readonly recorded: number;
  /** Events that were in the database already. */
  readonly duplicates: number;
  /** Events that the database refuses for good. */
  readonly quarantined: number;
  /** Events that found no room and are lost. */
  readonly dropped: number;
  /** Lines of the spool that could not be read back. */
  readonly damaged: number;
  /** What went wrong last, and has not gone right since. */
  readonly lastError?: string;
  /** When the oldest event that is neither in the database nor on disk was received. Epoch ms. */
  readonly unsafeSinceMs?: number;
  /** While FULL: when the first event that was lost was received. Epoch ms. */
  readonly lostSinceMs?: number;
}

/** How much the recorder gathers, keeps and waits. */
export interface RecorderLimits {
  /** Most events in one transaction. */
  readonly batchRows: number;
  /**
   * Least time between two transactions that are not full, in ms. An event after a quiet moment does not wait for it;
   * in a burst it makes batches out of single events.
   */
  readonly gatherMs: number;
  /** Most events in memory. From half of it on they go to disk. */
  readonly events: number;
  /** Most memory for them, in bytes, estimated. From half of it on they go to disk. */
  readonly bytes: number;
  /** After the database was away this long, what is in memory goes to disk too. Ms. */
  readonly spillAfterMs: number;
  /** How long `stop` waits for the database, in ms, before it turns to the disk. */
  readonly flushMs: number;
  /** How long `stop` waits for the disk, in ms. */
  readonly closeMs: number;
}

/** The usual limits; together `stop` takes at most 8 seconds. */
export const RECORDER_LIMITS: RecorderLimits = {
  batchRows: 200,
  gatherMs: 5,
  events: 50_000,
  bytes: 64 * 1024 * 1024,
  spillAfterMs: 60_000,
  flushMs: 5_000,
  closeMs: 3_000,
};
