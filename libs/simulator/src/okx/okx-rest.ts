import { onGrid, type Listing } from '../catalog/listing.js';
import { RateWindow } from '../server/rate-window.js';
import type { ProtocolHost, RestReply, RestRequest } from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import { okxCandleRows } from './okx-candles.js';
import { familyOf, instTypeOf, underlyingOf } from './okx-frames.js';
import type { OkxLimits } from './okx-limits.js';
import { okxPositionRows, type OkxRows } from './okx-positions.js';

const LISTED_MS = '1611916828000';

/** The REST interface of OKX: body codes, rate limit per path. */
export class OkxRest {
  private readonly windows = new Map<string, RateWindow>();

  constructor(
    private readonly host: ProtocolHost,
    private readonly scheduler: Scheduler,
    private readonly limits: OkxLimits,
  ) {}

  answer({ path, query }: RestRequest): RestReply | undefined {
    const nowMs = this.scheduler.nowMs();
    const handler = this.handlerOf(path, nowMs);
    if (!handler) return undefined;
    let window = this.windows.get(path);
    if (!window) this.windows.set(path, (window = new RateWindow(this.limits.requestsPerTwoSeconds, 2000)));
    if (!window.take(nowMs)) return { status: 429, body: failed('50011', 'Too Many Requests') };
    return { status: 200, body: handler(query) };
  }

  private handlerOf(path: string, nowMs: number): ((query: URLSearchParams) => unknown) | undefined {
    switch (path) {
      case '/api/v5/public/time':
        return () => done([{ ts: String(nowMs) }]);
      case '/api/v5/public/instruments':
        return (query) => this.each(query, instrument);
      case '/api/v5/market/tickers':
        return (query) => this.each(query, (listing) => this.ticker(listing, nowMs));
      case '/api/v5/market/candles':
        return (query) => this.candles(query, false, nowMs);
      case '/api/v5/market/history-candles':
        return (query) => this.candles(query, true, nowMs);
      default: {
        const rows = okxPositionRows(this.host, path);
        return rows && ((query) => answered(rows(query, nowMs)));
      }
    }
  }

  private candles(query: URLSearchParams, isHistory: boolean, nowMs: number): unknown {
    return answered(okxCandleRows(this.host, query, isHistory, nowMs));
  }

  private each(query: URLSearchParams, show: (listing: Listing) => unknown): unknown {
    const instType = query.get('instType');
    if (instType === null || instType === '') return failed('50014', "Parameter instType can't be empty");
    const wanted = this.host.catalog
      .all()
      .filter(({ venueSymbol }) => instTypeOf(venueSymbol) === instType)
      .filter(({ venueSymbol }) => [null, venueSymbol].includes(query.get('instId')));
    return done(wanted.map(show));
  }

  private ticker(listing: Listing, nowMs: number): unknown {
    const price = this.host.markPrice(listing.venueSymbol) ?? listing.startPrice;
    const last = onGrid(price, listing.tickSize);
    const coins = listing.turnover24h / price;
    const inverse = listing.sizeUnit === 'INVERSE_CONTRACTS';
    const contracts = (inverse ? listing.turnover24h : coins) / Number(listing.contractSize);
    return {
      instType: instTypeOf(listing.venueSymbol),
      instId: listing.venueSymbol,
      last,
      lastSz: listing.quantityStep,
      askPx: onGrid(price + Number(listing.tickSize), listing.tickSize),
      askSz: '12',
      bidPx: last,
      bidSz: '9',
      open24h: last,
      high24h: onGrid(price * 1.02, listing.tickSize),
      low24h: onGrid(price * 0.98, listing.tickSize),
      volCcy24h: coins.toFixed(4),
      vol24h: contracts.toFixed(2),
      sodUtc0: last,
      sodUtc8: last,
      ts: String(nowMs),
    };
  }
}

function answered(rows: OkxRows): unknown {
  return 'code' in rows ? failed(rows.code, rows.msg) : done(rows);
}

function done(data: readonly unknown[]): unknown {
  return { code: '0', data, msg: '' };
}

function failed(code: string, msg: string): unknown {
  return { code, data: [], msg };
}

function instrument(listing: Listing): unknown {
  const { venueSymbol, baseAsset, quoteAsset } = listing;
  const inverse = listing.sizeUnit === 'INVERSE_CONTRACTS';
  const swap = instTypeOf(venueSymbol) === 'SWAP';
  return {
    alias: swap ? '' : 'this_quarter',
    // Empty for derivatives; the underlying tells the pair.
    baseCcy: '',
    quoteCcy: '',
    category: '1',
    ctMult: '1',
    ctType: inverse ? 'inverse' : 'linear',
    ctVal: listing.contractSize,
    ctValCcy: inverse ? 'USD' : baseAsset,
    expTime: listing.deliveryMs === undefined ? '' : String(listing.deliveryMs),
    instFamily: familyOf(venueSymbol),
    instId: venueSymbol,
    instType: instTypeOf(venueSymbol),
    lever: '50',
    listTime: LISTED_MS,
    lotSz: listing.quantityStep,
    maxLmtSz: '100000000',
    maxMktSz: '10000',
    minSz: listing.quantityStep,
    optType: '',
    ruleType: 'normal',
    settleCcy: inverse ? baseAsset : quoteAsset,
    state: { TRADING: 'live', HALTED: 'suspend', PRE_LAUNCH: 'preopen' }[listing.state],
    stk: '',
    tickSz: listing.tickSize,
    uly: underlyingOf(venueSymbol),
    upcChg: [],
  };
}
