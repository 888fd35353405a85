import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDecimal } from '@orderfox/domain';
import type { Scheduler } from '../scheduler.js';
import { SIMULATED_VENUE_IDS, type SimulatedVenueId, type SimulatedVenues } from '../simulated-venues.js';
import type { LedgerEvent } from '../truth-ledger.js';
import { mergeRecordings, type DueFrame } from './merge-recordings.js';
import type { RecordedBookUpdate } from './recorded-book.js';
import type { RecordingOptions } from './recorded-frame.js';
import { surveyRecordings, type RecordingSurvey } from './recording-survey.js';

/** What to play, and how. */
export interface ReplayOptions extends RecordingOptions {
  readonly files: readonly string[];
  /** 1 is real time, 10 ten times faster; 0 or Infinity as fast as the readers take it. Default 1. */
  readonly speed?: number;
  /** Longer silences of a recording are cut to this, in recorded time. Default one minute. */
  readonly maxGapMs?: number;
  /** True: plays on while nobody listens, so that events are missed. Default: waits for a listener. */
  readonly playToNobody?: boolean;
  /** True: the topics of the recording stay silent when it is over. Default: the market goes on by itself. */
  readonly thenSilence?: boolean;
}

/** How far a replay is. */
export interface ReplayProgress {
  readonly frames: number;
  readonly totalFrames: number;
  readonly events: number;
  /** Events of another identity than all before. */
  readonly distinctEvents: number;
  /** Frames that found no listener. */
  readonly unheard: number;
  readonly state: 'WAITING' | 'PLAYING' | 'DONE' | 'STOPPED';
}

/** Bytes that may wait for the slowest reader before the player pauses. */
const HIGH_WATER_BYTES = 256 * 1024;
const POLL_MS = 5;
/** Frames between two turns of the event loop: requests, pings and faults must get their chance at full speed. */
const FRAMES_PER_TURN = 25;

/** Plays recordings through the simulated venues: same sockets, same faults, same ledger. */
export class ReplayPlayer {
  private frames = 0;
  private events = 0;
  private unheard = 0;
  private readonly identities = new Set<string>();
  private state: ReplayProgress['state'] = 'WAITING';
  private survey: RecordingSurvey | undefined;
  private waits = false;

  constructor(
    private readonly venues: SimulatedVenues,
    private readonly scheduler: Scheduler,
    private readonly options: ReplayOptions,
  ) {}

  get progress(): ReplayProgress {
    return {
      frames: this.frames,
      totalFrames: this.survey?.frames ?? 0,
      events: this.events,
      distinctEvents: this.identities.size,
      unheard: this.unheard,
      state: this.state,
    };
  }

  /** True while it waits for time to pass, for a listener or a slow reader; all that was due has been played then. */
  get isWaiting(): boolean {
    return this.waits;
  }

  /** Reads the files through: lists their contracts, counts their rows. Rejects with RecordingError. */
  async prepare(): Promise<RecordingSurvey> {
    this.survey = await surveyRecordings(mergeRecordings(this.options.files, this.options), this.venues);
    for (const [venue, books] of this.survey.books) {
      for (const book of books) this.begin(venue, book);
    }
    return this.survey;
  }

  /** Waits for a listener on every venue of the recordings, then plays them. Resolves with the final counts. */
  async play(): Promise<ReplayProgress> {
    const survey = this.survey ?? (await this.prepare());
    this.yieldTopics(survey);
    await this.until(() => survey.venues.every((venue) => this.heard(venue)));
    if (this.state === 'WAITING') this.state = 'PLAYING';
    await this.playAll();
    if (this.options.thenSilence !== true) this.giveBack();
    if (this.state === 'PLAYING') this.state = 'DONE';
    return this.progress;
  }

  /** Ends the replay where it is. */
  stop(): void {
    if (this.state !== 'DONE') this.state = 'STOPPED';
  }

