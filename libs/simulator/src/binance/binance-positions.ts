import { fixedLengthMs, parseTimeframe } from '@orderfox/domain';
import { onGrid, type Listing } from '../catalog/listing.js';
import { RateWindow } from '../server/rate-window.js';
import type { ProtocolHost, RestReply } from '../server/venue-protocol.js';

const FIVE_MINUTES_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const PERIODS: ReadonlySet<string> = new Set(['5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d']);
const KEPT_MS = 30 * DAY_MS;
const FUNDING_KEPT_MS = 365 * DAY_MS;
const USUAL_HOURS = 8;

/** An answer and what it costs of the minute's weight. */
export interface WeighedReply extends RestReply {
  readonly weight: number;
}

/** Open interest and funding by REST, with the two pools of requests that are counted apart from the weight. */
export class BinancePositions {
  private readonly statistics = new RateWindow(1_000, FIVE_MINUTES_MS);
  private readonly funding = new RateWindow(500, FIVE_MINUTES_MS);

  constructor(private readonly host: ProtocolHost) {}

  /** Undefined for a path of other things. */
  answer(path: string, query: URLSearchParams, nowMs: number): WeighedReply | undefined {
    switch (path) {
      case '/fapi/v1/openInterest':
        return good(
          1,
          this.of(query, (listing) => this.openInterest(listing, nowMs)),
        );
      case '/futures/data/openInterestHist':
        if (!this.statistics.take(nowMs)) return TOO_MANY;
        return good(
          0,
          this.of(query, (listing) => this.openInterestHistory(listing, query, nowMs)),
        );
      case '/fapi/v1/premiumIndex':
        if (query.has('symbol'))
          return good(
            1,
            this.of(query, (listing) => this.premium(listing, nowMs)),
          );
        return good(10, { body: this.listings().map((listing) => this.premium(listing, nowMs)) });
      case '/fapi/v1/fundingInfo':
        if (!this.funding.take(nowMs)) return TOO_MANY;
        return good(0, { body: this.adjusted(nowMs) });
      case '/fapi/v1/fundingRate':
        if (!this.funding.take(nowMs)) return TOO_MANY;
        return good(
          0,
          this.of(query, (listing) => this.charged(listing, query, nowMs)),
        );
      default:
        return undefined;
    }
  }

  private listings(): readonly Listing[] {
    return this.host.catalog.all().filter(({ coinMargined }) => coinMargined !== true);
  }

  private of(query: URLSearchParams, show: (listing: Listing) => unknown): Partial<RestReply> {
    const symbol = query.get('symbol');
    if (symbol === null) return failed(-1102, "Mandatory parameter 'symbol' was not sent.");
    const listing = this.listings().find(({ venueSymbol }) => venueSymbol === symbol);
    if (!listing) return failed(-1121, 'Invalid symbol.');
    const body = show(listing);
    return body === undefined ? failed(-1130, 'Data sent for a parameter is not valid.') : { body };
  }

  private openInterest(listing: Listing, nowMs: number): unknown {
    const { size } = this.host.positions.openInterest(listing, nowMs);
    return { symbol: listing.venueSymbol, openInterest: size, time: nowMs };
  }

  private openInterestHistory(listing: Listing, query: URLSearchParams, nowMs: number): unknown {
    const [period, limit] = [query.get('period') ?? '', Number(query.get('limit') ?? 30)];
    const endMs = Math.min(Number(query.get('endTime') ?? nowMs), nowMs);
    const lengthMs = PERIODS.has(period) ? fixedLengthMs(parseTimeframe(period)) : undefined;
    if (lengthMs === undefined || !Number.isInteger(limit) || limit < 1 || limit > 500) return undefined;
    const startMs = Number(query.get('startTime') ?? endMs - (limit - 1) * lengthMs);
    if (!(startMs >= nowMs - KEPT_MS - DAY_MS)) return undefined;
    const firstMs =
      Math.max(Math.ceil(startMs / lengthMs), Math.floor(endMs / lengthMs) - limit + 1) * lengthMs;
    const rows: unknown[] = [];
    for (let timestamp = firstMs; timestamp <= endMs; timestamp += lengthMs) {
      const { size } = this.host.positions.openInterest(listing, timestamp);
      rows.push({
        symbol: listing.venueSymbol,
        sumOpenInterest: Number(size).toFixed(8),
        sumOpenInterestValue: (Number(size) * this.host.priceAt(listing.venueSymbol, timestamp)).toFixed(8),
        CMCCirculatingSupply: '19944000.00000000',
        timestamp,
      });
    }
    return rows;
  }

  private premium(listing: Listing, nowMs: number): unknown {
    const price = this.host.markPrice(listing.venueSymbol) ?? listing.startPrice;
    const isFunded = listing.contractType !== 'DATED' && listing.state === 'TRADING';
    const running = this.host.positions.estimate(listing, nowMs);
    return {
      symbol: listing.venueSymbol,
      markPrice: onGrid(price, '0.00000001'),
      indexPrice: onGrid(price * 1.0002, '0.00000001'),
      estimatedSettlePrice: onGrid(price * 1.0001, '0.00000001'),
      lastFundingRate: isFunded ? running.rate : '',
      interestRate: isFunded ? '0.00010000' : '',
      nextFundingTime: isFunded ? running.settlementMs : 0,
      time: nowMs,
    };
  }

  /** Only those whose interval is not the usual one. */
  private adjusted(nowMs: number): unknown {
    return this.listings().flatMap((listing) => {
      const hours = this.host.positions.schedule(listing).statedMs / 3_600_000;
      if (hours === USUAL_HOURS) return [];
      return {
        symbol: listing.venueSymbol,
        adjustedFundingRateCap: '0.02000000',
        adjustedFundingRateFloor: '-0.02000000',
        fundingIntervalHours: hours,
        disclaimer: false,
        updateTime: nowMs - DAY_MS,
      };
    });
  }

  /** Ascending from `startTime`; without times the newest. Dated contracts have none. */
  private charged(listing: Listing, query: URLSearchParams, nowMs: number): unknown {
    const limit = Number(query.get('limit') ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) return undefined;
    if (listing.contractType === 'DATED') return [];
    const { positions } = this.host;
    const [start, end] = [query.get('startTime'), query.get('endTime')];
    const [fromMs, toMs] = [Number(start ?? 0), Math.min(Number(end ?? nowMs), nowMs)];
    if (!(fromMs >= 0 && toMs >= 0)) return undefined;
    const shown = positions
      .settled(listing, Math.max(fromMs - 60_000, nowMs - FUNDING_KEPT_MS), toMs, 10_000)
      .map((one) => ({ ...one, fundingTime: positions.shownMs(listing, one.settlementMs) }))
      .filter(({ fundingTime }) => fundingTime >= fromMs && fundingTime <= toMs);
    const rows = start === null ? shown.slice(-Math.min(limit, 200)) : shown.slice(0, limit);
    return rows.map(({ rate, settlementMs, fundingTime }) => ({
      symbol: listing.venueSymbol,
      fundingTime,
      fundingRate: rate,
      markPrice: onGrid(this.host.priceAt(listing.venueSymbol, settlementMs), '0.00000001'),
    }));
  }
}

const TOO_MANY: WeighedReply = {
  weight: 0,
  status: 429,
  body: { code: -1003, msg: 'Too many requests.' },
};

function good(weight: number, { status = 200, body }: Partial<RestReply>): WeighedReply {
  return { weight, status, body };
}

function failed(code: number, msg: string): Partial<RestReply> {
  return { status: 400, body: { code, msg } };
}
