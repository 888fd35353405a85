import { onGrid, placesOf, type Listing } from '../catalog/listing.js';
import { RateWindow } from '../server/rate-window.js';
import type { ProtocolHost, RestReply, RestRequest } from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import { binanceDepth, binanceTrades, depthWeight } from './binance-market-data.js';
import { BinancePositions } from './binance-positions.js';
import { binanceKlines, klineWeight } from './binance-klines.js';
import type { BinanceLimits } from './binance-limits.js';
import { pairOf } from './binance-frames.js';

const NEVER_MS = 4_133_404_800_000;
const BAN_MS = 2 * 60_000;
const TRADES_WEIGHT = 20;

/** The REST interface of Binance USD-M, with its weight budget: 429 beyond it, 418 for who goes on regardless. */
export class BinanceRest {
  private readonly budget: RateWindow;
  private readonly positions: BinancePositions;
  private ignored = 0;
  private bannedUntilMs = 0;

  constructor(
    private readonly host: ProtocolHost,
    private readonly scheduler: Scheduler,
    limits: BinanceLimits,
  ) {
    this.budget = new RateWindow(limits.weightPerMinute, 60_000);
    this.positions = new BinancePositions(host);
  }

  answer({ path, query }: RestRequest): RestReply | undefined {
    const nowMs = this.scheduler.nowMs();
    const banned = this.ban(nowMs);
    if (banned) return banned;
    switch (path) {
      case '/fapi/v1/time':
        return this.weighed(1, { serverTime: nowMs });
      case '/fapi/v1/exchangeInfo':
        return this.weighed(1, this.exchangeInfo(nowMs));
      case '/fapi/v1/ticker/24hr':
        return this.tickers(query.get('symbol'), nowMs);
      case '/fapi/v1/klines': {
        const { status, body } = binanceKlines(this.host, query, nowMs);
        return this.weighed(klineWeight(query), body, status);
      }
      case '/fapi/v1/depth': {
        const { status, body } = binanceDepth(this.host, query, nowMs);
        return this.weighed(depthWeight(query), body, status);
      }
      case '/fapi/v1/aggTrades': {
        const { status, body } = binanceTrades(this.host, query);
        return this.weighed(TRADES_WEIGHT, body, status);
      }
      default: {
        const reply = this.positions.answer(path, query, nowMs);
        return reply && this.weighed(reply.weight, reply.body, reply.status);
      }
    }
  }

  private listings(): readonly Listing[] {
    return this.host.catalog.all().filter((listing) => listing.coinMargined !== true);
  }

  private tickers(symbol: string | null, nowMs: number): RestReply {
    if (symbol === null)
      return this.weighed(
        40,
        this.listings().map((listing) => this.ticker(listing, nowMs)),
      );
    const listing = this.listings().find(({ venueSymbol }) => venueSymbol === symbol);
    if (!listing) return this.weighed(1, { code: -1121, msg: 'Invalid symbol.' }, 400);
    return this.weighed(1, this.ticker(listing, nowMs));
  }

  private ban(nowMs: number): RestReply | undefined {
    if (nowMs >= this.bannedUntilMs) return undefined;
    return {
      status: 418,
      headers: { 'retry-after': String(Math.ceil((this.bannedUntilMs - nowMs) / 1000)) },
      body: { code: -1003, msg: `Way too many requests; IP banned until ${this.bannedUntilMs}.` },
    };
  }

  private weighed(weight: number, body: unknown, status = 200): RestReply {
    const nowMs = this.scheduler.nowMs();
    const within = this.budget.take(nowMs, weight);
    const headers = { 'x-mbx-used-weight-1m': String(this.budget.used(nowMs)) };
    if (within) {
      this.ignored = 0;
      return { status, headers, body };
    }
    if (++this.ignored > 10) this.bannedUntilMs = nowMs + BAN_MS;
    return {
      status: 429,
      headers: { ...headers, 'retry-after': '60' },
      body: { code: -1003, msg: 'Too many requests; current limit is 2400 request weight per 1 MINUTE.' },
    };
  }

  private exchangeInfo(nowMs: number): unknown {
    return {
      timezone: 'UTC',
      serverTime: nowMs,
      futuresType: 'U_MARGINED',
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
      exchangeFilters: [],
      assets: ['USDT', 'USDC', 'BNFCR'].map((asset) => ({ asset, marginAvailable: true })),
      symbols: this.listings().map(symbolInfo),
    };
  }

  private ticker(listing: Listing, nowMs: number): unknown {
    const price = this.host.markPrice(listing.venueSymbol) ?? listing.startPrice;
    const text = onGrid(price, listing.tickSize);
    return {
      symbol: listing.venueSymbol,
      priceChange: '0',
      priceChangePercent: '0.000',
      weightedAvgPrice: text,
      lastPrice: text,
      lastQty: listing.quantityStep,
      openPrice: text,
      highPrice: onGrid(price * 1.02, listing.tickSize),
      lowPrice: onGrid(price * 0.98, listing.tickSize),
      volume: onGrid(listing.turnover24h / price, listing.quantityStep),
      quoteVolume: listing.turnover24h.toFixed(2),
      openTime: nowMs - 24 * 60 * 60_000,
      closeTime: nowMs,
      firstId: 1,
      lastId: 2,
      count: 2,
    };
  }
}

function symbolInfo(listing: Listing): unknown {
  const { venueSymbol, tickSize, quantityStep, baseAsset, quoteAsset } = listing;
  return {
    symbol: venueSymbol,
    pair: pairOf(venueSymbol),
    contractType: { PERPETUAL: 'PERPETUAL', DATED: 'CURRENT_QUARTER', TRADIFI: 'TRADIFI_PERPETUAL' }[
      listing.contractType
    ],
    deliveryDate: listing.deliveryMs ?? NEVER_MS,
    onboardDate: 1_569_398_400_000,
    status: { TRADING: 'TRADING', HALTED: 'SETTLING', PRE_LAUNCH: 'PENDING_TRADING' }[listing.state],
    baseAsset,
    quoteAsset,
    marginAsset: quoteAsset,
    // Precisions are display digits, not steps: the real catalogue has them wider than the tick as well.
    pricePrecision: Math.max(2, placesOf(tickSize) + 1),
    quantityPrecision: placesOf(quantityStep),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: listing.contractType === 'TRADIFI' ? 'COMMODITY' : 'COIN',
    underlyingSubType: [],
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: '4529764', tickSize },
      { filterType: 'LOT_SIZE', minQty: quantityStep, maxQty: '100000000', stepSize: quantityStep },
      { filterType: 'MARKET_LOT_SIZE', minQty: quantityStep, maxQty: '10000000', stepSize: quantityStep },
      { filterType: 'MIN_NOTIONAL', notional: '5' },
      {
        filterType: 'PERCENT_PRICE',
        multiplierUp: '1.0500',
        multiplierDown: '0.9500',
        multiplierDecimal: '4',
      },
    ],
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  };
}
