import { type Liquidation } from '@orderfox/domain';
import { type Clock, type Timer } from '@orderfox/feed';
import { messageOf } from '../../core/error-facts.js';
import { type MarketBus } from '../../core/market-bus.js';
import { within } from '../../core/within.js';
import { BatchWriter, type Pieces, type RefusalSink } from './batch-writer.js';
import { EventBuffer } from './event-buffer.js';
import { type LiquidationRepository } from './liquidation.repository.js';
import { type LiquidationSpool, type SpoolMark } from './liquidation-spool.js';
import { RecordedStream } from './recorded-stream.js';
import {
  RECORDER_LIMITS,
  type RecorderLimits,
  type RecorderState,
  type RecorderStatus,
} from './recorder-status.js';
import { SpillWriter } from './spill-writer.js';
import { WritePace } from './write-pace.js';

/** Pause after the disk refused a read or a write. */
const DISK_RETRY_MS = 1_000;
/** How often the recorder looks whether an outage has become long. */
/** A write that takes longer than this is no longer called recording. */
const HANGING_MS = 2_000;
const LOOK_MS = 1_000;

/** What a recorder works with. The callbacks must not throw. */
export interface RecorderParts {
  readonly store: Pick<LiquidationRepository, 'record' | 'readAfter' | 'latest'>;
  readonly spool: LiquidationSpool;
  readonly bus: MarketBus;
  readonly quarantine: RefusalSink;
  readonly clock: Clock;
  readonly limits?: Partial<RecorderLimits>;
  /** Called when the state has changed. */
  readonly onStatus?: (status: RecorderStatus) => void;
  /** Called with events that are lost because nothing has room for them. */
  readonly onDrop?: (events: readonly Liquidation[]) => void;
}

/** What is being written: the pieces not done yet and, when they come from the spool, the place behind them. */
interface Batch {
  readonly pieces: Pieces;
  readonly mark?: SpoolMark;
}

/**
 * Brings every offered event into the database once, then onto the bus. One write is in flight at a time. Events wait
 * in memory, and on disk when they become too many or the database is away for long; what is on disk is older and
 * goes first. Nothing is lost until memory and disk are both full, and that is said and counted.
 */
export class LiquidationRecorder {
  readonly #limits: RecorderLimits;
  readonly #buffer: EventBuffer;
  readonly #stream: RecordedStream;
  readonly #writer: BatchWriter;
  readonly #spill: SpillWriter;
  readonly #pace: WritePace;
  #phase: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  #batch: Batch | undefined;
  #pumping: Promise<void> | undefined;
  #timer: Timer | undefined;
  #look: Timer | undefined;
  #stopped: Promise<void> | undefined;
  /** Monotonic time before which the disk is left alone. */
  #diskRestsUntilMs = Number.NEGATIVE_INFINITY;
  #lastError: string | undefined;
  #dropped = 0;
  #lostSinceMs: number | undefined;
  #state: RecorderState = 'RECORDING';
  #stateSinceMs: number;

  constructor(private readonly parts: RecorderParts) {
    this.#limits = { ...RECORDER_LIMITS, ...parts.limits };
    this.#buffer = new EventBuffer(this.#limits);
    this.#stream = new RecordedStream(parts.store, parts.bus);
    this.#writer = new BatchWriter({ ...parts, stream: this.#stream });
    this.#spill = new SpillWriter(this.#buffer, parts.spool);
    this.#pace = new WritePace(parts.clock, this.#limits.gatherMs);
    this.#stateSinceMs = parts.clock.nowMs();
  }

