import {
  bucketStartMs,
  fixedLengthMs,
  nextBucketStartMs,
  splitCoinMultiple,
  type Timeframe,
} from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import { PriceHistory } from './price-history.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How far back the venues tell: no contract is older. */
const HISTORY_MS = 400 * 24 * HOUR_MS;
/** Live minutes that are kept of each contract, a day and a half. */
const LIVE_MINUTES = 2_160;
/** Kinds of chance, beside those of the octaves. */
const [UPPER_WICK, LOWER_WICK, BUSY, HIGHEST, LOWEST] = [20, 21, 22, 23, 24];

/** What was traded within a bucket. Sizes are whole numbers, so that sums over minutes are exact. */
export interface SimulatedCandle {
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Quantity steps. */
  readonly steps: number;
  /** Turnover in hundredths of the quote currency. */
  readonly cents: number;
  readonly trades: number;
  readonly isClosed: boolean;
}

type Bar = { -readonly [K in Exclude<keyof SimulatedCandle, 'startMs' | 'isClosed'>]: SimulatedCandle[K] };

/** A minute of now; `second` is the one in which it was last traded. */
type LiveBar = Bar & { second: number };

/** A trade as candles count it. */
export interface CandleTrade {
  readonly price: number;
  /** Quantity steps. */
  readonly steps: number;
  /** Trades that it counts for. */
  readonly fills: number;
  readonly timeMs: number;
}

/**
 * Candles of one venue's contracts. From the start of the simulation on they are made of the trades, where there are any,
 * else of the mark prices as they were every second in which the market moved or somebody asked; before it, of a history
 * that depends on the coin alone and ends where the mark prices began.
 */
export class CandleBook {
  private readonly live = new Map<string, Map<number, LiveBar>>();
  private readonly hours = new Map<string, Map<number, Bar>>();
  private readonly histories = new Map<string, { readonly history: PriceHistory; readonly end: number }>();
  private readonly anchors = new Map<string, number>();
  private readonly firstMinuteMs: number;
  private readonly oldestMs: number;

  constructor(startMs: number) {
    this.firstMinuteMs = bucketOf(startMs, MINUTE_MS);
    this.oldestMs = bucketOf(startMs - HISTORY_MS, 24 * HOUR_MS);
  }

  /** Notes a mark price; more than once in a second changes nothing but the price. */
  observe(listing: Listing, price: number | undefined, nowMs: number): void {
    if (price === undefined || listing.state !== 'TRADING') return;
    const bar = this.liveBar(listing, price, nowMs);
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    const second = Math.floor(nowMs / 1_000);
    if (bar.second === second) return;
    bar.second = second;
    this.trade(bar, listing, price, 1, second);
  }

  /** Notes a trade. Where there are trades, mark prices must not be noted as well. */
  note(listing: Listing, { price, steps, fills, timeMs }: CandleTrade): void {
    const bar = this.liveBar(listing, price, timeMs, true);
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.steps += steps;
    bar.cents += centsOf(listing, steps, price);
    bar.trades += fills;
  }

  /** Buckets that start in [fromMs, toMs) and have begun by `nowMs`, ascending. */
  candles(
    listing: Listing,
    timeframe: Timeframe,
    fromMs: number,
    toMs: number,
    nowMs: number,
  ): readonly SimulatedCandle[] {
    const result: SimulatedCandle[] = [];
    const first = bucketStartMs(timeframe, Math.max(fromMs, this.oldestMs));
    for (let at = first; at < toMs && at <= nowMs; at = nextBucketStartMs(timeframe, at)) {
      const endMs = nextBucketStartMs(timeframe, at);
      const bar = at < fromMs ? undefined : this.bar(listing, at, Math.min(endMs, nowMs + 1), timeframe);
      if (bar) result.push({ startMs: at, ...bar, isClosed: endMs <= nowMs });
    }
    return result;
  }

