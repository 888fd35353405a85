import { type FeedGap, type Liquidation, type Refusal, type VenueId } from '@orderfox/domain';
import { VenueError, type Clock, type Timer } from '@orderfox/feed';
import { type HistoryPage } from '@orderfox/venues';
import { messageOf } from '../../core/error-facts.js';
import { type Log } from '../../core/log.js';
import { type MarketBus } from '../../core/market-bus.js';
import { type RecorderStatus } from '../liquidation/recorder-status.js';
import { type SymbolInterest, type TimeRange } from '../symbols/symbol-interest.js';
import { type HistoryClient } from './history-client.js';
import {
  HISTORY_LIMITS,
  type HistoryFailure,
  type HistoryLimits,
  type HistoryStatus,
} from './history-status.js';
import { MarketHistory, type HistoryRequest } from './market-history.js';

/** Refused rows of one answer that are kept to be looked at: a broken service must not push out those of venues. */
const KEPT_REFUSALS = 20;

/** HTTP: there is nothing under this address, here most likely because the service does not know the market. */
const NOT_FOUND = 404;

/** What a loader works with. */
export interface HistoryLoaderParts {
  /** Whose liquidations the service has. */
  readonly venue: VenueId;
  readonly client: Pick<HistoryClient, 'contractOf' | 'latest' | 'range'>;
  readonly interest: SymbolInterest;
  /** Tells of the gaps of feeds. */
  readonly bus: Pick<MarketBus, 'subscribe'>;
  readonly recorder: {
    offer(events: readonly Liquidation[]): void;
    status(): Pick<RecorderStatus, 'state' | 'waiting'>;
  };
  readonly quarantine: { keep(refusals: readonly Refusal[]): void };
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<HistoryLimits>;
}

/**
 * Fetches what a service outside knows of a market's past, once for all who ask for it, and hands it to the recorder
 * like anything else that was heard. A market that nobody watches any more is forgotten, so that the next one who asks
 * has it fetched anew. Nothing waits for any of this, and whatever goes wrong here is counted and changes nothing else.
 */
export class HistoryLoader {
  readonly #limits: HistoryLimits;
  readonly #markets = new Map<string, MarketHistory>();
  readonly #queue = new Set<MarketHistory>();
  readonly #timers = new Set<Timer>();
  readonly #failures = new Map<HistoryFailure, number>();
  #stops: (() => void)[] = [];
  #stopped = false;
  #waitsForRoom = false;
  #running = 0;
  #restMs: number;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #lastError: string | undefined;
  #wasAnswered = false;
  #requests = 0;
  #rows = 0;
  #refused = 0;
  #cut = 0;

  constructor(private readonly parts: HistoryLoaderParts) {
    this.#limits = { ...HISTORY_LIMITS, ...parts.limits };
    this.#restMs = this.#limits.restMs;
  }

  /** Begins to listen to what is asked for. */
  start(): void {
    const { interest, bus } = this.parts;
    this.#stops = [
      interest.onAsked((symbol, range) => void this.want(symbol, range)),
      bus.subscribe('feed-gap-changed', ({ gap }) => this.#missed(gap)),
    ];
    this.#lookLater();
  }

  /** Asks nothing more; an answer that is on its way is not taken. */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /**
   * Wants a market's newest rows, and those of a stretch of time where one is given; what was asked for before is not
   * asked for again. False for a market that the service cannot have. With `pinned` it is not forgotten before its
   * newest rows have come.
   */
  want(symbol: string, range?: TimeRange, pinned = false): boolean {
    if (this.#stopped) return false;
    const market = this.#markets.get(symbol) ?? this.#begin(symbol);
    if (market === undefined) return false;
    market.askedMs = this.parts.clock.monotonicMs();
    market.isPinned ||= pinned;
    if (range !== undefined) market.want(range);
    this.#enqueue(market);
    this.#pump();
    return true;
  }

  status(): HistoryStatus {
    const markets = [...this.#markets.values()];
    return {
      state: this.#lastError !== undefined ? 'FAILING' : this.#requests > 0 ? 'OK' : 'IDLE',
      ...(this.#lastError !== undefined && { detail: this.#lastError }),
      loaded: markets.filter(({ isLoaded }) => isLoaded).length,
      waiting: markets.filter((market) => market.next() !== undefined).length,
      unknown: markets.filter(({ abandonedUntilMs }) => abandonedUntilMs !== undefined).length,
      requests: this.#requests,
      rows: this.#rows,
      refused: this.#refused,
      cut: this.#cut + markets.reduce((sum, { cuts }) => sum + cuts, 0),
      failures: this.#failures,
    };
  }

  #begin(symbol: string): MarketHistory | undefined {
    if (this.parts.client.contractOf(symbol) === undefined) return undefined;
    const market = new MarketHistory(symbol, this.parts.clock.nowMs());
    this.#markets.set(symbol, market);
    return market;
  }

  /** Wants what a gap of the venue's feed has left out, of every market that is followed, once the gap is over. */
  #missed({ venue, fromMs, toMs }: FeedGap): void {
    if (venue !== this.parts.venue || toMs === undefined) return;
    for (const symbol of new Set([...this.#markets.keys(), ...this.parts.interest.watched()])) {
      const market = this.#markets.get(symbol) ?? this.#begin(symbol);
      if (market === undefined) continue;
      market.missed({ fromMs, toMs });
      this.#enqueue(market);
    }
    this.#pump();
  }

  #enqueue(market: MarketHistory): void {
    if (market.isBusy || market.next() === undefined) return;
    if (this.#markets.get(market.symbol) === market) this.#queue.add(market);
  }

  /** Starts as many requests as there may be. Each market gets one, then it is the next one's turn. */
  #pump(): void {
    while (!this.#stopped && this.#running < this.#limits.concurrent) {
      const [market] = this.#queue;
      const request = market?.next();
      if (market === undefined || request === undefined) return;
      if (this.#restsUntilMs > this.parts.clock.monotonicMs()) return;
      if (!this.#hasRoom()) {
        // Live events go first: history can be had again.
        this.#pumpOnceThereIsRoom();
        return;
      }
      this.#queue.delete(market);
      this.#running += 1;
      market.isBusy = true;
      void this.#work(market, request);
    }
  }

  /** Looks again after a pause; once, however often it was asked for meanwhile. */
  #pumpOnceThereIsRoom(): void {
    if (this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    this.#later(this.#limits.paceMs, () => {
      this.#waitsForRoom = false;
      this.#pump();
    });
  }

  #hasRoom(): boolean {
    const { state, waiting } = this.parts.recorder.status();
    return state === 'RECORDING' && waiting < this.#limits.storageWaiting;
  }

