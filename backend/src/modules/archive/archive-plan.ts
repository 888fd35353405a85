import { type ArchiveDay, type ArchiveKind, type CensusEntry } from './archive-kind.js';
import { dayStart } from './archive-path.js';
import { type FileFacts } from './file-facts.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days that are looked at every hour: the running one, and those of which something may still be missing. */
export const RECENT_DAYS = 3;
/** No venue that is recorded here existed before; what claims to be older belongs to no day. */
const FIRST_DAY_MS = Date.UTC(2017, 0, 1);

/** The UTC day that begins then. */
export function dayFrom(fromMs: number): ArchiveDay {
  return { fromMs, toMs: fromMs + DAY_MS };
}

/** True once nothing more is expected of a day. */
export function isFinal(
  { settledMs }: Pick<ArchiveKind, 'settledMs'>,
  day: ArchiveDay,
  nowMs: number,
): boolean {
  return nowMs >= day.toMs + settledMs;
}

/** Which days are wanted. */
export interface DaysWanted {
  readonly nowMs: number;
  /** All of them, not only the newest. */
  readonly isThorough: boolean;
  /** So long the database keeps rows, to the millisecond. */
  readonly retentionDays: number;
  /** So long files are kept, by whole days beside the running one; undefined: for ever. */
  readonly keptDays?: number | undefined;
}

/** True while the file of a day is not to be removed. */
export function isKept({ fromMs }: ArchiveDay, nowMs: number, keptDays = Infinity): boolean {
  return fromMs >= dayStart(nowMs) - keptDays * DAY_MS;
}

/**
 * The days of which the database may have all there ever was, and of which files are kept, the newest first. A day of which
 * the beginning may be dropped is never read: its file has more than the database.
 */
export function daysToLookAt(
  kind: Pick<ArchiveKind, 'isOfWholeDays'>,
  { nowMs, isThorough, retentionDays, keptDays = Infinity }: DaysWanted,
): readonly ArchiveDay[] {
  const todayMs = dayStart(nowMs);
  const days = Math.min(retentionDays, keptDays);
  const most = isThorough ? days : Math.min(days, RECENT_DAYS - 1);
  return Array.from({ length: most + 1 }, (_, back) => dayFrom(todayMs - back * DAY_MS)).filter(
    ({ fromMs, toMs }) =>
      fromMs >= nowMs - retentionDays * DAY_MS && (kind.isOfWholeDays !== true || toMs <= nowMs - HOUR_MS),
  );
}

/** A day that rows can be of: not before there was anything, and not after tomorrow. */
export function isPlausible({ fromMs }: ArchiveDay, nowMs: number): boolean {
  return fromMs >= FIRST_DAY_MS && fromMs <= nowMs + DAY_MS;
}

/** When the next look is due: some minutes after the hour, when the last minute of the hour is stored. */
export function untilNextLook(nowMs: number, afterHourMs: number): number {
  const inHourMs = nowMs % HOUR_MS;
  return inHourMs < afterHourMs ? afterHourMs - inHourMs : HOUR_MS - inHourMs + afterHourMs;
}

/** What becomes of a file. */
export type Decision =
  | 'KEEP' // it is as it would be written
  | 'WRITE' // it is made, or made anew
  | 'SET_ASIDE'; // it may hold what the database does not: it is renamed and kept, and another one is made

/** What the database has, and how the program stands. */
export interface Wanted extends Pick<CensusEntry, 'rows' | 'fingerprint'> {
  readonly kind: Pick<ArchiveKind, 'name' | 'schema' | 'mayShrink'>;
  readonly store: string;
  readonly isFinal: boolean;
}

/**
 * What is to be done, judged by what the file says of itself. A file is never replaced by one with fewer rows; that rows are
 * other ones cannot be seen, as in a database whose rows were changed by hand.
 */
export function decide(file: FileFacts | 'UNKNOWN' | undefined, wanted: Wanted): Decision {
  if (file === undefined) return 'WRITE';
  const { kind, store, rows, fingerprint } = wanted;
  if (file === 'UNKNOWN' || file.kind !== kind.name || file.store !== store) return 'SET_ASIDE';
  if (rows < file.rows && kind.mayShrink !== true) return 'SET_ASIDE';
  const isSame = file.fingerprint === fingerprint && file.rows === rows && file.schema >= kind.schema;
  return isSame && file.isFinal === wanted.isFinal ? 'KEEP' : 'WRITE';
}