  private liveBar(listing: Listing, price: number, nowMs: number, isTrade = false): LiveBar {
    const minuteMs = bucketOf(nowMs, MINUTE_MS);
    let bars = this.live.get(listing.venueSymbol);
    if (!bars) {
      bars = new Map<number, LiveBar>();
      this.live.set(listing.venueSymbol, bars);
      this.anchors.set(listing.venueSymbol, price);
    }
    let bar = bars.get(minuteMs);
    if (!bar) {
      // A minute opens with its first trade; without trades where the one before it ended, unless nobody has looked since.
      const open = (isTrade ? undefined : bars.get(minuteMs - MINUTE_MS)?.close) ?? price;
      bar = { open, high: open, low: open, close: open, steps: 0, cents: 0, trades: 0, second: -1 };
      bars.set(minuteMs, bar);
      const [oldest] = bars.keys();
      if (bars.size > LIVE_MINUTES && oldest !== undefined) bars.delete(oldest);
    }
    return bar;
  }

  /** Adds what is traded in so many seconds, more or less. */
  private trade(bar: Bar, listing: Listing, price: number, seconds: number, moment: number): void {
    const busy = 0.4 + 1.2 * this.historyOf(listing).history.chance(BUSY, moment);
    const turnover = (listing.turnover24h / 86_400) * seconds * busy;
    const perStep = Number(listing.quantityStep) * Number(listing.contractSize ?? 1);
    const inverse = listing.sizeUnit === 'INVERSE_CONTRACTS';
    const steps = Math.max(1, Math.round(turnover / (inverse ? perStep : perStep * price)));
    bar.steps += steps;
    bar.cents += centsOf(listing, steps, price);
    bar.trades += Math.max(1, Math.round(seconds * busy * 3));
  }

  private bar(listing: Listing, fromMs: number, toMs: number, timeframe: Timeframe): Bar | undefined {
    const lengthMs = fixedLengthMs(timeframe);
    const byHours = lengthMs === undefined || lengthMs % HOUR_MS === 0;
    let sum: Bar | undefined;
    let at = Math.max(fromMs, this.oldestMs);
    while (at < toMs) {
      const hour = byHours && at % HOUR_MS === 0 && at + HOUR_MS <= Math.min(toMs, this.firstMinuteMs);
      sum = joined(sum, hour ? this.hour(listing, at) : this.minute(listing, at, sum?.close));
      at += hour ? HOUR_MS : MINUTE_MS;
    }
    return sum;
  }

  /** An hour of the past, or what of it lies before the simulation. */
  private hour(listing: Listing, startMs: number): Bar {
    let known = this.hours.get(listing.venueSymbol);
    if (!known) {
      known = new Map<number, Bar>();
      this.hours.set(listing.venueSymbol, known);
    }
    let bar = known.get(startMs);
    if (!bar) {
      bar = this.pastHour(listing, startMs);
      known.set(startMs, bar);
    }
    return bar;
  }

  private minute(listing: Listing, startMs: number, previous: number | undefined): Bar {
    if (startMs < this.firstMinuteMs) return this.past(listing, startMs);
    const bars = this.live.get(listing.venueSymbol);
    const bar = bars?.get(startMs);
    if (bar) return plain(bar);
    // Nobody looked, as while the machine slept: no trade.
    const price = previous ?? this.closeBefore(listing, startMs);
    return { open: price, high: price, low: price, close: price, steps: 0, cents: 0, trades: 0 };
  }

  private closeBefore(listing: Listing, startMs: number): number {
    const bars = this.live.get(listing.venueSymbol);
    const before = [...(bars?.keys() ?? [])].filter((at) => at < startMs).at(-1);
    const bar = before === undefined ? undefined : bars?.get(before);
    return bar?.close ?? this.anchorOf(listing);
  }

