import type { VenueCatalog } from '../catalog/venue-catalog.js';
import type { Rung } from '../flow/ladder.js';
import { levelTexts, type MarketChannels, type MarketStep } from '../flow/market-channels.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { TapeTrade } from '../flow/trade-tape.js';
import type { OkxLimits } from './okx-limits.js';

/** Prices of each side in the channel `books`. */
const LEVELS = 400;

/** Channels `books` (whole, then updates that name the one before, empty ones of a book that stands still) and `trades`. */
export class OkxMarketData implements MarketChannels {
  readonly levels = LEVELS;
  readonly renumbers = 'CHANGES';
  /** When each book was last heard of. */
  private readonly toldMs = new Map<string, number>();

  constructor(
    private readonly catalog: VenueCatalog,
    private readonly limits: OkxLimits,
  ) {}

  marketOf(topic: string): string | undefined {
    const [channel, instId = ''] = topic.split('|');
    const isMarket = channel === 'books' || channel === 'trades';
    return isMarket ? this.catalog.get(instId)?.venueSymbol : undefined;
  }

  payloads(topic: string, step: MarketStep): readonly string[] {
    if (topic.startsWith('trades|')) return step.trades.map((trade) => tradePayload(step.market, trade));
    const { market, change, timeMs } = step;
    if (change) {
      this.toldMs.set(topic, timeMs);
      const { bids, asks, previousId, lastId } = change;
      return [bookPayload(market, 'update', { bids, asks, previousId, lastId, timeMs })];
    }
    const toldMs = this.toldMs.get(topic) ?? timeMs;
    if (timeMs - toldMs < this.limits.bookKeepAliveMs) return [];
    this.toldMs.set(topic, timeMs);
    const lastId = market.book.toldId;
    return [bookPayload(market, 'update', { bids: [], asks: [], previousId: lastId, lastId, timeMs })];
  }

  /** The whole book, as every newcomer gets it. */
  whole(market: QuotedMarket, timeMs: number): string {
    this.toldMs.set(`books|${market.listing.venueSymbol}`, timeMs);
    const { bids, asks, lastId } = market.book.told();
    return bookPayload(market, 'snapshot', { bids, asks, previousId: -1, lastId, timeMs });
  }

  /** Number of its last fill. */
  tradeId(trade: TapeTrade): string {
    return String(trade.lastFill);
  }
}

interface BookRow {
  readonly bids: readonly Rung[];
  readonly asks: readonly Rung[];
  readonly previousId: number;
  readonly lastId: number;
  readonly timeMs: number;
}

function bookPayload(market: QuotedMarket, action: 'snapshot' | 'update', row: BookRow): string {
  // The third is always "0" now, the fourth is how many orders there are.
  const levels = (rungs: readonly Rung[]) =>
    levelTexts(market, rungs).map(([price, quantity], at) => {
      const steps = rungs[at]?.[1] ?? 0;
      return [price, steps === 0 ? '0' : quantity, '0', steps === 0 ? '0' : String(1 + (steps % 9))];
    });
  return JSON.stringify({
    arg: { channel: 'books', instId: market.listing.venueSymbol },
    action,
    data: [
      {
        asks: levels(row.asks),
        bids: levels(row.bids),
        ts: String(row.timeMs),
        // Nothing but zero since 2026-06-23.
        checksum: 0,
        prevSeqId: row.previousId,
        seqId: row.lastId,
      },
    ],
  });
}

function tradePayload(market: QuotedMarket, trade: TapeTrade): string {
  const instId = market.listing.venueSymbol;
  return JSON.stringify({
    arg: { channel: 'trades', instId },
    data: [
      {
        instId,
        tradeId: String(trade.lastFill),
        px: market.priceText(trade.ticks),
        sz: market.quantityText(trade.steps),
        side: trade.takerSide === 'BUY' ? 'buy' : 'sell',
        ts: String(trade.timeMs),
        count: String(trade.lastFill - trade.firstFill + 1),
        source: '0',
        seqId: market.book.newestId,
      },
    ],
  });
}