  /** Never rejects. */
  async #work(market: MarketHistory, request: HistoryRequest): Promise<void> {
    try {
      this.#take(market, request, await this.#ask(market, request));
    } catch (error) {
      this.#failed(market, error);
    }
    market.isBusy = false;
    this.#enqueue(market);
    this.#later(this.#limits.paceMs, () => {
      this.#running -= 1;
      this.#pump();
    });
  }

  async #ask(market: MarketHistory, request: HistoryRequest): Promise<HistoryPage> {
    const { client } = this.parts;
    const contract = client.contractOf(market.symbol);
    if (contract === undefined) return { events: [], refusals: [], rows: 0 };
    this.#requests += 1;
    return request.kind === 'LATEST' ? client.latest(contract) : client.range(contract, request.range);
  }

  #take(market: MarketHistory, request: HistoryRequest, { events, refusals, rows }: HistoryPage): void {
    if (this.#stopped) return;
    this.#rows += rows;
    this.#refused += refusals.length;
    if (events.length > 0) this.parts.recorder.offer(events);
    if (refusals.length > 0) this.parts.quarantine.keep(refusals.slice(0, KEPT_REFUSALS));
    market.answered(request, rows);
    this.#lastError = undefined;
    this.#wasAnswered = true;
    this.#restMs = this.#limits.restMs;
  }

  #failed(market: MarketHistory, error: unknown): void {
    if (this.#stopped) return;
    const failure = error instanceof VenueError ? error.failure : 'FAULT';
    const isUnknown = error instanceof VenueError && failure === 'REFUSED' && error.status === NOT_FOUND;
    // Of a service that has answered for others this says nothing but that it does not know the market.
    if (!isUnknown || !this.#wasAnswered) this.#lastError = messageOf(error);
    const before = this.#failures.get(failure) ?? 0;
    this.#failures.set(failure, before + 1);
    if (before === 0) {
      this.parts.log.warn({ failure, err: error }, 'the history of liquidations cannot be fetched');
    }
    const { clock } = this.parts;
    if (isUnknown) {
      const { unknownMs, longestUnknownMs } = this.#limits;
      market.abandon(clock.monotonicMs() + Math.min(unknownMs * 2 ** market.refusals, longestUnknownMs));
      return;
    }
    const untilMs = error instanceof VenueError ? (error.untilMs ?? 0) - clock.nowMs() : 0;
    const restMs = Math.max(this.#restMs, untilMs);
    this.#restMs = Math.min(this.#restMs * 2, this.#limits.longestRestMs);
    this.#restsUntilMs = clock.monotonicMs() + restMs;
    this.#later(restMs, () => this.#pump());
  }

  #lookLater(): void {
    this.#later(this.#limits.lookMs, () => {
      this.#forgetUnwatched();
      this.#reviveDue();
      this.#lookLater();
    });
  }

  #forgetUnwatched(): void {
    const watched = this.parts.interest.watched();
    const sinceMs = this.parts.clock.monotonicMs() - this.#limits.leaseMs;
    for (const [symbol, market] of this.#markets) {
      const isOwed = market.isPinned && !market.isLoaded;
      if (isOwed || watched.has(symbol) || market.askedMs > sinceMs) continue;
      this.#cut += market.cuts;
      this.#markets.delete(symbol);
      this.#queue.delete(market);
    }
  }

  #reviveDue(): void {
    const nowMs = this.parts.clock.monotonicMs();
    for (const market of this.#markets.values()) {
      if (market.abandonedUntilMs === undefined || market.abandonedUntilMs > nowMs) continue;
      market.revive();
      this.#enqueue(market);
    }
    this.#pump();
  }

  #later(ms: number, task: () => void): void {
    if (this.#stopped) return;
    const timer = this.parts.clock.after(ms, () => {
      this.#timers.delete(timer);
      task();
    });
    this.#timers.add(timer);
  }
}
