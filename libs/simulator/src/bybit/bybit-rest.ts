import { placesOf, type Listing } from '../catalog/listing.js';
import { RateWindow } from '../server/rate-window.js';
import type { ProtocolHost, RestReply, RestRequest } from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import type { BybitLimits } from './bybit-limits.js';
import { bybitKlineRows } from './bybit-klines.js';
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
    const instruments = path === '/v5/market/instruments-info';
    const klines = path === '/v5/market/kline';
    if (!instruments && !klines && path !== '/v5/market/tickers') return undefined;
    if (query.get('category') !== 'linear') return this.failed(10001, 'Illegal category');
    if (klines) return this.klines(query, nowMs);
    return instruments ? this.instruments(query) : this.tickers(query.get('symbol'));
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
      list: wanted.slice(offset, end).map(instrument),
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
      .map((listing) =>
        tickerOf(
          listing,
          this.host.markPrice(listing.venueSymbol) ?? listing.startPrice,
          this.scheduler.nowMs(),
        ),
      );
    if (symbol !== null && list.length === 0) return this.failed(10001, 'Not supported symbols');
    return this.done({ category: 'linear', list });
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

function instrument(listing: Listing): unknown {
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
    fundingInterval: 480,
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
