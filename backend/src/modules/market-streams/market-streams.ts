import { type Clock, type Random } from '@orderfox/feed';
import { describeRedis } from '../../core/redis-address.js';
import { type Log } from '../../core/log.js';
import { type BookTop } from '../book-tops/book-top.js';
import { type BookMarket } from '../books/book-market.js';
import { BookPublisher } from './book-publisher.js';
import { RedisLink } from './redis-link.js';
import { type RedisStatus } from './redis-state.js';
import { STREAM_KINDS, type StreamKind } from './stream-entry.js';
import { type StreamPlan } from './stream-plan.js';
import { StreamSurvey, type SurveyFigures } from './stream-survey.js';
import { StreamTail } from './stream-tail.js';
import { TailRunner } from './tail-runner.js';
import { type TailSource } from './tail-source.js';

/** Something that waits for longer than this is said: Redis is there, and lacks what is recorded. */
const BEHIND_AFTER_MS = 10_000;

/** What streams work with. */
export interface MarketStreamsParts {
  readonly url: string;
  readonly prefix: string;
  /** Entries that a stream keeps, about: of books, and of everything else. */
  readonly most: { readonly books: number; readonly entries: number };
  /** Which streams there are now. */
  readonly plan: () => StreamPlan;
  /** What those of a plan are made of, but for books. */
  readonly sources: (plan: StreamPlan) => readonly TailSource[];
  /** Begins to tell of news, and to sample books; the returned function ends that. */
  readonly listen: (streams: MarketStreams) => () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What is counted of one kind of streams. */
export interface StreamCounts {
  readonly streams: number;
  readonly published: number;
  readonly dropped: number;
  readonly resyncs: number;
  /** For how long what waits longest has been waiting, ms. */
  readonly lagMs: number;
}

/**
 * Publishes what is recorded to Redis Streams. The database is the record: nothing is published that is not in it, but for
 * books, and whatever Redis lost is read from it again. Nothing else of the program waits for any of this.
 */
export class MarketStreams {
  readonly #link: RedisLink;
  readonly #runner: TailRunner;
  readonly #books: BookPublisher;
  readonly #survey: StreamSurvey;
  #plan: StreamPlan | undefined;
  #bookKeys = new Map<string, string>();
  #ignore: (() => void) | undefined;
  #said = '';
  /** Of streams that there are no more. */
  readonly #past = new Map<StreamKind, { published: number; resyncs: number }>();