  /** Takes up what an earlier process left in the spool, and begins. Never rejects. */
  async start(): Promise<void> {
    if (this.#phase !== 'new') return;
    await this.parts.spool.open().catch((error: unknown) => this.#note(error));
    if (this.#hasStopped()) return;
    this.#phase = 'running';
    this.#pump();
    this.#lookAgain();
  }

  /** Takes events in, at once and without failing. The caller may forget them. */
  offer(events: readonly Liquidation[]): void {
    const lost = this.#phase === 'stopped' ? events : events.filter((event) => !this.#buffer.offer(event));
    if (lost.length > 0) this.#drop(lost);
    if (this.#phase !== 'running') return;
    if (this.#buffer.fill >= 0.5) void this.#spillNow();
    this.#schedule();
  }

  status(): RecorderStatus {
    const unsafeSinceMs = this.#unsafeSinceMs();
    return {
      state: this.#state,
      sinceMs: this.#stateSinceMs,
      waiting: this.#buffer.length + this.#spill.moving + this.#unsafe().length,
      spooled: this.parts.spool.waiting,
      ...this.#writer.counts,
      dropped: this.#dropped,
      damaged: this.parts.spool.damaged,
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      ...(unsafeSinceMs !== undefined && { unsafeSinceMs }),
      ...(this.#lostSinceMs !== undefined && { lostSinceMs: this.#lostSinceMs }),
    };
  }

  /** Writes what waits, to the database if it answers soon, else to disk; within 8 seconds. May be called twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { clock, spool } = this.parts;
    this.#phase = 'stopping';
    this.#timer?.cancel();
    this.#look?.cancel();
    this.#pump();
    await within(clock, this.#limits.flushMs, this.#pumping);
    this.#phase = 'stopped';
    await within(
      clock,
      this.#limits.closeMs,
      this.#leave().finally(() => spool.close()),
    );
  }

  /** What could not be written goes to the spool; what has no room there either is lost, and that is said. */
  async #leave(): Promise<void> {
    // A move to disk that is just ending would not see what is put back now.
    await this.#spill.idle;
    // A write without an answer: should it succeed after all, the next process finds duplicates.
    this.#buffer.putBack(this.#unsafe());
    this.#batch = undefined;
    await this.#spillNow();
    const left = this.#buffer.take(this.#buffer.length);
    if (left.length > 0) this.#drop(left);
  }

  /** Starts the pump unless it runs, and keeps it running while there is something to write at once. */
  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pumping ??= this.#run().finally(() => {
      this.#pumping = undefined;
      this.#schedule();
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.#phase !== 'stopped') {
        if (this.#stream.behind) await this.#stream.catchUp();
        this.#batch = await this.#next();
        if (this.#batch === undefined) break;
        await this.#write(this.#batch);
        this.#settle();
      }
      // A spool that could not be read is a failure that lasts, however little waits in memory.
      if (this.#buffer.length === 0 && this.#diskReady()) this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
    this.#settle();
  }

  async #write(batch: Batch): Promise<void> {
    this.#pace.writing();
    try {
      await this.#writer.write(batch.pieces);
    } catch (error) {
      // What came from the spool is still there.
      this.#buffer.putBack(this.#unsafe());
      this.#batch = undefined;
      throw error;
    }
    this.#batch = undefined;
    // A write that failed may have been committed all the same, its answer lost: then these were duplicates, unpublished.
    if (this.#pace.failing) this.#stream.doubt();
    this.#succeeded();
    if (batch.mark) await this.parts.spool.release(batch.mark).catch((error: unknown) => this.#note(error));
  }

  async #next(): Promise<Batch | undefined> {
    // Events that are on their way to the disk are older than those in memory.
    await this.#spill.idle;
    if (this.#spoolReadable()) {
      // While stopping there is no need to empty the spool: the next process does.
      if (this.#phase === 'stopping') return undefined;
      const batch = await this.#nextFromSpool();
      if (batch !== undefined) return batch;
    }
    if (this.#phase === 'running' && this.#dueInMs() > 0 && !this.#pace.failing) return undefined;
    const events = this.#buffer.take(this.#limits.batchRows);
    return events.length > 0 ? { pieces: [events] } : undefined;
  }

  /** A disk that cannot be read must not keep new events out of the database. */
  async #nextFromSpool(): Promise<Batch | undefined> {
    try {
      const { events, ...mark } = await this.parts.spool.read(this.#limits.batchRows);
      return { pieces: events.length > 0 ? [events] : [], mark };
    } catch (error) {
      this.#note(error);
      this.#diskRestsUntilMs = this.parts.clock.monotonicMs() + DISK_RETRY_MS;
      return undefined;
    }
  }

  #spoolReadable(): boolean {
    return this.parts.spool.waiting > 0 && this.#diskReady();
  }

  #diskReady(): boolean {
    return this.parts.clock.monotonicMs() >= this.#diskRestsUntilMs;
  }

  #dueInMs(): number {
    return this.#pace.dueInMs(this.#buffer.length >= this.#limits.batchRows);
  }

  /** Sees to it that the pump runs when there is something for it to do, and not before. */
  #schedule(): void {
    if (this.#phase !== 'running' || this.#pumping !== undefined) return;
    const urgent = this.#spoolReadable() || this.#stream.behind;
    if (!urgent && this.#buffer.length === 0) return;
    const dueInMs = urgent && !this.#pace.failing ? 0 : this.#dueInMs();
    if (dueInMs <= 0) this.#pump();
    else this.#timer ??= this.parts.clock.after(dueInMs, () => this.#pump());
  }

  #succeeded(): void {
    this.#pace.succeeded();
    this.#lastError = undefined;
  }

  #failed(error: unknown): void {
    this.#note(error);
    this.#pace.failed();
  }

  #note(error: unknown): void {
    this.#lastError = messageOf(error);
  }

  #lookAgain(): void {
    this.#look = this.parts.clock.after(LOOK_MS, () => {
      const long = this.#pace.failingForMs >= this.#limits.spillAfterMs;
      if (long || this.#buffer.fill >= 0.5) void this.#spillNow();
      this.#schedule();
      this.#settle();
      this.#lookAgain();
    });
  }

  /** Moves what is in memory to disk. */
  async #spillNow(): Promise<void> {
    if (!this.#diskReady() && !this.#hasStopped()) return;
    const problem = await this.#spill.run();
    if (problem !== undefined) {
      this.#note(problem);
      this.#diskRestsUntilMs = this.parts.clock.monotonicMs() + DISK_RETRY_MS;
    }
    this.#settle();
    this.#schedule();
  }

  #hasStopped(): boolean {
    return this.#phase === 'stopping' || this.#phase === 'stopped';
  }

