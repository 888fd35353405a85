import {
  addDecimals,
  bucketStartMs,
  compareDecimals,
  multiplyDecimals,
  parseDecimal,
  parseTimeframe,
  subtractDecimals,
  ZERO,
  type DecimalString,
  type Timeframe,
  type Trade,
} from '@orderfox/domain';
import { type Pool } from 'pg';
import { type TradeMarket } from '../trades/trade-market.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarReader } from './bar-reader.js';
import { BarRecorder } from './bar-recorder.js';
import { type ShownBar } from './bar-series.js';
import { TradeBarRepository, type BarWrite } from './trade-bar.repository.js';
import { type TradeHearer } from '../trades/trade-hearing.js';
import { type Clock } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { endOfTurn } from '../../core/turns.js';

/** Empties the tables of bars. */
export async function forgetBars(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query('TRUNCATE trade_bar_1m, trade_bar_1h, trade_gap, trade_progress');
}

/** What a bar of these trades has to be, reckoned the long way: one decimal number after the other. */
export interface ReckonedBar {
  readonly startMs: number;
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  readonly buyQuantity: DecimalString;
  readonly sellQuantity: DecimalString;
  readonly buyUsd: DecimalString;
  readonly sellUsd: DecimalString;
  readonly count: number;
  readonly cvd: DecimalString;
}

/** All bars of trades that are given in their order. `cvd` begins anew at every midnight. */
export function reckonedBars(trades: readonly Trade[], timeframe: Timeframe): readonly ReckonedBar[] {
  const starts = [...new Set(trades.map(({ venueTimeMs }) => bucketStartMs(timeframe, venueTimeMs)))];
  const day = parseTimeframe('1d');
  return starts
    .sort((a, b) => a - b)
    .map((startMs) => {
      const own = trades.filter(({ venueTimeMs }) => bucketStartMs(timeframe, venueTimeMs) === startMs);
      // Minutes in the order of time, the trades of each in theirs.
      const inOrder = own.toSorted(
        (a, b) => Math.floor(a.venueTimeMs / 60_000) - Math.floor(b.venueTimeMs / 60_000),
      );
      const prices = inOrder.map(({ price }) => price);
      const sorted = prices.toSorted(compareDecimals);
      const side = (which: string) => inOrder.filter(({ takerSide }) => takerSide === which);
      const coins = (some: readonly Trade[]) =>
        some.reduce((sum, { quantity }) => addDecimals(sum, quantity), ZERO);
      const usd = (some: readonly Trade[]) =>
        some.reduce((sum, { price, quantity }) => addDecimals(sum, multiplyDecimals(price, quantity)), ZERO);
      const dayMs = bucketStartMs(day, startMs);
      const since = trades.filter(
        ({ venueTimeMs }) => venueTimeMs >= dayMs && bucketStartMs(timeframe, venueTimeMs) <= startMs,
      );
      const delta = (some: readonly Trade[]) =>
        subtractDecimals(
          usd(some.filter(({ takerSide }) => takerSide === 'BUY')),
          usd(some.filter(({ takerSide }) => takerSide === 'SELL')),
        );
      return {
        startMs,
        open: prices[0] ?? ZERO,
        high: sorted.at(-1) ?? ZERO,
        low: sorted[0] ?? ZERO,
        close: prices.at(-1) ?? ZERO,
        buyQuantity: coins(side('BUY')),
        sellQuantity: coins(side('SELL')),
        buyUsd: usd(side('BUY')),
        sellUsd: usd(side('SELL')),
        count: inOrder.length,
        cvd: delta(since),
      };
    });
}

/** A bar that was read, in the words of one that was reckoned. */
export function asReckoned(bar: ShownBar): ReckonedBar {
  const { startMs, open, high, low, close, buyQuantity, sellQuantity, buyUsd, sellUsd, count, cvd } = bar;
  return { startMs, open, high, low, close, buyQuantity, sellQuantity, buyUsd, sellUsd, count, cvd };
}