  private async playAll(): Promise<void> {
    const { speed = 1, maxGapMs = 60_000, files, playToNobody = false } = this.options;
    const timed = speed > 0 && Number.isFinite(speed);
    let lastDueMs: number | undefined;
    let dueAtMs = this.scheduler.nowMs();
    for await (const frame of mergeRecordings(files, this.options)) {
      if (timed && lastDueMs !== undefined) {
        dueAtMs += Math.min(maxGapMs, frame.dueMs - lastDueMs) / speed;
        await this.sleepUntil(dueAtMs);
      }
      lastDueMs = frame.dueMs;
      if (!playToNobody && !this.heard(frame.venue)) {
        const pausedMs = this.scheduler.nowMs();
        await this.until(() => this.heard(frame.venue));
        dueAtMs += this.scheduler.nowMs() - pausedMs;
      }
      if (this.state === 'STOPPED') return;
      this.publish(frame);
      if (this.frames % FRAMES_PER_TURN === 0) await nextTurn();
      const { audience } = this.venues.of(frame.venue);
      if (audience.bufferedBytes() > HIGH_WATER_BYTES) {
        await this.until(() => audience.bufferedBytes() <= HIGH_WATER_BYTES);
      }
    }
  }

  /** The markets of the recording go on by themselves. */
  private giveBack(): void {
    for (const venue of SIMULATED_VENUE_IDS) {
      const server = this.venues.of(venue);
      server.recordedBooks.clear();
      server.yieldTopics(new Set());
    }
  }

  private begin(venue: SimulatedVenueId, book: RecordedBookUpdate): void {
    this.venues.of(venue).recordedBooks.begin(book);
    const [bid, ask] = [book.bids[0]?.[0], book.asks[0]?.[0]].map(Number);
    if (bid !== undefined && ask !== undefined) this.venues.setMark(venue, book.venueSymbol, (bid + ask) / 2);
  }

  private publish(frame: DueFrame): void {
    const server = this.venues.of(frame.venue);
    this.frames++;
    if (frame.book && !server.recordedBooks.take(frame.book)) return;
    if (frame.audience === 'NOBODY') return;
    if (!this.heard(frame.venue)) this.unheard++;
    const events =
      frame.audience === 'PAYLOAD'
        ? server.publish({ topics: frame.topics ?? [], payload: frame.text })
        : server.publishRecorded(
            frame.text,
            frame.audience === 'TOPIC' ? (server.protocol.topicOf(frame.text) ?? '') : undefined,
          );
    for (const event of events) this.count(frame.venue, event);
  }

  private count(venue: SimulatedVenueId, event: LedgerEvent): void {
    this.events++;
    this.identities.add(event.identity);
    const price = event.wireAveragePrice ?? event.wirePrice;
    if (event.recordable && isDecimal(price)) this.venues.setMark(venue, event.venueSymbol, Number(price));
  }

  private heard(venue: SimulatedVenueId): boolean {
    const { audience } = this.venues.of(venue);
    const tellsLiquidations = this.survey?.liquidationVenues.has(venue) === true;
    if (tellsLiquidations && audience.liquidationListeners() > 0) return true;
    const topics = this.survey?.topics.get(venue);
    return topics !== undefined && [...topics].some((topic) => audience.carriedBy(topic) > 0);
  }

  private yieldTopics(survey: RecordingSurvey): void {
    for (const [venue, topics] of survey.topics) this.venues.of(venue).yieldTopics(topics);
  }

  private async sleepUntil(atMs: number): Promise<void> {
    const waitMs = atMs - this.scheduler.nowMs();
    // Below a millisecond timers are slower than the recording.
    if (waitMs >= 1) await this.wait(waitMs);
  }

  private async until(condition: () => boolean): Promise<void> {
    while (this.state !== 'STOPPED' && !condition()) {
      await this.wait(POLL_MS);
    }
  }

  private async wait(ms: number): Promise<void> {
    this.waits = true;
    await new Promise<void>((resolve) => this.scheduler.after(ms, resolve));
    this.waits = false;
  }
}
