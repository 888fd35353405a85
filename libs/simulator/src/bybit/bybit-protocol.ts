import { asObject, parseJson } from '../server/json-reading.js';
import type {
  Broadcast,
  ForcedOrder,
  ProtocolHost,
  RestRequest,
  RestSubject,
  VenueProtocol,
} from '../server/venue-protocol.js';
import type { ClientConnection } from '../server/client-connection.js';
import type { Scheduler } from '../scheduler.js';
import type { VenueSession } from '../server/venue-session.js';
import { bybitFacts, composeBybit } from './bybit-frames.js';
import type { BybitLimits } from './bybit-limits.js';
import { bybitKlinePush } from './bybit-klines.js';
import { BybitMarketData } from './bybit-market-data.js';
import { BybitRest } from './bybit-rest.js';
import { BybitSession, type BybitVenue } from './bybit-session.js';
import { tickerDelta, tickerOf } from './bybit-tickers.js';

const SUBJECTS: Readonly<Record<string, RestSubject>> = {
  '/v5/market/instruments-info': 'CATALOGUE',
  '/v5/market/open-interest': 'OPEN_INTEREST',
  '/v5/market/funding/history': 'FUNDING',
};

/** Bybit v5 linear socket and REST. */
export class BybitProtocol implements VenueProtocol, BybitVenue {
  readonly venue = 'bybit';
  readonly connectLimit;
  readonly streamPeriodMs: number;
  readonly markets: BybitMarketData;
  private readonly rests: BybitRest;
  /** The ticker as last pushed; deltas are told against it. */
  private readonly tickers = new Map<string, Record<string, string>>();
  private connections = 0;
  private klinesSecond = 0;
  private crossSequence = 753_843_900_397;

  constructor(
    private readonly host: ProtocolHost,
    private readonly scheduler: Scheduler,
    private readonly limits: BybitLimits,
  ) {
    this.connectLimit = { limit: limits.connectsPerFiveMinutes, perMs: 5 * 60_000, status: 403 };
    this.streamPeriodMs = limits.tickerMs;
    this.markets = new BybitMarketData(host.catalog);
    this.rests = new BybitRest(host, scheduler, limits);
  }

  route(url: URL): ((connection: ClientConnection) => VenueSession) | undefined {
    if (url.pathname !== '/v5/public/linear') return undefined;
    return (connection) => {
      const connId = `cfbc2ttrlp0h7s1d-${++this.connections}`;
      return new BybitSession(connection, connId, this, this.limits, this.scheduler);
    };
  }

  rest(request: RestRequest) {
    return this.rests.answer(request);
  }

  subjectOf(path: string): RestSubject | undefined {
    return SUBJECTS[path];
  }

  compose(orders: readonly ForcedOrder[], pushMs: number): readonly Broadcast[] {
    return composeBybit(orders, pushMs);
  }

  factsOf(payload: string) {
    return bybitFacts(payload, this.host.catalog);
  }

  topicOf(frame: string): string | undefined {
    const topic = asObject(parseJson(frame))?.topic;
    return typeof topic === 'string' ? topic : undefined;
  }

  listed(venueSymbol: string): boolean {
    return this.host.catalog.get(venueSymbol) !== undefined;
  }

  welcome(session: BybitSession, topic: string): void {
    const [channel, venueSymbol] = topic.split('.') as [string, string];
    if (topic.startsWith('orderbook.')) this.pushBook(session, topic);
    if (channel !== 'tickers') return;
    const ticker = this.tickers.get(venueSymbol) ?? this.current(venueSymbol);
    if (!ticker) return;
    this.tickers.set(venueSymbol, ticker);
    session.connection.push({
      text: this.tickerFrame(topic, 'snapshot', ticker, this.scheduler.nowMs()),
      kind: 'CONTROL',
      events: [],
    });
  }

  pushStreams(nowMs: number): void {
    for (const topic of this.host.wantedTopics()) {
      const [channel, venueSymbol] = topic.split('.') as [string, string];
      const before = channel === 'tickers' ? this.tickers.get(venueSymbol) : undefined;
      const after = before && this.current(venueSymbol);
      const delta = after && tickerDelta(before, after);
      if (!delta) continue;
      this.tickers.set(venueSymbol, after);
      this.host.publish({ topics: [topic], payload: this.tickerFrame(topic, 'delta', delta, nowMs) });
    }
    this.pushKlines(nowMs);
  }

  private pushBook(session: BybitSession, topic: string): void {
    const venueSymbol = this.markets.marketOf(topic);
    const market = venueSymbol === undefined ? undefined : this.host.market(venueSymbol);
    if (!market || this.host.recordedTopic(topic)) return;
    const text = this.markets.whole(market, this.scheduler.nowMs());
    session.connection.push({ text, kind: 'CONTROL', events: [] });
  }

  private pushKlines(nowMs: number): void {
    // Tickers come several times a second, candles once.
    if (Math.floor(nowMs / 1_000) === this.klinesSecond) return;
    this.klinesSecond = Math.floor(nowMs / 1_000);
    for (const topic of this.host.wantedTopics()) {
      const push = topic.startsWith('kline.') ? bybitKlinePush(this.host, topic, nowMs) : undefined;
      if (push) this.host.publish({ topics: [topic], payload: JSON.stringify(push) });
    }
  }

  private current(venueSymbol: string): Record<string, string> | undefined {
    const listing = this.host.catalog.get(venueSymbol);
    return listing && tickerOf(listing, this.host, this.scheduler.nowMs());
  }

  private tickerFrame(topic: string, type: string, data: Record<string, string>, ts: number): string {
    return JSON.stringify({ topic, type, data, cs: ++this.crossSequence, ts });
  }
}
