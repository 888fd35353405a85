import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { levelTexts, type MarketChannels, type MarketStep } from '../flow/market-channels.js';
import type { WholeBook } from '../flow/numbered-book.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { TapeTrade } from '../flow/trade-tape.js';

/** Prices of each side in the topic that has them. */
const LEVELS = 200;

type TickDirection = 'PlusTick' | 'ZeroPlusTick' | 'MinusTick' | 'ZeroMinusTick';

/** Topics `orderbook.200` (whole, then deltas of which `u` rises by one) and `publicTrade`. */
export class BybitMarketData implements MarketChannels {
  readonly levels = LEVELS;
  readonly renumbers = 'TELLINGS';
  /** Of the newest trade of each market: its price, and how that lay to the one before. */
  private readonly last = new Map<string, { readonly ticks: number; readonly direction: TickDirection }>();

  constructor(private readonly catalog: VenueCatalog) {}

  marketOf(topic: string): string | undefined {
    const venueSymbol = /^(?:orderbook\.200|publicTrade)\.(.+)$/u.exec(topic)?.[1];
    return this.catalog.get(venueSymbol ?? '')?.venueSymbol;
  }

  payloads(topic: string, step: MarketStep): readonly string[] {
    if (topic.startsWith('publicTrade.'))
      return step.trades.length > 0 ? [this.tradesPayload(topic, step)] : [];
    const { market, change, timeMs } = step;
    if (!change) return [];
    // The service has begun anew: it tells everything again.
    if (change.count === 1) return [this.whole(market, timeMs)];
    return [bookPayload(market, 'delta', change, timeMs)];
  }

  /** The whole book, as every newcomer gets it. */
  whole(market: QuotedMarket, timeMs: number): string {
    return bookPayload(market, 'snapshot', market.book.told(), timeMs);
  }

  /** A UUID made of the market and the number of the trade. */
  tradeId(trade: TapeTrade, { venueSymbol }: QuotedMarket['listing']): string {
    let hash = 0x811c9dc5;
    for (let at = 0; at < venueSymbol.length; at++)
      hash = Math.imul(hash ^ venueSymbol.charCodeAt(at), 0x01000193);
    const market = (hash >>> 0).toString(16).padStart(8, '0');
    return `${market}-0000-5000-8000-${trade.id.toString(16).padStart(12, '0')}`;
  }

  private tradesPayload(topic: string, { market, trades, timeMs }: MarketStep): string {
    const { venueSymbol } = market.listing;
    const data = trades.map((trade) => ({
      T: trade.timeMs,
      s: venueSymbol,
      S: trade.takerSide === 'BUY' ? 'Buy' : 'Sell',
      v: market.quantityText(trade.steps),
      p: market.priceText(trade.ticks),
      L: this.direction(venueSymbol, trade.ticks),
      i: this.tradeId(trade, market.listing),
      BT: false,
      RPI: false,
      seq: market.book.newestId,
    }));
    return JSON.stringify({ topic, type: 'snapshot', ts: timeMs, data });
  }

  private direction(venueSymbol: string, ticks: number): TickDirection {
    const before = this.last.get(venueSymbol);
    const direction = directionAfter(before?.direction, ticks - (before?.ticks ?? 0));
    this.last.set(venueSymbol, { ticks, direction });
    return direction;
  }
}

function directionAfter(before: TickDirection | undefined, move: number): TickDirection {
  if (move !== 0) return move > 0 ? 'PlusTick' : 'MinusTick';
  return before === 'PlusTick' || before === 'ZeroPlusTick' ? 'ZeroPlusTick' : 'ZeroMinusTick';
}

function bookPayload(
  market: QuotedMarket,
  type: 'snapshot' | 'delta',
  { bids, asks, count, lastId }: WholeBook,
  timeMs: number,
): string {
  const { venueSymbol } = market.listing;
  const levels = (rungs: WholeBook['bids']) =>
    levelTexts(market, rungs).map(([price, quantity], at) => [
      price,
      // "0" without decimals takes a price away.
      rungs[at]?.[1] === 0 ? '0' : quantity,
    ]);
  return JSON.stringify({
    topic: `orderbook.${LEVELS}.${venueSymbol}`,
    type,
    ts: timeMs,
    data: { s: venueSymbol, b: levels(bids), a: levels(asks), u: count, seq: lastId },
    cts: timeMs - 3,
  });
}