/** A trade of the market that these specs record. */
export function barTrade(
  timeMs: number,
  { id, price, quantity, isSell }: { id: number | string; price: string; quantity: string; isSell: boolean },
): Trade {
  return {
    type: 'trade',
    venue: 'double',
    symbol: 'BTCUSDT',
    venueSymbol: 'BTCUSDT',
    takerSide: isSell ? 'SELL' : 'BUY',
    price: parseDecimal(price),
    quantity: parseDecimal(quantity),
    notionalUsd: multiplyDecimals(parseDecimal(price), parseDecimal(quantity)),
    tradeId: String(id),
    ...(typeof id === 'number' && { aggregateId: id }),
    venueTimeMs: timeMs,
    receivedTimeMs: timeMs,
  };
}

/** What the store does instead of writing: nothing, or it writes and nobody hears of it. */
export type StoreTrouble = 'AWAY' | 'UNHEARD' | undefined;

/** For specs: a recorder in front of a real store, and the venue that it hears. */
export class RecorderForTests {
  /** What it wants next is refused. */
  trouble: StoreTrouble;
  /** Past trades that the venue has. */
  past: readonly Trade[] = [];
  /** Epoch ms at which the venue said something last; undefined while the connection is in doubt. */
  provenMs: number | undefined;
  readonly recorder: BarRecorder;
  readonly reader: BarReader;
  readonly market: TradeMarket;
  statements = 0;
  #hearer: TradeHearer | undefined;
  #busy = 0;
  #isDead = false;

  constructor(
    pool: Pool,
    private readonly clock: Clock & { advance(ms: number): void },
    { isNumbered, writer }: { readonly isNumbered: boolean; readonly writer: string },
  ) {
    const repository = new TradeBarRepository({ writer: pool, reader: pool });
    const guarded = {
      record: (writes: readonly BarWrite[]) => this.#tracked(() => this.#record(repository, writes)),
      progress: (...given: Parameters<TradeBarRepository['progress']>) =>
        this.#tracked(() => repository.progress(...given)),
      fillable: (...given: Parameters<TradeBarRepository['fillable']>) =>
        this.#tracked(() => repository.fillable(...given)),
    };
    const quiet = () => undefined;
    const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    this.recorder = new BarRecorder({ repository: guarded, clock, log, writer });
    this.reader = new BarReader(repository, this.recorder, () => undefined);
    const given = tradeMarket();
    this.market = isNumbered
      ? {
          ...given,
          venue: {
            ...given.venue,
            trades: {
              ...given.venue.trades,
              history: { maxRows: 7, points: 1, list: () => Promise.reject(new Error('not asked so')) },
            },
          },
        }
      : given;
  }

  /** Begins to hear trades. */
  follow(): TradeHearer {
    this.#hearer = this.recorder.hear({
      market: this.market,
      provenMs: () => this.provenMs,
      past: (fromId, rows) =>
        Promise.resolve(this.past.filter(({ aggregateId = -1 }) => aggregateId >= fromId).slice(0, rows)),
    });
    return this.#hearer;
  }

  get hearer(): TradeHearer {
    if (this.#hearer === undefined) throw new Error('nobody follows the market');
    return this.#hearer;
  }

  /** The process dies: nothing of it reaches the store any more. */
  kill(): void {
    this.#isDead = true;
  }

  /** Lets `ms` pass, and everything that begins in it end. */
  async pass(ms = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(left, 1_000));
      await this.idle();
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    do for (let turn = 0; turn < 5; turn += 1) await endOfTurn();
    while (this.#busy > 0);
  }

  async #tracked<T>(task: () => Promise<T>): Promise<T> {
    if (this.#isDead) return new Promise(() => undefined);
    this.#busy += 1;
    try {
      return await task();
    } finally {
      this.#busy -= 1;
    }
  }

  async #record(repository: TradeBarRepository, writes: readonly BarWrite[]): Promise<ReadonlySet<string>> {
    this.statements += 1;
    const { trouble } = this;
    this.trouble = undefined;
    if (trouble === 'AWAY') throw new Error('the store is away');
    const taken = await repository.record(writes);
    if (trouble === 'UNHEARD') throw new Error('the connection broke');
    return taken;
  }
}
