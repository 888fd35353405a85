import { type Clock, type Timer } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { endOfTurn } from '../../core/turns.js';
import { within } from '../../core/within.js';
import { type ArchiveFolder } from './archive-folder.js';
import { type ArchiveDay, type ArchiveKind, type CensusEntry } from './archive-kind.js';
import { dayName, dayStart } from './archive-path.js';
import { dayFrom, daysToLookAt, isKept, isPlausible, RECENT_DAYS, untilNextLook } from './archive-plan.js';
import { ArchiveDatabaseError, type ArchiveStore } from './archive-store.js';
import { describeTrouble, isAlikeForAll } from './archive-trouble.js';
import { ArchiveStoppedError, type ArchiveWriter } from './archive-writer.js';

const DAY_MS = 24 * 3_600_000;
/** The program has better things to do when it starts. */
const FIRST_LOOK_MS = 30_000;
const AFTER_HOUR_MS = 3 * 60_000;
/** After a look in which something failed; twice as long after each further one, up to the next hour. */
const AGAIN_AFTER_MS = 5 * 60_000;
/** Venues do not list so many contracts. */
const MOST_FILES = 2_000;
/** Weight of the failures after which the rest of a part is left for later: a few bad files must not keep others back. */
const MOST_TROUBLE = 30;
/** A question that the database refuses took its time; three of them are enough. */
const WEIGHT_OF_REFUSAL = 10;
/** Numbers of liquidations that are looked through at once for the days that they are of. */
const SEQS_AT_ONCE = 100_000;
/** How long the end waits for a page that is under way. */
const PATIENCE_MS = 1_500;
/** After a file nothing is done for as long as it took, times this: at most a third of the time is spent on the archive. */
const REST = 2;
const LONGEST_REST_MS = 5_000;

/** What the archiver works with. */
export interface ArchiverParts {
  readonly kinds: readonly ArchiveKind[];
  readonly store: ArchiveStore;
  readonly folder: ArchiveFolder;
  readonly writer: ArchiveWriter;
  readonly clock: Clock;
  readonly log: Log;
  /** Symbols whose market data is archived; asked at each look, since markets become known after the start. */
  readonly symbols: () => ReadonlySet<string>;
  /** Days for which the database keeps market data. */
  readonly retentionDays: number;
  /** Days for which files are kept; undefined: for ever. */
  readonly keptDays: number | undefined;
  /** Files of one kind and day at most; default MOST_FILES. */
  readonly mostFiles?: number;
}

/** How the archive stands. */
export type ArchiveState =
  | 'WAITING' // nothing was looked at yet
  | 'OK'
  | 'FAILING'; // something could not be written, and is tried again

/** How it stands, since when (epoch ms), and what is wrong. */
export interface ArchiveStatus {
  readonly state: ArchiveState;
  readonly since: number;
  readonly detail: string;
}

/** What was done since the start. */
export interface ArchiveCounts {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly unfit: number;
  readonly failures: number;
  readonly setAside: number;
  readonly removed: number;
  /** Files that there is no room for, at the last look. */
  readonly leftOut: number;
}

/** What one look is about. */
interface Look {
  readonly nowMs: number;
  /** All days that are kept, not only the newest. */
  readonly isThorough: boolean;
  failures: number;
  /** Weight of the failures of the part that is looked at. */
  trouble: number;
  /** Something fails that would fail everywhere. */
  isOver: boolean;
}

/**
 * Keeps the files of the archive as the database is: looks every hour at the newest days, once a day at all that the database
 * keeps, and at every day of which liquidations have come since the last look. Nothing here throws or rejects.
 */
