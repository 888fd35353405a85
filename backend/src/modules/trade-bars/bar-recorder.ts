import { type Clock, type Timer } from '@orderfox/feed';
import { isDataError } from '../../core/database-errors.js';
import { type Log } from '../../core/log.js';
import { type HeardMarket, type TradeHearer } from '../trades/trade-hearing.js';
import { seriesOf } from './bar-market.js';
import { DAY_MS } from './bar-piece.js';
import { GapRefiller } from './gap-refiller.js';
import { MarketBars, type MarketBarCounts } from './market-bars.js';
import { seriesKey, type BarSeries, type BarWrite, type TradeBarRepository } from './trade-bar.repository.js';

const LOOK_EVERY_MS = 1_000;
/** Pause after a write or a reading that failed. */
const RETRY_MS = 5_000;
/** Somebody else who has written nothing for so long is gone: who writes does so every minute. */
const STAND_BY_MS = 150_000;
/** Minutes that are written at once. */
const MOST_MINUTES = 5_000;
/** What is left is written so long when the program ends. */
const END_WITHIN_MS = 2_000;

/** What a recorder of bars works with. */
export interface BarRecorderParts {
  readonly repository: Pick<TradeBarRepository, 'record' | 'progress' | 'fillable'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among those that write to the store. */
  readonly writer: string;
}

/** What is counted. */
export interface BarRecorderCounts extends MarketBarCounts {
  readonly markets: number;
  /** Of those: which somebody else records. */
  readonly standingBy: number;
  /** Minutes that are not stored yet. */
  readonly waiting: number;
  /** Gaps that may still be filled. */
  readonly fillable: number;
  /** Statements that wrote bars, and those that failed. */
  readonly writes: number;
  readonly failed: number;
  /** Minutes that were written, changed ones each time. */
  readonly stored: number;
  readonly requests: number;
}

interface Market {
  readonly bars: MarketBars;
  /** Monotonic ms before which its progress is not read again. */
  notBeforeMs: number;
  isLoading: boolean;
  /** While somebody else records it: the version that was seen last. */
  seen?: number | undefined;
}

const NO_COUNTS = { trades: 0, known: 0, refilled: 0, gaps: 0, odd: 0 };

/**
 * Stores the bars of all markets that are followed: once a second it looks what is over, and writes that in one statement.
 * What could not be written waits and is written once, also where nobody knows whether a write was made.
 */
export class BarRecorder {
  readonly #markets = new Map<string, Market>();
  readonly #refiller: GapRefiller;
  /** Of markets that are not followed any more. */
  readonly #past: Record<keyof MarketBarCounts, number> = { ...NO_COUNTS };
  readonly #listeners = new Set<(series: BarSeries) => void>();
  #writing: Promise<void> | undefined;
  #notBeforeMs = -Infinity;
  #timer: Timer | undefined;
  #writes = 0;
  #failed = 0;
  #stored = 0;
  #isStopped = false;

  constructor(private readonly parts: BarRecorderParts) {
    const { clock, log } = parts;
    const onError = (err: unknown) => log.error({ err }, 'trades that were missed could not be asked for');
    this.#refiller = new GapRefiller({ clock, onError });
  }

