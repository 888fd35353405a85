import { parseTimeframe, type Timeframe, type VenueId } from '@orderfox/domain';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { VenueCatalog } from '../catalog/venue-catalog.js';
import { MarketFlow } from '../flow/market-flow.js';
import type { FlowSettings } from '../flow/flow-settings.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { SimulatedCandle } from '../market/candle-book.js';
import { CandleDesk } from '../market/candle-desk.js';
import { PositionDesk } from '../market/position-desk.js';
import type { RecordedWhole } from '../replay/recorded-book.js';
import { onTheGrid, type ScheduledTask, type Scheduler } from '../scheduler.js';
import type { SeededRandom } from '../seeded-random.js';
import type { LedgerEvent, TruthLedger } from '../truth-ledger.js';
import { Audience } from './audience.js';
import { ClientConnection } from './client-connection.js';
import { NO_FAULTS, type FaultSettings, type HttpFault } from './faults.js';
import { answerJson, answerFault, refuseUpgrade } from './http-answers.js';
import { RateWindow } from './rate-window.js';
import { RecordedBooks } from './recorded-books.js';
import type { Broadcast, ForcedOrder, LeftOut, ProtocolHost, VenueProtocol } from './venue-protocol.js';
import type { VenueSession } from './venue-session.js';

/** Largest frame a client may send. */
const MAX_CLIENT_FRAME_BYTES = 1024 * 1024;

const MINUTE_MS = 60_000;
const ONE_MINUTE = parseTimeframe('1m');

/** What a server stands on. */
export interface VenueServerParts {
  readonly scheduler: Scheduler;
  readonly ledger: TruthLedger;
  readonly random: SeededRandom;
  /** How books and trades move. */
  readonly flow: FlowSettings & { readonly seed: number | string };
  readonly catalog: VenueCatalog;
  markPrice(venueSymbol: string): number | undefined;
  indexPrice(index: string): number | undefined;
  readonly venue: VenueId;
  /** Builds the venue's language around this server. */
  protocol(host: ProtocolHost): VenueProtocol;
  /** Answers control requests under `/_control`; shared by the venues. */
  control(request: IncomingMessage, response: ServerResponse): void;
}