  private pastHour(listing: Listing, startMs: number): Bar {
    const { history, end } = this.historyOf(listing);
    const endMs = Math.min(startMs + HOUR_MS, this.firstMinuteMs);
    const anchor = this.anchorOf(listing);
    const open = anchor * Math.exp(history.logAt(startMs / MINUTE_MS) - end);
    const close = anchor * Math.exp(history.logAt(endMs / MINUTE_MS) - end);
    const moment = startMs / HOUR_MS;
    const high = Math.max(open, close) * (1 + 0.004 * history.chance(UPPER_WICK, moment));
    const low = Math.min(open, close) * (1 - 0.004 * history.chance(LOWER_WICK, moment));
    const bar: Bar = { open, high, low, close, steps: 0, cents: 0, trades: 0 };
    this.trade(bar, listing, (open + close) / 2, (endMs - startMs) / 1_000, moment);
    return bar;
  }

  /** A minute before the simulation began: its share of its hour, so that all minutes make up the hour exactly. */
  private past(listing: Listing, startMs: number): Bar {
    const hourMs = bucketOf(startMs, HOUR_MS);
    const hour = this.hour(listing, hourMs);
    const { history } = this.historyOf(listing);
    const minutes = (Math.min(hourMs + HOUR_MS, this.firstMinuteMs) - hourMs) / MINUTE_MS;
    const at = (startMs - hourMs) / MINUTE_MS;
    const first = hourMs / MINUTE_MS;
    const within = (price: number) => Math.min(hour.high, Math.max(hour.low, price));
    const priceAt = (index: number) => {
      if (index === 0) return hour.open;
      if (index === minutes) return hour.close;
      const noise = (history.chance(UPPER_WICK, first + index) - 0.5) * (hour.high - hour.low) * 0.3;
      return within(hour.open + ((hour.close - hour.open) * index) / minutes + noise);
    };
    // One minute reaches the hour's highest price and one its lowest.
    const reaches = (kind: number) => Math.floor(history.chance(kind, first) * minutes) === at;
    const [open, close] = [priceAt(at), priceAt(at + 1)];
    const wick = 0.0003 * history.chance(LOWER_WICK, startMs / MINUTE_MS);
    const share = (whole: number) =>
      Math.floor((whole * (at + 1)) / minutes) - Math.floor((whole * at) / minutes);
    return {
      open,
      high: reaches(HIGHEST) ? hour.high : within(Math.max(open, close) * (1 + wick)),
      low: reaches(LOWEST) ? hour.low : within(Math.min(open, close) * (1 - wick)),
      close,
      steps: share(hour.steps),
      cents: share(hour.cents),
      trades: share(hour.trades),
    };
  }

  private anchorOf(listing: Listing): number {
    return this.anchors.get(listing.venueSymbol) ?? listing.startPrice;
  }

  /** The history of a contract's coin, and where it ends: equal for all contracts on the coin. */
  private historyOf({ venueSymbol, baseAsset }: Listing): {
    readonly history: PriceHistory;
    readonly end: number;
  } {
    let known = this.histories.get(venueSymbol);
    if (!known) {
      const history = new PriceHistory(splitCoinMultiple(baseAsset).coin);
      known = { history, end: history.logAt(this.firstMinuteMs / MINUTE_MS) };
      this.histories.set(venueSymbol, known);
    }
    return known;
  }
}

/** Turnover in hundredths of the quote currency. */
function centsOf(listing: Listing, steps: number, price: number): number {
  const perStep = Number(listing.quantityStep) * Number(listing.contractSize ?? 1);
  const inverse = listing.sizeUnit === 'INVERSE_CONTRACTS';
  return Math.max(1, Math.round(steps * perStep * (inverse ? 1 : price) * 100));
}

function plain({ open, high, low, close, steps, cents, trades }: Bar): Bar {
  return { open, high, low, close, steps, cents, trades };
}

function joined(sum: Bar | undefined, part: Bar): Bar {
  if (!sum) return { ...part };
  sum.high = Math.max(sum.high, part.high);
  sum.low = Math.min(sum.low, part.low);
  sum.close = part.close;
  sum.steps += part.steps;
  sum.cents += part.cents;
  sum.trades += part.trades;
  return sum;
}

function bucketOf(timeMs: number, lengthMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}
