import { onGrid } from '../catalog/listing.js';
import type { ProtocolHost } from '../server/venue-protocol.js';
import { pairOf } from './binance-frames.js';
import { klinePushes } from './binance-klines.js';

const FUNDING_PERIOD_MS = 8 * 60 * 60_000;

/** The recurring streams, at one second: mark prices every one or three, book tickers and candles every one. */
export function pushBinanceStreams(host: ProtocolHost, nowMs: number): void {
  const wanted = host.wantedTopics();
  const third = Math.round(nowMs / 1000) % 3 === 0;
  for (const topic of wanted) {
    const payload = payloadOf(host, topic, nowMs, third);
    const payloads = payload === undefined ? klinePushes(host, topic, nowMs) : [payload];
    for (const each of payloads) host.publish({ topics: [topic], payload: JSON.stringify(each) });
  }
}

function payloadOf(host: ProtocolHost, topic: string, nowMs: number, third: boolean): unknown {
  const mark = /^(?:!markPrice@arr|(.+)@markPrice)(@1s)?$/u.exec(topic);
  if (mark) {
    if (mark[2] === undefined && !third) return undefined;
    if (mark[1] !== undefined) return markPrice(host, mark[1].toUpperCase(), nowMs);
    return host.catalog.all().flatMap((listing) => markPrice(host, listing.venueSymbol, nowMs) ?? []);
  }
  const book = /^(.+)@bookTicker$/u.exec(topic);
  return book?.[1] === undefined ? undefined : bookTicker(host, book[1].toUpperCase(), nowMs);
}

function markPrice(host: ProtocolHost, venueSymbol: string, nowMs: number): object | undefined {
  const price = host.markPrice(venueSymbol);
  if (price === undefined) return undefined;
  const text = price.toFixed(8);
  return {
    e: 'markPriceUpdate',
    E: nowMs,
    s: venueSymbol,
    p: text,
    ap: text,
    P: text,
    i: (price * 1.0002).toFixed(8),
    r: '0.00010000',
    T: (Math.floor(nowMs / FUNDING_PERIOD_MS) + 1) * FUNDING_PERIOD_MS,
    st: host.catalog.get(venueSymbol)?.coinMargined === true ? 2 : 1,
  };
}

function bookTicker(host: ProtocolHost, venueSymbol: string, nowMs: number): object | undefined {
  const price = host.markPrice(venueSymbol);
  const listing = host.catalog.get(venueSymbol);
  if (price === undefined || !listing) return undefined;
  const tick = Number(listing.tickSize);
  return {
    e: 'bookTicker',
    u: nowMs * 10,
    s: venueSymbol,
    ps: pairOf(venueSymbol),
    b: onGrid(price - tick / 2, listing.tickSize),
    B: onGrid(20_000 / price, listing.quantityStep),
    a: onGrid(price + tick / 2, listing.tickSize),
    A: onGrid(18_000 / price, listing.quantityStep),
    T: nowMs - 4,
    E: nowMs,
    st: listing.coinMargined === true ? 2 : 1,
  };
}
