import type { OrderSide, VenueId } from '@orderfox/domain';
import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { onTheGrid, type ScheduledTask, type Scheduler } from '../scheduler.js';
import { SeededRandom } from '../seeded-random.js';
import { flowPace, type FlowSettings } from './flow-settings.js';
import { levelTexts, type MarketChannels } from './market-channels.js';
import { QuotedMarket } from './quoted-market.js';
import { TradeTape, type TapeTrade } from './trade-tape.js';

/** A book as who heard all of its updates must have it; texts of the venue, best first. */
export interface BookTruth {
  readonly lastId: number;
  readonly bids: readonly (readonly [price: string, quantity: string])[];
  readonly asks: readonly (readonly [price: string, quantity: string])[];
}

/** A trade that happened, told or not; texts of the venue. */
export interface TradeTruth {
  /** Number as the venue writes it. */
  readonly id: string;
  readonly price: string;
  readonly quantity: string;
  readonly takerSide: OrderSide;
  readonly timeMs: number;
}

/**
 * Numbers begin at the time, so many for each of its milliseconds: more than a market uses up. So one that begins anew never
 * counts behind what it said before, nor does one of a simulation that starts later and meets listeners who remember the one
 * before. They stay below 2^53.
 */
const NUMBERS_PER_MS = { trades: 1, changes: 100 } as const;

/** What the markets of a venue stand on. */
export interface MarketFlowParts {
  readonly venue: VenueId;
  readonly seed: number | string;
  readonly settings: FlowSettings;
  readonly scheduler: Scheduler;
  readonly catalog: VenueCatalog;
  readonly channels: MarketChannels;
  markPrice(venueSymbol: string): number | undefined;
  wantedTopics(): ReadonlySet<string>;
  publish(topic: string, payload: string): void;
  /** Told of every trade. */
  traded(market: QuotedMarket, trade: TapeTrade): void;
}

/** What is kept back from the listeners of a market, once. */
export type Loss = 'BOOK' | 'TRADES';

/** Books and trades of one venue, alive only while somebody listens to them. */
export class MarketFlow {
  private readonly markets = new Map<string, QuotedMarket>();
  private readonly losses: Readonly<Record<Loss, Set<string>>> = { BOOK: new Set(), TRADES: new Set() };
  /** Topics by the contract that they tell of. */
  private wanted: ReadonlyMap<string, readonly string[]> = new Map();
  private readonly pace: ReturnType<typeof flowPace>;
  private timer: ScheduledTask | undefined;
  /** Updates that time has passed for, with the part of one that is left over. */
  private due = 0;

  constructor(private readonly parts: MarketFlowParts) {
    this.pace = flowPace(parts.settings);
  }

  /** Looks anew at what is listened to; to be called when that may have changed. The last that leaves ends it all. */
  refresh(): void {
    const wanted = new Map<string, string[]>();
    for (const topic of this.parts.wantedTopics()) {
      const venueSymbol = this.parts.channels.marketOf(topic);
      if (venueSymbol === undefined) continue;
      const topics = wanted.get(venueSymbol);
      if (topics) topics.push(topic);
      else wanted.set(venueSymbol, [topic]);
    }
    this.wanted = wanted;
    if (wanted.size === 0) this.pause();
    else this.timer ??= onTheGrid(this.parts.scheduler, this.pace.periodMs, () => this.pass());
  }

  /** The market of a contract as of now; undefined if it is not listed. */
  market(venueSymbol: string): QuotedMarket | undefined {
    const { catalog, scheduler } = this.parts;
    const listing = catalog.get(venueSymbol);
    const markPrice = this.parts.markPrice(venueSymbol);
    if (!listing || markPrice === undefined) return undefined;
    const known = this.markets.get(venueSymbol);
    const isSame =
      known?.listing.tickSize === listing.tickSize && known.listing.quantityStep === listing.quantityStep;
    if (!known || !isSame) return this.open(venueSymbol, known);
    // Nobody has moved it since somebody listened.
    if (!this.wanted.has(venueSymbol) && listing.state === 'TRADING')
      known.move(markPrice, scheduler.nowMs(), { changes: 0, trades: 0 });
    return known;
  }

  /** True while somebody listens to a market: its trades happen one by one. */
  isLive(venueSymbol: string): boolean {
    return this.wanted.has(venueSymbol);
  }