  counts(): BarRecorderCounts {
    const markets = [...this.#markets.values()];
    const sum = (of: (bars: MarketBars) => number) =>
      markets.reduce((total, { bars }) => total + of(bars), 0);
    const all = (name: keyof MarketBarCounts) => this.#past[name] + sum(({ counts }) => counts[name]);
    return {
      trades: all('trades'),
      known: all('known'),
      refilled: all('refilled'),
      gaps: all('gaps'),
      odd: all('odd'),
      markets: markets.length,
      standingBy: markets.filter(({ seen }) => seen !== undefined).length,
      waiting: sum(({ minutes }) => minutes),
      fillable: sum(({ fillableCount }) => fillableCount),
      writes: this.#writes,
      failed: this.#failed,
      stored: this.#stored,
      requests: this.#refiller.counts.requests,
    };
  }

  /** Hears a market that begins to be followed. */
  hear(heard: HeardMarket): TradeHearer {
    const series = seriesOf(heard.market);
    const key = seriesKey(series);
    let market = this.#markets.get(key);
    if (market === undefined) {
      const { clock, writer } = this.parts;
      market = { bars: new MarketBars({ series, clock, writer }), notBeforeMs: -Infinity, isLoading: false };
      this.#markets.set(key, market);
    }
    market.bars.follow(heard);
    void this.#load(market);
    this.#lookLater();
    return market.bars;
  }

  /** What is in memory of a contract; undefined where it is not followed. */
  marketOf(series: Pick<BarSeries, 'venue' | 'venueSymbol'>): MarketBars | undefined {
    return this.#markets.get(seriesKey(series))?.bars;
  }

  /** Calls the listener, which must not throw, with each contract of which something was committed; returns what ends that. */
  onWritten(listener: (series: BarSeries) => void): () => void {
    const own = (series: BarSeries) => listener(series);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Writes what is left, for two seconds at most. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#refiller.stop();
    await new Promise<void>((resolve) => {
      const timer = this.parts.clock.after(END_WITHIN_MS, resolve);
      void this.#end().finally(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #end(): Promise<void> {
    await this.#writing;
    // Twice: what was under way may have failed.
    for (let time = 0; time < 2; time += 1) await this.#write(true);
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    this.#timer ??= this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.#timer = undefined;
      this.#look();
      if (this.#markets.size > 0) this.#lookLater();
    });
  }

  #look(): void {
    const nowMs = this.parts.clock.monotonicMs();
    for (const market of this.#markets.values()) if (!market.bars.isReady) void this.#load(market);
    this.#refiller.look([...this.#markets.values()].map(({ bars }) => bars));
    if (nowMs < this.#notBeforeMs) return;
    this.#writing ??= this.#write(false).finally(() => (this.#writing = undefined));
  }

  /** Reads how far a market is stored. Never rejects. */
  async #load(market: Market): Promise<void> {
    const { repository, clock, log } = this.parts;
    const { bars } = market;
    if (market.isLoading || bars.isReady || clock.monotonicMs() < market.notBeforeMs) return;
    market.isLoading = true;
    try {
      const [progress, fillable] = await Promise.all([
        repository.progress(bars.series),
        repository.fillable(bars.series, clock.nowMs() - DAY_MS),
      ]);
      const isOther = market.seen !== undefined && progress?.version !== market.seen;
      if (isOther) {
        market.seen = progress?.version ?? 0;
        market.notBeforeMs = clock.monotonicMs() + STAND_BY_MS;
        bars.drop();
      } else {
        market.seen = undefined;
        bars.begin(progress, fillable);
      }
    } catch (err) {
      log.warn({ err, ...bars.series }, 'what is stored of a market could not be read');
      market.notBeforeMs = clock.monotonicMs() + RETRY_MS;
    } finally {
      market.isLoading = false;
    }
  }

  /** Writes what is due, or all there is. Never rejects. */
  async #write(isLast: boolean): Promise<void> {
    const due: { readonly market: Market; readonly write: BarWrite }[] = [];
    let minutes = 0;
    for (const [key, market] of [...this.#markets]) {
      if (minutes > MOST_MINUTES && !isLast) break;
      const write = market.bars.take(isLast || !market.bars.isFollowed);
      if (write !== undefined) {
        due.push({ market, write });
        minutes += write.pieces.length;
      } else if (!market.bars.isFollowed && !market.isLoading) {
        this.#forget(key, market.bars);
      }
    }
    if (due.length > 0) await this.#writeAll(due);
  }

  async #writeAll(due: readonly { readonly market: Market; readonly write: BarWrite }[]): Promise<void> {
    const { repository, clock, log } = this.parts;
    try {
      const taken = await repository.record(due.map(({ write }) => write));
      this.#writes += 1;
      for (const { market, write } of due) {
        if (taken.has(seriesKey(write.series))) this.#written(market, write);
        else await this.#settle(market, write);
      }
    } catch (err) {
      this.#failed += 1;
      log.warn({ err, markets: due.length }, 'bars could not be stored');
      if (isDataError(err)) await this.#writeOneByOne(due, err);
      else this.#notBeforeMs = clock.monotonicMs() + RETRY_MS;
    }
  }

  /** One market's numbers must not keep the others from the store. */
  async #writeOneByOne(
    due: readonly { readonly market: Market; readonly write: BarWrite }[],
    error: unknown,
  ): Promise<void> {
    const [only, ...others] = due;
    if (only !== undefined && others.length === 0) {
      this.parts.log.error({ err: error, ...only.write.series }, 'bars that the store refuses are left out');
      only.market.bars.drop();
      return;
    }
    for (const one of due) await this.#writeAll([one]);
  }

  #written(market: Market, { series, pieces }: BarWrite): void {
    this.#stored += pieces.length;
    market.bars.written();
    for (const listener of this.#listeners) listener(series);
  }

  /** It was not taken: it was made before, and nobody heard of it, or somebody else writes. */
  async #settle(market: Market, write: BarWrite): Promise<void> {
    const { repository, clock, log, writer } = this.parts;
    const progress = await repository.progress(write.series);
    if (progress?.version === write.progress.version && progress.writer === writer) {
      this.#written(market, write);
      return;
    }
    log.warn({ ...write.series }, 'somebody else records the bars of a market; this process stands by');
    market.seen = progress?.version ?? 0;
    market.notBeforeMs = clock.monotonicMs() + STAND_BY_MS;
    market.bars.drop();
  }

  #forget(key: string, { counts }: MarketBars): void {
    this.#markets.delete(key);
    for (const name of Object.keys(this.#past) as (keyof MarketBarCounts)[]) this.#past[name] += counts[name];
  }
}