  constructor(private readonly parts: MarketStreamsParts) {
    const { url, prefix, clock, random, log, most } = parts;
    this.#link = new RedisLink({
      url,
      probeKey: `${prefix}market:writer`,
      clock,
      random,
      onReady: () => this.#ready(),
      onChange: () => this.#say(),
    });
    const link = this.#link;
    this.#runner = new TailRunner({ link, clock, log });
    this.#books = new BookPublisher({
      link,
      keyOf: ({ venue, venueSymbol }) => this.#bookKeys.get(`${venue}|${venueSymbol}`),
      most: most.books,
      clock,
      log,
    });
    this.#survey = new StreamSurvey({ link, streams: () => this.#streams(), clock });
  }

  /** Where Redis is, without user and password. */
  get address(): string {
    return describeRedis(this.parts.url);
  }

  /** How it stands. */
  status(): RedisStatus {
    const { state, reason, sinceMs } = this.#link;
    if (state !== 'LIVE') return { state, reason, sinceMs };
    const objected = this.#runner.tails.find(({ objection }) => objection !== undefined);
    if (objected?.objection !== undefined)
      return { state: 'CONFLICT', reason: `${objected.source.key}: ${objected.objection}`, sinceMs };
    const behindMs = Math.max(0, ...this.#runner.tails.map(({ lagMs }) => lagMs));
    if (behindMs <= BEHIND_AFTER_MS) return { state, reason, sinceMs };
    const seconds = Math.round(behindMs / 1_000);
    const sinceThen = this.parts.clock.nowMs() - behindMs;
    return { state: 'BEHIND', reason: `something has been waiting for ${seconds} s`, sinceMs: sinceThen };
  }

  counts(): ReadonlyMap<StreamKind, StreamCounts> {
    return new Map(STREAM_KINDS.map((kind) => [kind, this.#countsOf(kind)]));
  }

  get connections(): { readonly connections: number; readonly failures: number } {
    return this.#link.counts;
  }

  /** What Redis holds; undefined while it is away. */
  get figures(): SurveyFigures | undefined {
    return this.#survey.figures;
  }

  /** The books whose tops are wanted now; none while nobody could have them. */
  get books(): readonly BookMarket[] {
    return this.#link.isReady ? [...(this.#plan?.books.values() ?? [])] : [];
  }

  /** Begins to connect; nobody waits for it. A second call does nothing. */
  start(): void {
    if (this.#ignore !== undefined) return;
    this.parts.log.info({ redis: this.address }, 'what is recorded is published to Redis');
    this.replan();
    this.#ignore = this.parts.listen(this);
    this.#link.start();
  }

  /** Lets go within half a second: what is not published yet is published by the next process. */
  async stop(): Promise<void> {
    this.#ignore?.();
    this.#survey.stop();
    const ended = this.#runner.stop();
    this.#link.stop();
    await ended;
  }

  /** The lists of contracts have changed. */
  replan(): void {
    const { plan, sources } = this.parts;
    const next = plan();
    this.#plan = next;
    this.#bookKeys = new Map(
      [...next.books].map(([key, { venue, instrument }]) => [`${venue.id}|${instrument.venueSymbol}`, key]),
    );
    const before = new Map(this.#runner.tails.map((tail) => [nameOf(tail.source), tail]));
    const tails = sources(next).map((source) => before.get(nameOf(source)) ?? this.#tail(source));
    for (const tail of before.values()) if (!tails.includes(tail)) this.#forget(tail);
    this.#runner.serve(tails);
  }

  /** Something of these streams was recorded. */
  touch(isMeant: (source: TailSource) => boolean): void {
    for (const tail of this.#runner.tails) if (isMeant(tail.source)) tail.touch();
    this.#runner.go();
  }

  /** Tops of books, of one moment. */
  takeTops(tops: readonly BookTop[]): void {
    this.#books.take(tops);
  }

  #ready(): void {
    this.#runner.ready();
    this.#survey.start();
  }

  #tail(source: TailSource): StreamTail {
    const { most, clock, log } = this.parts;
    return new StreamTail({
      source,
      link: this.#link,
      most: most.entries,
      clock,
      onAside: (aside, why) => log.warn({ stream: source.key, aside }, `${why}; it was set aside for a week`),
    });
  }

  #forget(tail: StreamTail): void {
    const { kind } = tail.source;
    const { published, resyncs } = this.#past.get(kind) ?? { published: 0, resyncs: 0 };
    this.#past.set(kind, { published: published + tail.published, resyncs: resyncs + tail.resyncs });
  }

  #streams(): readonly { readonly key: string; readonly kind: StreamKind }[] {
    const books = [...(this.#plan?.books.keys() ?? [])].map((key) => ({ key, kind: 'book' as const }));
    return [...this.#runner.tails.map(({ source: { key, kind } }) => ({ key, kind })), ...books];
  }

  #countsOf(kind: StreamKind): StreamCounts {
    if (kind === 'book') {
      const streams = this.#plan?.books.size ?? 0;
      return { streams, ...this.#books.counts, resyncs: 0, lagMs: 0 };
    }
    const tails = this.#runner.tails.filter(({ source }) => source.kind === kind);
    const past = this.#past.get(kind) ?? { published: 0, resyncs: 0 };
    const sum = (of: (tail: StreamTail) => number) => tails.reduce((total, tail) => total + of(tail), 0);
    return {
      streams: tails.length,
      published: past.published + sum(({ published }) => published),
      // They wait in the database, and nowhere else.
      dropped: 0,
      resyncs: past.resyncs + sum(({ resyncs }) => resyncs),
      lagMs: Math.max(0, ...tails.map(({ lagMs }) => lagMs)),
    };
  }

  /** One line for each change of state, and not for every try. */
  #say(): void {
    const { state, reason } = this.#link;
    if (state === this.#said) return;
    this.#said = state;
    const { log } = this.parts;
    const write = state === 'LIVE' || state === 'STOPPED' ? log.info.bind(log) : log.warn.bind(log);
    write({ state, redis: this.address, reason }, 'publishing to Redis has changed its state');
  }
}

/** The same stream of the same contract. */
function nameOf(source: TailSource): string {
  return `${source.key} ${source.name}`;
}