/** HTTP and WebSocket server of one venue on loopback. */
export class VenueServer implements ProtocolHost {
  readonly catalog: VenueCatalog;
  readonly protocol: VenueProtocol;
  readonly audience = new Audience();
  readonly positions: PositionDesk;
  /** Books and trades. */
  readonly flow: MarketFlow;
  /** Books that a recording plays instead. */
  readonly recordedBooks = new RecordedBooks();
  private readonly http: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_FRAME_BYTES });
  private readonly tcp = new Set<Socket>();
  private readonly connects: RateWindow;
  private settings: FaultSettings = NO_FAULTS;
  private connectionCount = 0;
  private streams: ScheduledTask | undefined;
  private readonly candleDesk: CandleDesk;

  constructor(private readonly parts: VenueServerParts) {
    this.catalog = parts.catalog;
    this.positions = new PositionDesk(parts.venue, parts.scheduler.nowMs());
    this.candleDesk = new CandleDesk({
      scheduler: parts.scheduler,
      catalog: parts.catalog,
      markPrice: (venueSymbol) => this.markPrice(venueSymbol),
      isTraded: (venueSymbol) => this.flow.isLive(venueSymbol),
    });
    this.protocol = parts.protocol(this);
    this.flow = new MarketFlow({
      venue: this.protocol.venue,
      seed: parts.flow.seed,
      settings: parts.flow,
      scheduler: parts.scheduler,
      catalog: parts.catalog,
      channels: this.protocol.markets,
      markPrice: (venueSymbol) => this.markPrice(venueSymbol),
      wantedTopics: () => this.wantedTopics(),
      publish: (topic, payload) => this.publish({ topics: [topic], payload }),
      traded: (market, trade) => this.candleDesk.note(market, trade),
    });
    const { limit, perMs } = this.protocol.connectLimit;
    this.connects = new RateWindow(limit, perMs);
    this.http = createServer((request, response) => this.onRequest(request, response));
    this.http.on('connection', (socket) => {
      this.tcp.add(socket);
      socket.on('close', () => this.tcp.delete(socket));
    });
    this.http.on('upgrade', (request, socket, head) => this.onUpgrade(request, socket, head));
  }

  get faults(): FaultSettings {
    return this.settings;
  }

  /** Changes fault switches; those not named keep their state. */
  setFaults(change: Partial<FaultSettings>): void {
    this.settings = { ...this.settings, ...change };
  }

  clearFaults(): void {
    this.settings = NO_FAULTS;
  }

  /** Listens on loopback; resolves with the port. */
  async start(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(port, '127.0.0.1', resolve);
    });
    this.streams = onTheGrid(this.parts.scheduler, this.protocol.streamPeriodMs, () =>
      this.protocol.pushStreams(this.parts.scheduler.nowMs()),
    );
    return (this.http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.streams?.cancel();
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    // Half-open and hanging ones too: they would keep the server open for ever.
    for (const socket of this.tcp) socket.destroy();
    await closed;
  }

  markPrice(venueSymbol: string): number | undefined {
    return this.parts.markPrice(venueSymbol);
  }

  candles(
    venueSymbol: string,
    timeframe: Timeframe,
    fromMs: number,
    toMs: number,
  ): readonly SimulatedCandle[] {
    return this.candleDesk.candles(venueSymbol, timeframe, fromMs, toMs);
  }

  priceAt(venueSymbol: string, timeMs: number): number {
    const minuteMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
    const [candle] = this.candles(venueSymbol, ONE_MINUTE, minuteMs, minuteMs + 1);
    return candle?.open ?? this.markPrice(venueSymbol) ?? 0;
  }

  indexPrice(index: string): number | undefined {
    return this.parts.indexPrice(index);
  }

  leavesOut(what: LeftOut): boolean {
    return this.settings.leavesOut.includes(what);
  }

  /** From the next settlement on a contract pays funding every so many hours. False when it is not listed. */
  setFundingInterval(venueSymbol: string, hours: number): boolean {
    const listing = this.catalog.get(venueSymbol);
    if (listing) this.positions.schedule(listing).change(hours, this.parts.scheduler.nowMs());
    return listing !== undefined;
  }

  /** Notes the mark prices of a moment for the candles. */
  observePrices(timeMs: number): void {
    this.candleDesk.observePrices(timeMs);
  }

  market(venueSymbol: string): QuotedMarket | undefined {
    return this.flow.market(venueSymbol);
  }

  /** Every connection that is not closed yet, half-open ones included. */
  connections(): readonly ClientConnection[] {
    return this.audience.connections();
  }

  /** Clients that would receive liquidations. */
  liquidationListeners(): number {
    return this.audience.liquidationListeners();
  }

  /** Clients that would receive this topic. */
  carriedBy(topic: string): number {
    return this.audience.carriedBy(topic);
  }

  /** Leaves these topics to a recording: their own stream pauses. An empty set takes them back. */
  yieldTopics(topics: ReadonlySet<string>): void {
    this.audience.yieldTopics(topics);
    this.flow.refresh();
  }

  recordedTopic(topic: string): boolean {
    return this.audience.recorded(topic);
  }

  recordedBook(venueSymbol: string, limit: number): RecordedWhole | undefined {
    return this.recordedBooks.now(venueSymbol, limit);
  }

  wantedTopics(): ReadonlySet<string> {
    return this.audience.wantedTopics();
  }

  publish(broadcast: Broadcast): readonly LedgerEvent[] {
    const events = this.record(broadcast.payload);
    this.audience.tell(broadcast, events);
    return events;
  }

  /** Puts forced orders on the wire at once, without the venue's sampling or batching. */
  emit(orders: readonly ForcedOrder[], pushMs = this.parts.scheduler.nowMs()): readonly LedgerEvent[] {
    return this.protocol.compose(orders, pushMs).flatMap((broadcast) => this.publish(broadcast));
  }

  /** Plays a recorded frame: to the clients of its topic, or to all that listen to liquidations. */
  publishRecorded(text: string, topic?: string): readonly LedgerEvent[] {
    const events = this.record(text);
    this.audience.tellRecorded(text, topic, events);
    return events;
  }

  private record(payload: string): readonly LedgerEvent[] {
    const nowMs = this.parts.scheduler.nowMs();
    const events = this.protocol.factsOf(payload).map((fact) => this.parts.ledger.record(fact, nowMs));
    this.protocol.remember?.(payload, events);
    return events;
  }

  private onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without TLS it always is one; the typings leave it open.
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    socket.on('error', () => socket.destroy());
    const url = addressOf(request);
    const open = url && this.protocol.route(url);
    const fault = this.refusal();
    if (fault) {
      refuseUpgrade(socket, fault);
      return;
    }
    if (!open) {
      refuseUpgrade(socket, { status: 404 });
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => this.onConnection(client, socket, open));
  }

  private refusal(): HttpFault | undefined {
    if (this.settings.refuse) return this.settings.refuse;
    if (this.connects.take(this.parts.scheduler.nowMs())) return undefined;
    return { status: this.protocol.connectLimit.status };
  }

  private onConnection(
    client: WebSocket,
    tcp: Socket,
    open: (connection: ClientConnection) => VenueSession,
  ): void {
    const { scheduler, ledger, random } = this.parts;
    const id = `${this.protocol.venue}-${++this.connectionCount}`;
    const connection = new ClientConnection(id, client, tcp, {
      scheduler,
      ledger,
      random,
      faults: () => this.settings,
    });
    const session = open(connection);
    this.audience.admit(session);
    this.flow.refresh();
    client.on('message', (data) => {
      if (!this.settings.acknowledge) return;
      session.receive((data as Buffer).toString());
      this.flow.refresh();
    });
    client.on('ping', () => session.controlFrame?.('PING'));
    client.on('pong', (data) => {
      if (!connection.settleBarrier(data.toString())) session.controlFrame?.('PONG');
    });
    client.on('close', () => {
      this.audience.leave(session);
      this.flow.refresh();
      session.ended();
    });
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = addressOf(request);
    if (!url) {
      answerJson(response, { status: 400, body: { msg: 'bad address' } });
      return;
    }
    if (url.pathname === '/_control') {
      this.parts.control(request, response);
      return;
    }
    const fault = this.settings.rest;
    if (fault && (fault.only === undefined || this.protocol.subjectOf(url.pathname) === fault.only)) {
      answerFault(response, fault);
      return;
    }
    const reply = this.protocol.rest({ path: url.pathname, query: url.searchParams });
    answerJson(response, reply ?? { status: 404, body: { msg: 'no such path' } });
  }
}

/** The address asked for; undefined where it cannot be read, escapes included. */
function addressOf(request: IncomingMessage): URL | undefined {
  try {
    const url = new URL(`http://venue${request.url ?? '/'}`);
    decodeURI(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}
