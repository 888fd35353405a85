import { onGrid } from '../catalog/listing.js';
import { asObject, parseJson } from '../server/json-reading.js';
import type {
  Broadcast,
  ProtocolHost,
  RestRequest,
  RestSubject,
  VenueProtocol,
} from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import type { LedgerEvent } from '../truth-ledger.js';
import type { ClientConnection } from '../server/client-connection.js';
import type { VenueSession } from '../server/venue-session.js';
import { okxCandlePush } from './okx-candles.js';
import {
  composeOkx,
  instTypeOf,
  liquidationPayload,
  okxFacts,
  okxRow,
  type OkxDetail,
} from './okx-frames.js';
import type { ForcedOrder } from '../server/venue-protocol.js';
import type { OkxLimits } from './okx-limits.js';
import { OkxMarketData } from './okx-market-data.js';
import { OkxRest } from './okx-rest.js';
import { OkxSession, type OkxVenue } from './okx-session.js';

const SUBJECTS: Readonly<Record<string, RestSubject>> = {
  '/api/v5/public/instruments': 'CATALOGUE',
  '/api/v5/public/open-interest': 'OPEN_INTEREST',
  '/api/v5/rubik/stat/contracts/open-interest-history': 'OPEN_INTEREST',
  '/api/v5/public/funding-rate': 'FUNDING',
  '/api/v5/public/funding-rate-history': 'FUNDING',
  '/api/v5/market/index-tickers': 'INDEX',
};

/** OKX v5 public socket and REST. */
export class OkxProtocol implements VenueProtocol, OkxVenue {
  readonly venue = 'okx';
  readonly connectLimit;
  readonly streamPeriodMs: number;
  readonly markets: OkxMarketData;
  private readonly rests: OkxRest;
  private readonly sessions = new Set<OkxSession>();
  private readonly marks = new Map<string, { text: string; atMs: number }>();
  private recent: LedgerEvent[] = [];
  private connections = 0;
  private candlesSecond = 0;

  constructor(
    private readonly host: ProtocolHost,
    private readonly scheduler: Scheduler,
    private readonly limits: OkxLimits,
    private readonly replays: () => boolean,
  ) {
    this.connectLimit = { limit: limits.connectsPerSecond, perMs: 1000, status: 429 };
    this.streamPeriodMs = limits.markPriceMs;
    this.markets = new OkxMarketData(host.catalog, limits);
    this.rests = new OkxRest(host, scheduler, limits);
  }

  route(url: URL): ((connection: ClientConnection) => VenueSession) | undefined {
    const service = /^\/ws\/v5\/(public|business)$/u.exec(url.pathname)?.[1];
    if (service !== 'public' && service !== 'business') return undefined;
    return (connection) => {
      const connId = (0xa4d30000 + ++this.connections).toString(16);
      const session = new OkxSession(connection, connId, this, this.limits, this.scheduler, service);
      this.sessions.add(session);
      return session;
    };
  }

  rest(request: RestRequest) {
    return this.rests.answer(request);
  }

  subjectOf(path: string): RestSubject | undefined {
    return SUBJECTS[path];
  }

  compose(orders: readonly ForcedOrder[]): readonly Broadcast[] {
    return composeOkx(orders);
  }

  factsOf(payload: string) {
    return okxFacts(payload, this.host.catalog);
  }

  topicOf(frame: string): string | undefined {
    const arg = asObject(asObject(parseJson(frame))?.arg);
    const subject = arg?.instId ?? arg?.instType;
    return typeof arg?.channel === 'string' && typeof subject === 'string'
      ? `${arg.channel}|${subject}`
      : undefined;
  }

  listed(instId: string): boolean {
    return this.host.catalog.get(instId) !== undefined;
  }

  recorded(topic: string): boolean {
    return this.host.recordedTopic(topic);
  }

  remember(_payload: string, events: readonly LedgerEvent[]): void {
    if (events.length === 0) return;
    this.recent = [...this.recent, ...events].slice(-this.limits.replayedRows);
  }

  /** Announces an upgrade on every connection (notice 64008) and closes each after the lead time. */
  announceClose(): number {
    const open = [...this.sessions].filter(({ connection }) => connection.open);
    for (const session of open) session.announceClose();
    return open.length;
  }

  welcome(session: OkxSession, topic: string): void {
    const [channel, subject] = topic.split('|') as [string, string];
    if (channel === 'liquidation-orders') this.repeatRecent(session, subject);
    else if (channel === 'mark-price') this.pushMark(subject, this.scheduler.nowMs(), session);
    else if (channel === 'books' && !this.host.recordedTopic(topic)) this.pushBook(subject, session);
  }

  pushStreams(nowMs: number): void {
    for (const session of this.sessions) if (!session.connection.open) this.sessions.delete(session);
    for (const topic of this.host.wantedTopics()) {
      const [channel, subject] = topic.split('|') as [string, string];
      if (channel === 'mark-price') this.pushMark(subject, nowMs);
    }
    this.pushCandles(nowMs);
  }

  private pushBook(instId: string, session: OkxSession): void {
    const market = this.host.market(instId);
    if (!market) return;
    const text = session.frame(this.markets.whole(market, this.scheduler.nowMs()));
    session.connection.push({ text, kind: 'CONTROL', events: [] });
  }

  private pushCandles(nowMs: number): void {
    // Marks come several times a second, candles once.
    if (Math.floor(nowMs / 1_000) === this.candlesSecond) return;
    this.candlesSecond = Math.floor(nowMs / 1_000);
    for (const topic of this.host.wantedTopics()) {
      const push = topic.startsWith('candle') ? okxCandlePush(this.host, topic, nowMs) : undefined;
      if (push) this.host.publish({ topics: [topic], payload: JSON.stringify(push) });
    }
  }

  private pushMark(instId: string, nowMs: number, only?: OkxSession): void {
    const listing = this.host.catalog.get(instId);
    const price = this.host.markPrice(instId);
    if (!listing || price === undefined) return;
    const text = onGrid(price, listing.tickSize);
    const last = this.marks.get(instId);
    const due = last?.text !== text || nowMs - last.atMs >= this.limits.markPriceRepeatMs;
    if (!due && !only) return;
    const payload = JSON.stringify({
      arg: { channel: 'mark-price', instId },
      data: [{ instId, instType: instTypeOf(instId), markPx: text, ts: String(nowMs) }],
    });
    if (only) {
      only.connection.push({ text: only.frame(payload), kind: 'CONTROL', events: [] });
      return;
    }
    this.marks.set(instId, { text, atMs: nowMs });
    this.host.publish({ topics: [`mark-price|${instId}`], payload });
  }

  /** The first frame after subscribing: rows of the last half hour, grouped by instrument. */
  private repeatRecent(session: OkxSession, instType: string): void {
    const sinceMs = this.scheduler.nowMs() - this.limits.replayedMs;
    const events = this.recent.filter(
      (event) => instTypeOf(event.venueSymbol) === instType && event.emittedMs >= sinceMs,
    );
    if (!this.replays() || events.length === 0) return;
    const rows = [...Map.groupBy(events, ({ venueSymbol }) => venueSymbol)].map(([instId, list]) =>
      okxRow(instId, list.map(detailFrom)),
    );
    session.connection.push({
      text: session.frame(liquidationPayload(instType, rows)),
      kind: 'LIQUIDATIONS',
      events,
    });
  }
}

function detailFrom(event: LedgerEvent): OkxDetail {
  const { bkLoss, bkPx, ccy, posSide, side, sz, ts } = JSON.parse(event.row) as OkxDetail;
  return { bkLoss, bkPx, ccy, posSide, side, sz, ts };
}