  /** A book as who heard everything has it; undefined while nobody has asked for it. */
  book(venueSymbol: string): BookTruth | undefined {
    const market = this.markets.get(venueSymbol);
    if (!market) return undefined;
    const { lastId, bids, asks } = market.book.told();
    return { lastId, bids: levelTexts(market, bids), asks: levelTexts(market, asks) };
  }

  /** The newest trades of a market, oldest first; see `keptTrades`. */
  trades(venueSymbol: string): readonly TradeTruth[] {
    const market = this.markets.get(venueSymbol);
    if (!market) return [];
    return market.tape.all().map((trade) => ({
      id: this.parts.channels.tradeId(trade, market.listing),
      price: market.priceText(trade.ticks),
      quantity: market.quantityText(trade.steps),
      takerSide: trade.takerSide,
      timeMs: trade.timeMs,
    }));
  }

  /** Keeps the next of something back from everybody. False if nobody listens to the market. */
  lose(venueSymbol: string, what: Loss): boolean {
    if (!this.wanted.has(venueSymbol)) return false;
    this.losses[what].add(venueSymbol);
    return true;
  }

  /** The next update of a book contradicts it: a bid above the best ask. False if nobody listens to the market. */
  cross(venueSymbol: string): boolean {
    if (!this.wanted.has(venueSymbol)) return false;
    this.market(venueSymbol)?.cross();
    return true;
  }

  /** A book's numbers begin anew. False if nobody listens to the market, or the venue is not known to do so. */
  restart(venueSymbol: string): boolean {
    const { renumbers } = this.parts.channels;
    if (renumbers === undefined || !this.wanted.has(venueSymbol)) return false;
    this.market(venueSymbol)?.book.renumber(renumbers);
    return true;
  }

  private pause(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private open(venueSymbol: string, before: QuotedMarket | undefined): QuotedMarket | undefined {
    const { catalog, venue, seed, settings, scheduler, channels } = this.parts;
    const listing = catalog.get(venueSymbol);
    const markPrice = this.parts.markPrice(venueSymbol);
    if (!listing || markPrice === undefined) return undefined;
    const random = new SeededRandom(`${seed}/flow/${venue}/${venueSymbol}`);
    const nowMs = Math.floor(scheduler.nowMs());
    const market = new QuotedMarket(
      listing,
      before?.tape ?? new TradeTape(settings.keptTrades, nowMs * NUMBERS_PER_MS.trades),
      channels.levels,
      random,
      { markPrice, firstId: Math.max(nowMs * NUMBERS_PER_MS.changes, before?.book.newestId ?? 0) },
    );
    this.markets.set(venueSymbol, market);
    return market;
  }

  private pass(): void {
    this.due = (this.due % 1) + this.pace.updates;
    for (const [venueSymbol, topics] of this.wanted) {
      const market = this.market(venueSymbol);
      if (!market) continue;
      for (let update = 1; update <= this.due; update++) this.step(venueSymbol, market, topics);
      if (this.pace.updates === 0) this.tell(market, topics, { change: undefined, trades: [] });
    }
  }

  private step(venueSymbol: string, market: QuotedMarket, topics: readonly string[]): void {
    const { settings, catalog, scheduler } = this.parts;
    const markPrice = this.parts.markPrice(venueSymbol);
    const isTraded = catalog.get(venueSymbol)?.state === 'TRADING' && markPrice !== undefined;
    const { change, trades } = isTraded
      ? market.move(markPrice, scheduler.nowMs(), {
          changes: settings.changesPerUpdate,
          trades: settings.tradesPerSecond / settings.updatesPerSecond,
        })
      : { change: undefined, trades: [] };
    for (const trade of trades) this.parts.traded(market, trade);
    this.tell(market, topics, {
      change: change && this.losses.BOOK.delete(venueSymbol) ? undefined : change,
      trades: trades.length > 0 && this.losses.TRADES.delete(venueSymbol) ? [] : trades,
    });
  }

  private tell(
    market: QuotedMarket,
    topics: readonly string[],
    move: ReturnType<QuotedMarket['move']>,
  ): void {
    const step = { market, timeMs: this.parts.scheduler.nowMs(), ...move };
    for (const topic of topics) {
      for (const payload of this.parts.channels.payloads(topic, step)) this.parts.publish(topic, payload);
    }
  }
}