  #drop(events: readonly Liquidation[]): void {
    this.#dropped += events.length;
    this.#lostSinceMs ??= events[0]?.receivedTimeMs;
    this.parts.onDrop?.(events);
    this.#settle();
  }

  /** Events of the write in flight that are nowhere else. */
  #unsafe(): readonly Liquidation[] {
    return this.#batch === undefined || this.#batch.mark ? [] : this.#batch.pieces.flat();
  }

  #unsafeSinceMs(): number | undefined {
    return (this.#unsafe()[0] ?? this.#spill.first ?? this.#buffer.first)?.receivedTimeMs;
  }

  /** Names the state anew, and tells it when it has changed. */
  #settle(): void {
    if (this.#lostSinceMs !== undefined && this.#buffer.fill < 0.5) this.#lostSinceMs = undefined;
    const state = this.#decide();
    if (state === this.#state) return;
    this.#state = state;
    this.#stateSinceMs = this.parts.clock.nowMs();
    this.parts.onStatus?.(this.status());
  }

  #decide(): RecorderState {
    if (this.#lostSinceMs !== undefined) return 'FULL';
    if (this.parts.spool.waiting > 0) return 'SPOOLING';
    return this.#pace.failing || this.#keepsWaiting() ? 'BUFFERING' : 'RECORDING';
  }

  /** A database that hangs fails a write only after its time-out; what waits for it says so much sooner. */
  #keepsWaiting(): boolean {
    const sinceMs = this.#unsafeSinceMs();
    return sinceMs !== undefined && this.parts.clock.nowMs() - sinceMs > HANGING_MS;
  }
}
