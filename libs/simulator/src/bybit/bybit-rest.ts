import { placesOf, type Listing } from '../catalog/listing.js';
import { RateWindow } from '../server/rate-window.js';
import type { ProtocolHost, RestReply, RestRequest } from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import type { BybitLimits } from './bybit-limits.js';
import { bybitKlineRows } from './bybit-klines.js';
import { bybitFundingHistory, bybitOpenInterest } from './bybit-positions.js';
import { tickerOf } from './bybit-tickers.js';

/** The REST interface of Bybit v5: return codes in the body, 403 beyond 600 requests in five seconds. */
export class BybitRest {
  private readonly window: RateWindow;

  constructor(
    private readonly host: ProtocolHost,
    private readonly scheduler: Scheduler,
    private readonly limits: BybitLimits,
  ) {
    this.window = new RateWindow(limits.requestsPerFiveSeconds, 5000);
  }

  answer({ path, query }: RestRequest): RestReply | undefined {
    const nowMs = this.scheduler.nowMs();
    if (!this.window.take(nowMs)) return { status: 403, body: { msg: 'access too frequent' } };
    if (path === '/v5/market/time') {
      return this.done({ timeSecond: String(Math.floor(nowMs / 1000)), timeNano: `${nowMs}000000` });
    }
    const handler = this.handlerOf(path, nowMs);
    if (!handler) return undefined;
    return query.get('category') === 'linear' ? handler(query) : this.failed(10001, 'Illegal category');
  }

  private handlerOf(path: string, nowMs: number): ((query: URLSearchParams) => RestReply) | undefined {
    switch (path) {
      case '/v5/market/instruments-info':
        return (query) => this.instruments(query);
      case '/v5/market/kline':
        return (query) => this.klines(query, nowMs);
      case '/v5/market/tickers':
        return (query) => this.tickers(query.get('symbol'));
      case '/v5/market/open-interest':
        return (query) => this.told(bybitOpenInterest(this.host, query, nowMs));
      case '/v5/market/funding/history':
        return (query) => this.told(bybitFundingHistory(this.host, query, nowMs));
      default:
        return undefined;
    }
  }

  /** A result, or what is wrong with the request. */
  private told(result: object | string): RestReply {
    return typeof result === 'string' ? this.failed(10001, result) : this.done(result);
  }

  private instruments(query: URLSearchParams): RestReply {
    const limit = Number(query.get('limit') ?? 500);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      return this.failed(10001, 'params error: limit invalid');
    }
    const cursor = query.get('cursor') ?? '';
    const offset = cursor === '' ? 0 : Number(/^page-(\d+)$/.exec(cursor)?.[1] ?? NaN);
    if (Number.isNaN(offset)) return this.failed(10001, 'params error: cursor invalid');
    const status = query.get('status');
    const wanted = this.host.catalog
      .all()
      .filter(({ venueSymbol }) => [null, venueSymbol].includes(query.get('symbol')))
      // Without a status the venue leaves out what is not launched yet.
      .filter((listing) => (status === null ? listing.state !== 'PRE_LAUNCH' : statusOf(listing) === status))
      .sort((a, b) => (a.venueSymbol < b.venueSymbol ? -1 : 1));
    const end = offset + Math.min(limit, this.limits.instrumentsPage);
    return this.done({
      category: 'linear',
      list: wanted.slice(offset, end).map((listing) => this.instrument(listing)),
      nextPageCursor: end < wanted.length ? `page-${end}` : '',
    });
  }

  private klines(query: URLSearchParams, nowMs: number): RestReply {
    const list = bybitKlineRows(this.host, query, nowMs);
    if (typeof list === 'string') return this.failed(10001, list);
    return this.done({ category: 'linear', symbol: query.get('symbol'), list });
  }

  private tickers(symbol: string | null): RestReply {
    const list = this.host.catalog
      .all()
      .filter(({ venueSymbol, state }) => state === 'TRADING' && [null, venueSymbol].includes(symbol))
      .map((listing) => tickerOf(listing, this.host, this.scheduler.nowMs()));
    if (symbol !== null && list.length === 0) return this.failed(10001, 'Not supported symbols');
    return this.done({ category: 'linear', list });
  }

  private instrument(listing: Listing): unknown {
    const { venueSymbol, baseAsset, quoteAsset, tickSize, quantityStep } = listing;
    return {
      symbol: venueSymbol,
      contractType: listing.contractType === 'DATED' ? 'LinearFutures' : 'LinearPerpetual',
      status: statusOf(listing),
      baseCoin: baseAsset,
      quoteCoin: quoteAsset,
      launchTime: '1584230400000',
      deliveryTime: String(listing.deliveryMs ?? 0),
      deliveryFeeRate: '',
      priceScale: String(placesOf(tickSize)),
      leverageFilter: { minLeverage: '1', maxLeverage: '50.00', leverageStep: '0.01' },
      priceFilter: { minPrice: tickSize, maxPrice: '1999999.80', tickSize },
      lotSizeFilter: {
        maxOrderQty: '100000000',
        minOrderQty: quantityStep,
        qtyStep: quantityStep,
        postOnlyMaxOrderQty: '100000000',
        maxMktOrderQty: '10000000',
        minNotionalValue: '5',
      },
      unifiedMarginTrade: true,
      fundingInterval: this.host.positions.schedule(listing).statedMs / 60_000,
      settleCoin: quoteAsset,
      copyTrading: 'none',
      upperFundingRate: '0.005',
      lowerFundingRate: '-0.005',
      isPreListing: listing.state === 'PRE_LAUNCH',
      preListingInfo: null,
      displayName: '',
      symbolType: '',
    };
  }

  private done(result: unknown): RestReply {
    const time = this.scheduler.nowMs();
    return { status: 200, body: { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time } };
  }

  private failed(retCode: number, retMsg: string): RestReply {
    const time = this.scheduler.nowMs();
    return { status: 200, body: { retCode, retMsg, result: {}, retExtInfo: {}, time } };
  }
}

function statusOf(listing: Listing): string {
  return { TRADING: 'Trading', HALTED: 'Delivering', PRE_LAUNCH: 'PreLaunch' }[listing.state];
}