export class Archiver {
  readonly #counts = {
    files: 0,
    rows: 0,
    bytes: 0,
    unfit: 0,
    failures: 0,
    setAside: 0,
    removed: 0,
    leftOut: 0,
  };
  #status: ArchiveStatus;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;
  /** Rests end early with it. */
  readonly #stopped = Promise.withResolvers<undefined>();
  /** The day of the last look at all days. */
  #thoroughDayMs: number | undefined;
  #newestMs: number | undefined;
  #isClean = false;
  /** Troubles that the log has, since all was well. */
  readonly #told = new Set<string>();
  /** Looks one after the other in which something failed. */
  #failedLooks = 0;

  constructor(private readonly parts: ArchiverParts) {
    this.#status = { state: 'WAITING', since: parts.clock.nowMs(), detail: 'Nothing was looked at yet.' };
  }

  get status(): ArchiveStatus {
    return this.#status;
  }

  get counts(): ArchiveCounts {
    return this.#counts;
  }

  /** Age of the file that was written last by this process, in ms; undefined: none was. */
  get newestAgeMs(): number | undefined {
    return this.#newestMs === undefined ? undefined : this.parts.clock.monotonicMs() - this.#newestMs;
  }

  /** A file was renamed and kept because it may hold what the database does not. */
  noteSetAside(path: string): void {
    this.#counts.setAside += 1;
    this.parts.log.warn(
      { path },
      'a file of the archive is not of this database or holds more than it; it was set aside and is kept',
    );
  }

  /** Looks for the first time in half a minute. */
  start(): void {
    const { folder, keptDays, log } = this.parts;
    log.info(
      { folder: folder.root, ...(keptDays !== undefined && { days: keptDays }) },
      keptDays === undefined
        ? 'Parquet files are written beside the database and kept for ever, as ARCHIVE_DAYS is not set'
        : 'Parquet files are written beside the database and kept for ARCHIVE_DAYS',
    );
    this.#timer = this.parts.clock.after(FIRST_LOOK_MS, () => void this.look());
  }

  /** Ends it; a file that is being written is given up, and what was in its place stays. Within two seconds. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.parts.writer.stop();
    this.#stopped.resolve(undefined);
    await within(this.parts.clock, PATIENCE_MS, this.#looking);
    this.parts.store.giveUp();
  }

  /** Looks now, once however often it is called meanwhile. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * Brings the files of the given days to what the database has, the running day's of all kinds among them. Of market data
   * only days that the database keeps whole. Resolves with the number of failures.
   */
  async writeDays(days: readonly ArchiveDay[]): Promise<number> {
    const { clock, kinds, retentionDays } = this.parts;
    const look: Look = { nowMs: clock.nowMs(), isThorough: false, failures: 0, trouble: 0, isOver: false };
    await this.#attempt(look, () => this.#tidy(look));
    for (const day of days) {
      if (!isPlausible(day, look.nowMs)) continue;
      const isKept = day.fromMs >= look.nowMs - retentionDays * DAY_MS;
      for (const kind of kinds) if (isKept || !kind.isOfSymbols) await this.#lookAtDay(kind, day, look);
    }
    return look.failures;
  }

  async #lookAtAll(): Promise<void> {
    const { clock } = this.parts;
    const nowMs = clock.nowMs();
    const todayMs = dayStart(nowMs);
    const isThorough = this.#thoroughDayMs !== todayMs;
    const look: Look = { nowMs, isThorough, failures: 0, trouble: 0, isOver: false };
    this.#counts.leftOut = 0;
    await this.#attempt(look, () => this.#tidy(look));
    for (const part of new Set(this.parts.kinds.map((kind) => kind.part))) {
      const kinds = this.parts.kinds.filter((kind) => kind.part === part);
      look.trouble = 0;
      await (part === 'liquidations'
        ? this.#lookAtLiquidations(kinds, look)
        : this.#lookAtMarkets(kinds, look));
    }
    if (this.#isStopped) return;
    if (look.failures === 0) {
      this.#thoroughDayMs = todayMs;
      this.#become('OK', 'The files are as the database is.');
    }
    this.#failedLooks = look.failures === 0 ? 0 : this.#failedLooks + 1;
    const nextMs = untilNextLook(clock.nowMs(), AFTER_HOUR_MS);
    const againMs = AGAIN_AFTER_MS * 2 ** (this.#failedLooks - 1);
    const delayMs = this.#failedLooks === 0 ? nextMs : Math.min(nextMs, againMs);
    this.#timer = clock.after(delayMs, () => void this.look());
  }

  /** What a crash left goes before anything is written; what is too old once a day. */
  async #tidy({ nowMs, isThorough }: Look): Promise<void> {
    const { folder, keptDays } = this.parts;
    if (!this.#isClean) {
      await folder.removeUnfinished();
      this.#isClean = true;
    }
    if (keptDays !== undefined && isThorough) {
      this.#counts.removed += await folder.removeOlder(keptDays, nowMs);
    }
  }

  async #lookAtMarkets(kinds: readonly ArchiveKind[], look: Look): Promise<void> {
    const { retentionDays, keptDays } = this.parts;
    for (const kind of kinds) {
      for (const day of daysToLookAt(kind, { ...look, retentionDays, keptDays }))
        await this.#lookAtDay(kind, day, look);
    }
  }

  /** Every day of which liquidations have come, and those that are not settled yet. */
  async #lookAtLiquidations(kinds: readonly ArchiveKind[], look: Look): Promise<void> {
    const { store, folder, retentionDays, keptDays } = this.parts;
    const { nowMs, failures } = look;
    await this.#attempt(look, async () => {
      const id = await store.id();
      const lastSeq = await store.lastSeq();
      const through = await folder.through(id);
      // A database that was taken back gives numbers again that were looked at with other rows.
      const afterSeq = through > lastSeq ? 0 : through;
      const found = await this.#daysBetween(afterSeq, lastSeq);
      // The database keeps these rows for ever; so far back as those of markets, removed files come back.
      const recent = daysToLookAt(
        {},
        { ...look, retentionDays: Math.max(RECENT_DAYS, retentionDays), keptDays },
      );
      const fromMs = new Set([...found, ...recent.map((day) => day.fromMs)]);
      const days = [...fromMs].sort((a, b) => b - a).map(dayFrom);
      for (const day of days) {
        if (!isPlausible(day, nowMs) || !isKept(day, nowMs, keptDays)) continue;
        for (const kind of kinds) await this.#lookAtDay(kind, day, look);
      }
      const isDone = look.failures === failures && !this.#isStopped;
      if (isDone && lastSeq !== through) await folder.setThrough(id, lastSeq);
    });
  }

  async #daysBetween(afterSeq: number, lastSeq: number): Promise<ReadonlySet<number>> {
    const { store } = this.parts;
    const days = new Set<number>();
    for (let from = afterSeq; from < lastSeq && !this.#isStopped; from += SEQS_AT_ONCE) {
      for (const dayMs of await store.daysOfSeqs(from, Math.min(lastSeq, from + SEQS_AT_ONCE)))
        days.add(dayMs);
    }
    return days;
  }

  async #lookAtDay(kind: ArchiveKind, day: ArchiveDay, look: Look): Promise<void> {
    await this.#attempt(
      look,
      async () => {
        const census = await this.parts.store.reading((reading) => kind.census(reading, day));
        const symbols = this.parts.symbols();
        const wanted = census.filter((entry) => !kind.isOfSymbols || symbols.has(entry.symbol));
        // The largest first: should there be too many, little is left out.
        const entries = wanted.toSorted((a, b) => b.rows - a.rows);
        const { mostFiles = MOST_FILES } = this.parts;
        this.#counts.leftOut += Math.max(0, entries.length - mostFiles);
        for (const entry of entries.slice(0, mostFiles)) {
          const of = { kind: kind.name, day: dayName(day.fromMs), venue: entry.venue, symbol: entry.symbol };
          await this.#attempt(look, () => this.#bring(kind, day, entry), of);
        }
      },
      { kind: kind.name, day: dayName(day.fromMs) },
    );
  }

  async #bring(kind: ArchiveKind, day: ArchiveDay, entry: CensusEntry): Promise<void> {
    const { writer, clock } = this.parts;
    if ((await writer.judge(kind, day, entry)) === 'KEEP') return;
    const startMs = clock.monotonicMs();
    const written = await writer.write(kind, day, entry);
    if (written === undefined) return;
    this.#counts.files += 1;
    this.#counts.rows += written.rows;
    this.#counts.bytes += written.bytes;
    this.#counts.unfit += written.unfit;
    this.#newestMs = clock.monotonicMs();
    await this.#rest((this.#newestMs - startMs) * REST);
  }

  /** Asked again after whatever was waited for. */
  #hasEnded(): boolean {
    return this.#isStopped;
  }

  async #rest(ms: number): Promise<void> {
    await endOfTurn();
    if (ms < 1 || this.#isStopped) return;
    const done = Promise.withResolvers<undefined>();
    const timer = this.parts.clock.after(Math.min(ms, LONGEST_REST_MS), () => done.resolve(undefined));
    await Promise.race([done.promise, this.#stopped.promise]);
    timer.cancel();
  }

  /** Does a part of a look. What fails is counted and told, and ends the look where the rest would fail as well. */
  async #attempt(look: Look, task: () => Promise<void>, of: object = {}): Promise<void> {
    if (this.#isStopped || look.isOver || look.trouble >= MOST_TROUBLE) return;
    try {
      await task();
    } catch (err) {
      if (err instanceof ArchiveStoppedError || this.#hasEnded()) return;
      look.failures += 1;
      look.trouble += err instanceof ArchiveDatabaseError ? WEIGHT_OF_REFUSAL : 1;
      if (isAlikeForAll(err)) look.isOver = true;
      this.#counts.failures += 1;
      this.#become('FAILING', describeTrouble(err), { err, ...of });
    }
  }

  /** Says it once for each kind of trouble, with the first file that had it. */
  #become(state: ArchiveState, detail: string, facts: object = {}): void {
    const isNews = state !== this.#status.state;
    const since = isNews ? this.parts.clock.nowMs() : this.#status.since;
    this.#status = { state, since, detail };
    const { log } = this.parts;
    if (isNews) this.#told.clear();
    if (state === 'FAILING') {
      if (this.#told.has(detail)) return;
      this.#told.add(detail);
      log.warn({ ...facts, detail }, 'the archive cannot be written; it is tried again');
    } else if (isNews) log.info({ files: this.#counts.files }, 'the archive is up to date');
  }
}
