import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { levelTexts, type MarketChannels, type MarketStep } from '../flow/market-channels.js';
import type { BookChange } from '../flow/numbered-book.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { TapeTrade } from '../flow/trade-tape.js';
import type { ProtocolHost, RestReply } from '../server/venue-protocol.js';
import { pairOf } from './binance-frames.js';

/** Prices of each side that `depth` tells at most. */
const LEVELS = 1_000;
/** What a request for a book costs by its limit, the only limits there are. */
const DEPTH_WEIGHTS: ReadonlyMap<number, number> = new Map([
  ...[5, 10, 20, 50].map((limit) => [limit, 2] as const),
  [100, 5],
  [500, 10],
  [1_000, 20],
]);
const DEFAULT_ROWS = 500;
const MOST_TRADES = 1_000;

/** `<s>@depth@100ms` on the public route, `<s>@aggTrade` on the market route. */
export function binanceChannels(catalog: VenueCatalog): MarketChannels {
  return {
    levels: LEVELS,
    renumbers: undefined,
    marketOf(topic) {
      const venueSymbol = /^(.+)@(?:depth@100ms|aggTrade)$/u.exec(topic)?.[1]?.toUpperCase();
      const listing = catalog.get(venueSymbol ?? '');
      return listing && listing.coinMargined !== true ? listing.venueSymbol : undefined;
    },
    tradeId: ({ id }) => String(id),
    payloads(topic, step) {
      if (topic.endsWith('@aggTrade')) return step.trades.map((trade) => aggTrade(step, trade));
      return step.change ? [depthUpdate(step, step.change)] : [];
    },
  };
}

function depthUpdate({ market, timeMs }: MarketStep, change: BookChange): string {
  const { venueSymbol } = market.listing;
  return JSON.stringify({
    e: 'depthUpdate',
    E: timeMs,
    T: timeMs - 2,
    s: venueSymbol,
    ps: pairOf(venueSymbol),
    U: change.firstId,
    u: change.lastId,
    pu: change.previousId,
    b: levelTexts(market, change.bids),
    a: levelTexts(market, change.asks),
    st: 1,
  });
}

function aggTrade({ market, timeMs }: MarketStep, trade: TapeTrade): string {
  const { venueSymbol } = market.listing;
  return JSON.stringify({ e: 'aggTrade', E: timeMs, s: venueSymbol, ...tradeFields(market, trade), st: 1 });
}

/** `m`: the buyer is the maker, so the taker sells. */
function tradeFields(market: QuotedMarket, trade: TapeTrade): object {
  const quantity = market.quantityText(trade.steps);
  return {
    ...{ a: trade.id, p: market.priceText(trade.ticks), q: quantity, nq: quantity },
    ...{ f: trade.firstFill, l: trade.lastFill, T: trade.timeMs, m: trade.takerSide === 'SELL' },
  };
}

/** What a request for a book costs of the minute's weight. */
export function depthWeight(query: URLSearchParams): number {
  return DEPTH_WEIGHTS.get(Number(query.get('limit') ?? DEFAULT_ROWS)) ?? 2;
}

/** `GET /fapi/v1/depth`: the book as it is, ahead of the stream by what that has not told yet. */
export function binanceDepth(host: ProtocolHost, query: URLSearchParams, nowMs: number): RestReply {
  const market = marketOf(host, query);
  const limit = Number(query.get('limit') ?? DEFAULT_ROWS);
  if (!market) return failed(-1121, 'Invalid symbol.');
  if (!DEPTH_WEIGHTS.has(limit)) return failed(-1130, "Parameter 'limit' is invalid.");
  const recorded = host.recordedBook(market.listing.venueSymbol, limit);
  if (recorded !== undefined) {
    const { lastId: lastUpdateId, timeMs: T, bids, asks } = recorded;
    return { status: 200, body: { lastUpdateId, E: nowMs, T, bids, asks } };
  }
  const { lastId, bids, asks } = market.book.now(limit);
  const body = {
    lastUpdateId: lastId,
    E: nowMs,
    T: nowMs - 2,
    bids: levelTexts(market, bids),
    asks: levelTexts(market, asks),
  };
  return { status: 200, body };
}

/** `GET /fapi/v1/aggTrades`: ascending from `fromId` or `startTime`, else the newest. */
export function binanceTrades(host: ProtocolHost, query: URLSearchParams): RestReply {
  const market = marketOf(host, query);
  const rows = Number(query.get('limit') ?? DEFAULT_ROWS);
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const [fromId, startMs, endMs] = [number('fromId'), number('startTime'), number('endTime')];
  if (!market) return failed(-1121, 'Invalid symbol.');
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_TRADES)
    return failed(-1130, "Parameter 'limit' is invalid.");
  if (fromId !== undefined && (startMs !== undefined || endMs !== undefined))
    return failed(-1128, 'Combination of optional parameters invalid.');
  const fits = market.tape
    .all()
    .filter(({ id }) => id >= (fromId ?? 0))
    .filter(({ timeMs }) => timeMs >= (startMs ?? 0) && timeMs <= (endMs ?? Infinity));
  const isFromStart = fromId !== undefined || startMs !== undefined;
  const trades = isFromStart ? fits.slice(0, rows) : fits.slice(-rows);
  return { status: 200, body: trades.map((trade) => tradeFields(market, trade)) };
}

function marketOf(host: ProtocolHost, query: URLSearchParams): QuotedMarket | undefined {
  const listing = host.catalog.get(query.get('symbol') ?? '');
  return listing && listing.coinMargined !== true ? host.market(listing.venueSymbol) : undefined;
}

function failed(code: number, msg: string): RestReply {
  return { status: 400, body: { code, msg } };
}
